/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A Linux I2C adapter, by i2c-dev. Packets go by I2C_RDWR; libi2c's byte and
 * quick writes are the wake pulse and the one-byte words.
 *
 * Adapters do not agree on the word for a NAK: ENXIO and EREMOTEIO mean one
 * always; EIO and ETIMEDOUT may mean one or a broken bus, and are handed up as
 * they are, for who knows how long the chip may be busy.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>
#include <linux/i2c-dev.h>
#include <linux/i2c.h>
#include <i2c/smbus.h>

#include "error.h"
#include "i2c_lock.h"
#include "log.h"
#include "transport_backends.h"

enum {
	TIMEOUT_10MS = 10,     /* of one transfer; the longest takes 8 ms */
	BUS_TRIES = 4,	       /* when another master has the bus */
	WAKE_HZ_MAX = 133333,  /* address 0 is then low for tWLO, 60 us */
	WATCHDOG_US = 1300000, /* what was woken before is asleep again */
};

struct transport_i2c {
	struct transport bus;
	int fd;		 /* -1 after the adapter was unplugged */
	bool quick;	 /* the wake pulse may be a quick write */
	bool has_node;	 /* the path is a file, which goes with the adapter */
	uint8_t claimed; /* an address; 0: none */
	char path[256];
};

static struct transport_i2c *i2c_of(struct transport *bus)
{
	return (struct transport_i2c *)bus;
}

static bool is_nak(int err)
{
	return err == -ENXIO || err == -EREMOTEIO;
}

static int select_address(const struct transport_i2c *i2c, uint8_t address)
{
	if (ioctl(i2c->fd, I2C_SLAVE, (unsigned long)address) == 0)
		return 0;
	if (errno != EBUSY)
		return -errno;
	return fail_because(EBUSY,
			    "a kernel driver owns address 0x%02x of %s: "
			    "unbind it first",
			    address, i2c->path);
}

static int message(const struct transport_i2c *i2c, unsigned int flags,
		   uint8_t *data, size_t len)
{
	struct i2c_msg msg = {
		.addr = i2c->bus.address,
		.flags = (uint16_t)flags,
		.len = (uint16_t)len,
		.buf = data,
	};
	struct i2c_rdwr_ioctl_data transfer = { .msgs = &msg, .nmsgs = 1 };

	for (int i = 0; i < BUS_TRIES; i++) {
		if (ioctl(i2c->fd, I2C_RDWR, &transfer) >= 0)
			return 0;
		/* EAGAIN is lost arbitration: another master was faster. */
		if (errno != EAGAIN)
			return -errno;
	}
	return -EIO;
}

static int i2c_send(struct transport *bus, const uint8_t *packet, size_t len)
{
	uint8_t data[1 + LONGEST_PACKET];
	int err;

	if (len > LONGEST_PACKET)
		return -EMSGSIZE;
	data[0] = WORD_COMMAND;
	memcpy(data + 1, packet, len);
	err = message(i2c_of(bus), 0, data, 1 + len);
	explicit_bzero(data, sizeof(data));
	return is_nak(err) ? -ENXIO : err;
}

static ssize_t i2c_receive(struct transport *bus, uint8_t *packet, size_t max)
{
	int err = message(i2c_of(bus), I2C_M_RD, packet, max);

	if (err < 0)
		return is_nak(err) ? -EAGAIN : err;
	return (ssize_t)max;
}

static int send_word(struct transport *bus, enum word word)
{
	int err = -EAGAIN;

	for (int i = 0; i < BUS_TRIES && err == -EAGAIN; i++)
		err = i2c_smbus_write_byte(i2c_of(bus)->fd, (uint8_t)word);
	return is_nak(err) ? -ENXIO : err;
}

static int i2c_reset(struct transport *bus)
{
	return send_word(bus, WORD_RESET);
}

static int i2c_idle(struct transport *bus)
{
	return send_word(bus, WORD_IDLE);
}

static int i2c_sleep(struct transport *bus)
{
	return send_word(bus, WORD_SLEEP);
}

static void i2c_wait_us(struct transport *bus, unsigned int us)
{
	struct timespec until;

	(void)bus;
	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += (time_t)(us / 1000000);
	until.tv_nsec += (long)(us % 1000000) * 1000;
	if (until.tv_nsec >= 1000000000) {
		until.tv_nsec -= 1000000000;
		until.tv_sec++;
	}
	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL) ==
	       EINTR)
		;
}

static uint64_t i2c_now_us(struct transport *bus)
{
	struct timespec now;

	(void)bus;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

/*
 * Address 0 keeps SDA low for eight clocks, which is what wakes the chip. It
 * never acknowledges, so what the adapter says of it means nothing.
 */
static int pulse(struct transport_i2c *i2c)
{
	int err;

	err = select_address(i2c, 0);
	if (err < 0)
		return err;
	if (i2c->quick) {
		err = i2c_smbus_write_quick(i2c->fd, I2C_SMBUS_WRITE);
		/* Some adapters learn only now that they cannot. */
		if (err == -EOPNOTSUPP || err == -EINVAL)
			i2c->quick = false;
	}
	if (!i2c->quick)
		i2c_smbus_write_byte(i2c->fd, 0);
	return select_address(i2c, i2c->bus.address);
}

static int i2c_wake(struct transport *bus, uint8_t answer[static 4])
{
	uint64_t start_us = i2c_now_us(bus);
	uint8_t got[4];
	int err;

	err = pulse(i2c_of(bus));
	if (err < 0)
		return err;
	/* An adapter that takes so long to fail may not try twice in a row. */
	if (i2c_now_us(bus) - start_us > WATCHDOG_US)
		return -ETIMEDOUT;
	i2c_wait_us(bus, WAKE_DELAY_US);
	err = message(i2c_of(bus), I2C_M_RD, got, sizeof(got));
	if (err < 0)
		return is_nak(err) ? -ENXIO : err;
	memcpy(answer, got, sizeof(got));
	return 0;
}

static int check_functions(struct transport_i2c *i2c)
{
	const unsigned long needed = I2C_FUNC_I2C | I2C_FUNC_SMBUS_WRITE_BYTE;
	unsigned long functions;

	if (ioctl(i2c->fd, I2C_FUNCS, &functions) < 0)
		return fail_because(EINVAL, "%s is no I2C bus", i2c->path);
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
	i2c->quick = functions & I2C_FUNC_SMBUS_QUICK;
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

static int claim(struct transport_i2c *i2c, uint8_t address)
{
	if (address == i2c->claimed)
		return 0;
	if (i2c_lock(i2c->fd, address, i2c->claimed ? 0 : ENDING_US) < 0)
		return fail_because(EBUSY,
				    "another nerveskeyfs has the chip at "
				    "0x%02x of %s",
				    address, i2c->path);
	if (i2c->claimed)
		i2c_unlock(i2c->fd, i2c->claimed);
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
	 * A dead bus should say so soon, and a busy chip's NAK at once. Not
	 * every adapter has these; the deadlines hold without them.
	 */
	ioctl(i2c->fd, I2C_TIMEOUT, (unsigned long)TIMEOUT_10MS);
	ioctl(i2c->fd, I2C_RETRIES, 0ul);
	i2c->has_node = access(i2c->path, F_OK) == 0;
	return 0;
}

/*
 * Begins every use of the chip, so here an unplugged adapter is let go of (the
 * kernel waits for that) and one that came back is found.
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
		err = select_address(i2c, address);
	if (err == 0)
		err = claim(i2c, address);
	if (err == -ENOENT || err == -ENODEV || err == -ENXIO) {
		unplug(i2c);
		return fail_because(ENODEV, "the adapter of %s is gone",
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

/* The device tree's word for it; other buses do not tell. */
static void warn_of_fast_bus(const char *path, const char *name)
{
	uint8_t cell[4];
	uint32_t hz;
	char file[512];
	FILE *tree;
	size_t got;

	snprintf(file, sizeof(file),
		 "/sys/class/i2c-adapter/%s/of_node/clock-frequency", name);
	tree = fopen(file, "re");
	if (!tree)
		return;
	got = fread(cell, 1, sizeof(cell), tree);
	fclose(tree);
	if (got != sizeof(cell))
		return;
	hz = (uint32_t)cell[0] << 24 | (uint32_t)cell[1] << 16 |
	     (uint32_t)cell[2] << 8 | cell[3];
	if (hz > WAKE_HZ_MAX)
		log_write(LOG_LEVEL_WARNING,
			  "%s runs at %u Hz: a chip wakes reliably only at "
			  "100000 Hz (133000 at most)",
			  path, hz);
}

static const struct transport_ops i2c_ops = {
	.wake = i2c_wake,
	.send = i2c_send,
	.receive = i2c_receive,
	.reset = i2c_reset,
	.idle = i2c_idle,
	.sleep = i2c_sleep,
	.set_address = i2c_set_address,
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
	if (err < 0)
		goto free_i2c;
	if (address) {
		err = i2c_set_address(&i2c->bus, address);
		if (err < 0)
			goto close_fd;
	}
	warn_of_fast_bus(path, name);
	*bus = &i2c->bus;
	return 0;

close_fd:
	unplug(i2c);
free_i2c:
	free(i2c);
	return err;
}
