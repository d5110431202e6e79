/* SPDX-License-Identifier: Apache-2.0 */
/* An open I2C adapter and its transfers: for transport_i2c.c alone. */
#ifndef NK_I2C_TRANSFERS_H
#define NK_I2C_TRANSFERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "transport.h"

#define WAKE_HZ_MAX 133333 /* address 0 is then low for tWLO, 60 us */

enum pulse { PULSE_QUICK, PULSE_BYTE, PULSE_COUNT };

struct transport_i2c {
	struct transport bus;
	int fd; /* -1 after the adapter was unplugged */
	/*
	 * The wake pulse is a write to address 0, without data or with a byte.
	 * An adapter may answer anything to the former, and do nothing.
	 */
	enum pulse pulse;
	bool has_both;		  /* or it can only write bytes */
	bool unanswered;	  /* the last pulse */
	int refused[PULSE_COUNT]; /* what it said, if that means no */
	unsigned int hz;	  /* 0: nobody tells */
	bool has_node;	 /* the path is a file, which goes with the adapter */
	uint8_t claimed; /* an address; 0: none */
	char path[256];
};

struct transport_i2c *i2c_of(struct transport *bus);

/* Choose the address of libi2c's calls. -EBUSY: a kernel driver has it. */
int i2c_select(const struct transport_i2c *i2c, uint8_t address);

/* As struct transport_ops has them. */
int i2c_wake(struct transport *bus, uint8_t answer[static 4]);
int i2c_send(struct transport *bus, const uint8_t *packet, size_t len);
ssize_t i2c_receive(struct transport *bus, uint8_t *packet, size_t max);
int i2c_reset(struct transport *bus);
int i2c_idle(struct transport *bus);
int i2c_sleep(struct transport *bus);
const char *i2c_hint(struct transport *bus);
void i2c_wait_us(struct transport *bus, unsigned int us);
uint64_t i2c_now_us(struct transport *bus);

#endif
