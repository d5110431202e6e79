/* SPDX-License-Identifier: Apache-2.0 */
/*
 * usbip_i2c SOCKET: plug an i2c-tiny-usb adapter into this kernel's virtual
 * USB host (vhci-hcd), with the simulated bus at SOCKET behind it.
 *
 * The kernel is handed one end of a socket pair and speaks USB/IP on it; its
 * control transfers are answered here, those of the adapter's vendor requests
 * by way of `nerveskey-sim serve`. Ends when the kernel lets go; when this
 * process ends, the adapter is unplugged.
 */
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/i2c.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define ATTACH	     "/sys/devices/platform/vhci_hcd.0/attach"
#define DEVICE_ID    65538 /* bus 1, device 2 */
#define FULL_SPEED   2
#define TRANSFER_MAX 8192

enum { CMD_SUBMIT = 1, CMD_UNLINK = 2, RET_SUBMIT = 3, RET_UNLINK = 4 };

/* Big-endian on the wire. */
struct usbip_header {
	uint32_t command, sequence, device, direction, endpoint;
	union {
		struct {
			uint32_t flags, length, start_frame, packets, interval;
			uint8_t setup[8];
		} submit;
		struct {
			int32_t status;
			uint32_t length, start_frame, packets, errors;
			uint8_t padding[8];
		} reply;
	};
};

struct setup {
	uint8_t type, request;
	uint16_t value, index, length;
};

struct adapter {
	int kernel, bus;
	bool acknowledged;
	uint8_t data[TRANSFER_MAX];
};

static const uint8_t device_descriptor[] = {
	18,   1,    0x10, 0x01, 0xff, 0, 0, 8, 0x03,
	0x04, 0x31, 0xc6, 0x01, 0x02, 1, 2, 0, 1,
};

static const uint8_t configuration_descriptor[] = {
	9, 2, 18, 0, 1, 1, 0, 0x80, 50, /* configuration */
	9, 4, 0,  0, 0, 0, 0, 0,    0,	/* interface without endpoints */
};

static const char *const strings[] = { NULL, "nerveskeyfs tests",
				       "i2c-tiny-usb" };

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static bool read_all(int fd, void *data, size_t len)
{
	uint8_t *at = data;

	while (len > 0) {
		ssize_t n = read(fd, at, len);

		if (n <= 0)
			return false;
		at += n;
		len -= (size_t)n;
	}
	return true;
}

static void write_all(int fd, const void *data, size_t len)
{
	const uint8_t *at = data;

	while (len > 0) {
		ssize_t n = write(fd, at, len);

		if (n <= 0)
			die("write");
		at += n;
		len -= (size_t)n;
	}
}

static int string_descriptor(unsigned int index, uint8_t *out)
{
	size_t len;

	if (index == 0) {
		memcpy(out, "\x04\x03\x09\x04", 4);
		return 4;
	}
	if (index >= sizeof(strings) / sizeof(*strings))
		return -EPIPE;
	len = strlen(strings[index]);
	out[0] = (uint8_t)(2 + 2 * len);
	out[1] = 3;
	for (size_t i = 0; i < len; i++) {
		out[2 + 2 * i] = (uint8_t)strings[index][i];
		out[3 + 2 * i] = 0;
	}
	return out[0];
}

/* Standard requests: bytes of answer, or -EPIPE for a stall. */
static int standard_request(const struct setup *setup, uint8_t *out)
{
	enum { GET_DESCRIPTOR = 6, SET_CONFIGURATION = 9, SET_INTERFACE = 11 };

	if (setup->request == SET_CONFIGURATION ||
	    setup->request == SET_INTERFACE)
		return 0;
	if (setup->request != GET_DESCRIPTOR)
		return -EPIPE;
	switch (setup->value >> 8) {
	case 1:
		memcpy(out, device_descriptor, sizeof(device_descriptor));
		return sizeof(device_descriptor);
	case 2:
		memcpy(out, configuration_descriptor,
		       sizeof(configuration_descriptor));
		return sizeof(configuration_descriptor);
	case 3:
		return string_descriptor(setup->value & 0xff, out);
	default:
		return -EPIPE;
	}
}

/* One message on the simulated bus; data in or out is adapter->data. */
static void i2c_message(struct adapter *adapter, bool in, uint8_t address,
			uint16_t len)
{
	uint8_t request[4] = { in ? 'R' : 'W', address, (uint8_t)len,
			       (uint8_t)(len >> 8) };
	uint8_t status;

	write_all(adapter->bus, request, sizeof(request));
	if (!in)
		write_all(adapter->bus, adapter->data, len);
	if (!read_all(adapter->bus, &status, 1))
		die("bus");
	adapter->acknowledged = status == 0;
	if (!in)
		return;
	if (status != 0)
		memset(adapter->data, 0xff, len);
	else if (!read_all(adapter->bus, adapter->data, len))
		die("bus");
}

/* The adapter's own requests; answers like standard_request(). */
static int vendor_request(struct adapter *adapter, const struct setup *setup)
{
	enum { ECHO, FUNCTIONS, SET_DELAY, STATUS, IO, IO_LAST = 7 };
	const uint32_t functions = htole32(I2C_FUNC_I2C | I2C_FUNC_SMBUS_EMUL);
	bool in = setup->type & 0x80;

	switch (setup->request) {
	case ECHO:
		memcpy(adapter->data, &setup->value, 2);
		return 2;
	case FUNCTIONS:
		memcpy(adapter->data, &functions, sizeof(functions));
		return sizeof(functions);
	case SET_DELAY:
		return 0;
	case STATUS:
		adapter->data[0] = adapter->acknowledged ? 1 : 2;
		return 1;
	case IO ... IO_LAST:
		i2c_message(adapter, in, (uint8_t)setup->index, setup->length);
		return setup->length;
	default:
		return -EPIPE;
	}
}

static void answer(struct adapter *adapter, struct usbip_header *header,
		   uint32_t command, int status, bool with_data)
{
	uint32_t sequence = header->sequence;
	uint32_t len = status > 0 ? (uint32_t)status : 0;

	memset(header, 0, sizeof(*header));
	header->command = htobe32(command);
	header->sequence = sequence;
	header->reply.status =
		(int32_t)htobe32(status < 0 ? (uint32_t)status : 0);
	header->reply.length = htobe32(len);
	write_all(adapter->kernel, header, sizeof(*header));
	if (with_data)
		write_all(adapter->kernel, adapter->data, len);
}

static void submit(struct adapter *adapter, struct usbip_header *header)
{
	const uint8_t *raw = header->submit.setup;
	struct setup setup = {
		.type = raw[0],
		.request = raw[1],
		.value = (uint16_t)(raw[2] | raw[3] << 8),
		.index = (uint16_t)(raw[4] | raw[5] << 8),
		.length = (uint16_t)(raw[6] | raw[7] << 8),
	};
	bool in = be32toh(header->direction) == 1;
	uint32_t len = be32toh(header->submit.length);
	int status;

	if (len > TRANSFER_MAX || setup.length > TRANSFER_MAX)
		die("a transfer is too long");
	if (!in && !read_all(adapter->kernel, adapter->data, len))
		die("kernel");
	if ((setup.type & 0x60) == 0x40)
		status = vendor_request(adapter, &setup);
	else
		status = standard_request(&setup, adapter->data);
	if (status > setup.length)
		status = setup.length;
	answer(adapter, header, RET_SUBMIT, status, in);
}

static int connect_bus(const char *path)
{
	struct sockaddr_un name = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	snprintf(name.sun_path, sizeof(name.sun_path), "%s", path);
	if (fd < 0 || connect(fd, (struct sockaddr *)&name, sizeof(name)) < 0)
		die(path);
	return fd;
}

/* Our end of the pair; the kernel keeps the other. */
static int plug_in(void)
{
	int pair[2], attach = open(ATTACH, O_WRONLY);

	if (attach < 0)
		die(ATTACH);
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) < 0)
		die("socketpair");
	if (dprintf(attach, "0 %d %d %d", pair[1], DEVICE_ID, FULL_SPEED) < 0)
		die("attach");
	close(attach);
	close(pair[1]);
	return pair[0];
}

int main(int argc, char **argv)
{
	static struct adapter adapter;
	struct usbip_header header;

	_Static_assert(sizeof(header) == 48, "the header of USB/IP");
	if (argc != 2) {
		fprintf(stderr, "usage: usbip_i2c SOCKET\n");
		return 2;
	}
	adapter.bus = connect_bus(argv[1]);
	adapter.kernel = plug_in();
	while (read_all(adapter.kernel, &header, sizeof(header))) {
		if (be32toh(header.command) == CMD_SUBMIT)
			submit(&adapter, &header);
		else
			answer(&adapter, &header, RET_UNLINK, -ECONNRESET,
			       false);
	}
	return 0;
}
