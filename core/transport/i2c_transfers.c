/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Packets use I2C_RDWR. The wake pulse and the one-byte words use libi2c's byte
 * and quick writes.
 *
 * Adapters report a NAK in different ways. ENXIO and EREMOTEIO always mean a
 * NAK. EIO and ETIMEDOUT mean a NAK or a broken bus; they are returned
 * unchanged, because only the caller knows how long the chip may be busy. Some
 * adapters report no NAK and read ff instead.
 */
#include "i2c_transfers.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <linux/i2c-dev.h>
#include <linux/i2c.h>
#include <i2c/smbus.h>

#include "error.h"
#include "system_clock.h"
#include "transport_backends.h"

enum {
	BUS_TRIES = 4,	       /* on lost arbitration */
	WATCHDOG_US = 1300000, /* a woken chip is asleep by then */
	/*
	 * A byte that has no meaning after address 0 in the I2C specification,
	 * unlike 00, 04, 06 and odd values.
	 */
	NO_GENERAL_CALL = 0xfe,
};

struct transport_i2c *i2c_of(struct transport *bus)
{
	return (struct transport_i2c *)bus;
}

static bool is_nak(int err)
{
	return err == -ENXIO || err == -EREMOTEIO;
}

int i2c_select(const struct transport_i2c *i2c, uint8_t address)
{
	return ioctl(i2c->fd, I2C_SLAVE, (unsigned long)address) < 0 ? -errno
								     : 0;
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

int i2c_send(struct transport *bus, const uint8_t *packet, size_t len)
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

/* An adapter that does not see a NAK reads ff. */
static bool says_something(const uint8_t *data, size_t len)
{
	while (len > 0 && data[len - 1] == 0xff)
		len--;
	return len > 0;
}

ssize_t i2c_receive(struct transport *bus, uint8_t *packet, size_t max)
{
	struct transport_i2c *i2c = i2c_of(bus);
	int err = message(i2c, I2C_M_RD, packet, max);

	if (err < 0)
		return is_nak(err) ? -EAGAIN : err;
	if (says_something(packet, max))
		i2c->unanswered = false;
	return (ssize_t)max;
}

int i2c_word(struct transport *bus, enum word word)
{
	int err = -EAGAIN;

	for (int i = 0; i < BUS_TRIES && err == -EAGAIN; i++)
		err = i2c_smbus_write_byte(i2c_of(bus)->fd, (uint8_t)word);
	return is_nak(err) ? -ENXIO : err;
}

void i2c_wait_us(struct transport *bus, unsigned int us)
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

uint64_t i2c_now_us(struct transport *bus)
{
	(void)bus;
	return now_us();
}

/*
 * Returns `err` when the adapter refuses the pulse. A NAK of address 0 is
 * normal.
 */
static int refusal(int err)
{
	return is_nak(err) || err == -EIO || err == -ETIMEDOUT ? 0 : err;
}

/*
 * Address 0 holds SDA low for eight clocks, which wakes the chip. The chip
 * never acknowledges it, so the adapter's report means nothing. After a pulse
 * that woke no chip, the other kind is tried.
 */
static int pulse(struct transport_i2c *i2c)
{
	int err;

	err = i2c_select(i2c, 0);
	if (err < 0)
		return err;
	if (i2c->unanswered && i2c->has_both)
		i2c->pulse = (enum pulse)(PULSE_COUNT - 1 - i2c->pulse);
	i2c->unanswered = true;
	if (i2c->pulse == PULSE_QUICK) {
		err = i2c_smbus_write_quick(i2c->fd, I2C_SMBUS_WRITE);
		i2c->refused[PULSE_QUICK] = refusal(err);
	}
	/* Some adapters refuse a quick write at once. */
	if (i2c->pulse == PULSE_BYTE || i2c->refused[PULSE_QUICK]) {
		i2c->pulse = PULSE_BYTE;
		err = i2c_smbus_write_byte(i2c->fd, NO_GENERAL_CALL);
		i2c->refused[PULSE_BYTE] = refusal(err);
	}
	return i2c_select(i2c, i2c->bus.address);
}

int i2c_wake(struct transport *bus, uint8_t answer[static 4])
{
	struct transport_i2c *i2c = i2c_of(bus);
	uint64_t start_us = i2c_now_us(bus);
	uint8_t got[4];
	int err;

	err = pulse(i2c);
	if (err < 0)
		return err;
	/*
	 * An adapter that takes this long to fail must not try twice in a row.
	 */
	if (i2c_now_us(bus) - start_us > WATCHDOG_US)
		return -ETIMEDOUT;
	i2c_wait_us(bus, WAKE_DELAY_US);
	err = message(i2c, I2C_M_RD, got, sizeof(got));
	if (err < 0)
		return is_nak(err) ? -ENXIO : err;
	i2c->unanswered = !says_something(got, sizeof(got));
	memcpy(answer, got, sizeof(got));
	return 0;
}

const char *i2c_hint(struct transport *bus)
{
	static _Thread_local char text[128];
	const struct transport_i2c *i2c = i2c_of(bus);
	int err = i2c->refused[PULSE_BYTE];

	if (err && (!i2c->has_both || i2c->refused[PULSE_QUICK]))
		snprintf(text, sizeof(text),
			 "the adapter refuses to write to address 0, which "
			 "wakes the chip (%s)",
			 errno_name(err));
	else if (i2c->hz > WAKE_HZ_MAX)
		snprintf(text, sizeof(text),
			 "the bus runs at %u Hz, and a chip wakes at 100000 Hz "
			 "(133000 at most)",
			 i2c->hz);
	else
		return NULL;
	return text;
}
