/* SPDX-License-Identifier: Apache-2.0 */
/* An open I2C adapter and its transfers. Private to the I2C transport. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "transport.h"

#define WAKE_HZ_MAX 133333 /* above this, address 0 is shorter than tWLO */

enum pulse { PULSE_QUICK, PULSE_BYTE, PULSE_COUNT };

struct transport_i2c {
	struct transport bus;
	int fd; /* -1 once the adapter is unplugged */
	/*
	 * The wake pulse is a write to address 0, without data or with one
	 * byte. Some adapters answer anything to a write without data and send
	 * nothing.
	 */
	enum pulse pulse;
	bool has_both;		  /* false: only PULSE_BYTE */
	bool unanswered;	  /* the last pulse woke no chip */
	int refused[PULSE_COUNT]; /* errno of a pulse that it refuses */
	unsigned int hz;	  /* bus clock; 0: unknown */
	bool has_node;		  /* `path` exists, and vanishes on unplug */
	bool unlockable;	  /* it cannot be locked, as was logged */
	uint8_t claimed;	  /* the locked address; 0: none */
	char path[256];
};

struct transport_i2c *i2c_of(struct transport *bus);

/* Selects the address for libi2c's calls. -EBUSY: a kernel driver owns it. */
int i2c_select(const struct transport_i2c *i2c, uint8_t address);

/* Implementations of struct transport_ops. */
int i2c_wake(struct transport *bus, uint8_t answer[static 4]);
int i2c_send(struct transport *bus, const uint8_t *packet, size_t len);
ssize_t i2c_receive(struct transport *bus, uint8_t *packet, size_t max);
int i2c_word(struct transport *bus, enum word word);
const char *i2c_hint(struct transport *bus);
void i2c_wait_us(struct transport *bus, unsigned int us);
uint64_t i2c_now_us(struct transport *bus);
