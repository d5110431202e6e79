/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An I2C adapter. Its ioctls come here, also those that libi2c makes (linked
 * with --wrap, see CMakeLists.txt). The clock passes by its slow transfers.
 */
#pragma once

#include "golden.h"
#include "transport.h"

struct fake_adapter {
	unsigned long functions;
	int busy_address; /* a kernel driver has it */
	int slave_error;  /* the error of choosing an address */
	long locked;	  /* address that another process locks; -1: none */
	size_t looks;	  /* that lock goes after so many looks; 0: never */
	int lock_error;	  /* the error of every lock */
	bool claims[128]; /* our locks, by address */
	int errors[8];	  /* the next transfers' errors; 0: success */
	size_t error_count, error_at;
	unsigned long address; /* from I2C_SLAVE */
	unsigned long timeout, retries;
	char log[256];
	uint8_t written[256];
	size_t written_len;
	uint64_t pulse_us;    /* duration of a write to address 0 */
	uint8_t frequency[4]; /* in the device tree */
	size_t frequency_len;
};

extern struct fake_adapter adapter;
extern uint64_t passed_us; /* time that such writes and waits took */

void new_adapter(void);
/* Let the next `count` transfers (at most 8) fail. */
void fail_next(size_t count, int err);
/* Open a new adapter. Its file is /dev/null: any file serves. */
struct transport *open_adapter(void);
