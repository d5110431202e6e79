/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An I2C adapter whose ioctls are caught, also those of libi2c; and a clock that
 * its slow transfers make pass. Linked with --wrap (see CMakeLists.txt).
 */
#ifndef NK_FAKE_ADAPTER_H
#define NK_FAKE_ADAPTER_H

#include "golden.h"
#include "transport.h"

struct fake_adapter {
	unsigned long functions;
	int busy_address; /* a kernel driver has it */
	int slave_error;  /* of choosing an address */
	long locked;	  /* by another process: the address; -1: none */
	size_t looks;	  /* at that lock, and it is gone; 0: it stays */
	bool claims[128]; /* our locks, by address */
	int errors[8];	  /* of the next transfers; 0: it works */
	size_t error_count, error_at;
	unsigned long address; /* by I2C_SLAVE */
	unsigned long timeout, retries;
	char log[256];
	uint8_t written[256];
	size_t written_len;
	uint64_t pulse_us;    /* what a write to address 0 takes */
	uint8_t frequency[4]; /* in the device tree */
	size_t frequency_len;
};

extern struct fake_adapter adapter;
extern uint64_t passed_us; /* of such writes and waits, on the clock */

void new_adapter(void);
/* The next `count` transfers, 8 at most. */
void fail_next(size_t count, int err);
/* A new one, as /dev/null: any file will do. */
struct transport *open_adapter(void);

#endif
