/* SPDX-License-Identifier: Apache-2.0 */
/* A Linux I2C adapter through i2c-dev: opening, locking, unplugging. */
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <linux/i2c-dev.h>
#include <linux/i2c.h>

#include "error.h"
#include "holder.h"
#include "i2c_transfers.h"
#include "log.h"
#include "transport_backends.h"

enum { TIMEOUT_10MS = 10 }; /* for a transfer; the longest takes 8 ms */

static int check_functions(struct transport_i2c *i2c)
{
	const unsigned long needed = I2C_FUNC_I2C | I2C_FUNC_SMBUS_WRITE_BYTE;
	unsigned long functions;

	if (ioctl(i2c->fd, I2C_FUNCS, &functions) < 0)
		return fail_because(EINVAL,
				    "%s is not an I2C bus: DEVICE is one like "
				    "/dev/i2c-1",
				    i2c->path);
	if (!(functions & I2C_FUNC_I2C))
		return fail_because(EOPNOTSUPP,
				    "the adapter of %s speaks SMBus only, "
				    "plain I2C transfers are needed",
				    i2c->path);
	if ((functions & needed) != needed)
		return fail_because(EOPNOTSUPP,
				    "the adapter of %s cannot write a single "
				    "byte, which is how the chip goes to sleep",
				    i2c->path);
	i2c->has_both = functions & I2C_FUNC_SMBUS_QUICK;
	if (!i2c->has_both)
		i2c->pulse = PULSE_BYTE;
	return 0;
}

static int open_failed(const char *path, int err)
{
	switch (err) {
	case ENOENT:
		return fail_because(ENOENT,
				    "there is no %s: is the bus switched on "
				    "and the module i2c-dev loaded?",
				    path);
	case EACCES:
	case EPERM:
		return fail_because(EACCES,
				    "%s may not be opened: run as root or as "
				    "a member of the group i2c",
				    path);
	default:
		return fail_because(err, "%s cannot be opened: %s", path,
				    strerror(err));
	}
}

static void unplug(struct transport_i2c *i2c)
{
	if (i2c->fd >= 0)
		close(i2c->fd);
	i2c->fd = -1;
	i2c->claimed = 0;
}

/* Only the tree of /sys names the driver, so the sentence may lack it. */
static int kernel_has(const struct transport_i2c *i2c, uint8_t address)
{
	const char *number = strrchr(i2c->bus.name, '-'), *name;
	char path[128], driver[256] = "";

	/* The kernel names such a device "1-0060". */
	snprintf(path, sizeof(path), "/sys/bus/i2c/devices/%s-%04x/driver",
		 number ? number + 1 : "", address);
	name = readlink(path, driver, sizeof(driver) - 1) < 0
		       ? NULL
		       : strrchr(driver, '/');
	return fail_because(EBUSY,
			    "a kernel driver%s%s%s owns address 0x%02x of %s: "
			    "unbind it first",
			    name ? " (" : "", name ? name + 1 : "",
			    name ? ")" : "", address, i2c->path);
}

static int claimed_by_another(const struct transport_i2c *i2c, uint8_t address)
{
	char holder[HOLDER_TEXT];

	holder_describe(i2c->path, address, holder);
	return fail_because(EBUSY,
			    "another nerveskeyfs has the chip at 0x%02x of %s: "
			    "%s",
			    address, i2c->path, holder);
}

/* The chip can be used without a lock, so this is only logged, and once. */
static void warn_of_no_lock(struct transport_i2c *i2c, int err)
{
	if (!i2c->unlockable)
		log_write(LOG_LEVEL_WARNING,
			  "%s cannot be locked (%s), so another nerveskeyfs "
			  "that uses the same chip is not noticed: run only "
			  "one",
			  i2c->path, errno_name(err));
	i2c->unlockable = true;
}

/*
 * Lock one byte of the device file, whose offset is the chip's address. This
 * keeps other drivers from using the chip. It is advisory: programs other than
 * nerveskeyfs do not look at it.
 */
static int set_lock(const struct transport_i2c *i2c, uint8_t address,
		    short type)
{
	struct flock place = {
		.l_type = type,
		.l_whence = SEEK_SET,
		.l_start = address,
		.l_len = 1,
	};

	return fcntl(i2c->fd, F_OFD_SETLK, &place) < 0 ? -errno : 0;
}

static int claim(struct transport_i2c *i2c, uint8_t address)
{
	unsigned int wait_us = i2c->claimed ? 0 : ENDING_US;
	int err;

	if (address == i2c->claimed)
		return 0;
	while ((err = set_lock(i2c, address, F_WRLCK)) == -EAGAIN) {
		if (wait_us == 0)
			return claimed_by_another(i2c, address);
		usleep(ENDING_STEP_US);
		wait_us -= ENDING_STEP_US;
	}
	if (err < 0)
		warn_of_no_lock(i2c, err);
	if (i2c->claimed)
		set_lock(i2c, i2c->claimed, F_UNLCK);
	i2c->claimed = address;
	return 0;
}

static int plug_in(struct transport_i2c *i2c)
{
	int err;

	i2c->fd = open(i2c->path, O_RDWR | O_CLOEXEC);
	if (i2c->fd < 0)
		return open_failed(i2c->path, errno);
	err = check_functions(i2c);
	if (err < 0) {
		unplug(i2c);
		return err;
	}
	/*
	 * Reports a dead bus soon and a busy chip's NAK at once. Not every
	 * adapter supports these; deadlines hold without them.
	 */
	ioctl(i2c->fd, I2C_TIMEOUT, (unsigned long)TIMEOUT_10MS);
	ioctl(i2c->fd, I2C_RETRIES, 0ul);
	i2c->has_node = access(i2c->path, F_OK) == 0;
	return 0;
}

/*
 * The search for a missing chip starts here. An unplugged adapter is closed,
 * because the kernel waits for that, and one that came back is opened again.
 */
static int i2c_set_address(struct transport *bus, uint8_t address)
{
	struct transport_i2c *i2c = i2c_of(bus);
	int err = 0;

	if (i2c->has_node && access(i2c->path, F_OK) < 0)
		unplug(i2c);
	if (i2c->fd < 0)
		err = plug_in(i2c);
	if (err == 0)
		err = i2c_select(i2c, address);
	if (err == -EBUSY)
		return kernel_has(i2c, address);
	if (err == 0)
		err = claim(i2c, address);
	if (err == -ENOENT || err == -ENODEV || err == -ENXIO) {
		unplug(i2c);
		return fail_because(ENODEV,
				    "the I2C adapter of %s is gone: was it "
				    "unplugged?",
				    i2c->path);
	}
	if (err == 0)
		bus->address = address;
	return err;
}

static void i2c_close(struct transport *bus)
{
	unplug(i2c_of(bus));
	free(bus);
}

/* The bus clock from the device tree; 0: unknown. */
static unsigned int read_hz(const char *bus)
{
	char path[320];
	uint32_t cell = 0;
	FILE *file;

	snprintf(path, sizeof(path),
		 "/sys/class/i2c-adapter/%s/of_node/clock-frequency", bus);
	file = fopen(path, "re");
	if (!file)
		return 0;
	if (fread(&cell, sizeof(cell), 1, file) != 1)
		cell = 0;
	fclose(file);
	return be32toh(cell);
}

static const struct transport_ops i2c_ops = {
	.wake = i2c_wake,
	.send = i2c_send,
	.receive = i2c_receive,
	.word = i2c_word,
	.set_address = i2c_set_address,
	.hint = i2c_hint,
	.wait_us = i2c_wait_us,
	.now_us = i2c_now_us,
	.close = i2c_close,
};

int transport_i2c_open(const char *path, uint8_t address,
		       struct transport **bus)
{
	const char *name = strncmp(path, "/dev/", 5) == 0 ? path + 5 : path;
	struct transport_i2c *i2c;
	int err;

	i2c = calloc(1, sizeof(*i2c));
	if (!i2c)
		return -ENOMEM;
	i2c->bus.ops = &i2c_ops;
	snprintf(i2c->path, sizeof(i2c->path), "%s", path);
	snprintf(i2c->bus.name, sizeof(i2c->bus.name), "%s", name);
	err = plug_in(i2c);
	if (err == 0 && address)
		err = i2c_set_address(&i2c->bus, address);
	if (err < 0) {
		i2c_close(&i2c->bus);
		return err;
	}
	i2c->hz = read_hz(name);
	if (i2c->hz > WAKE_HZ_MAX)
		log_write(LOG_LEVEL_WARNING,
			  "%s runs at %u Hz: a chip wakes reliably only at "
			  "100000 Hz (133000 at most)",
			  i2c->path, i2c->hz);
	*bus = &i2c->bus;
	return 0;
}
