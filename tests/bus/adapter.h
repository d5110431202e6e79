/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The adapter between a program and the bus: what it makes of the bus's words.
 * Without traits it reports what the bus says. Traits are in the variable
 * I2C_PRELOAD_ADAPTER, with commas between them:
 *
 *	nak=ERRNO	what a NAK is called: ENXIO, EREMOTEIO, EIO, ETIMEDOUT
 *	no-nak=WHAT	it reports no NAK of "reads" (they are all ff then),
 *			"long-reads" (of more than 60 bytes), "writes" (they
 *			succeed), or "all"
 *	quick=ANSWER	a write without data puts nothing on the bus, and is
 *			answered by "success", an errno, or "anything"
 *	general=ERRNO	it refuses to write to address 0
 *	no-quick	it says that it cannot write without data
 *	errors=PERCENT	so many transfers fail, with EIO, EREMOTEIO or
 *			ETIMEDOUT; half of them after the bus saw them
 *	seed=NUMBER	of what is random here
 *	every=N		each Nth transfer fails with EIO, and the bus does not
 *			see it
 *	fail-ms=N	how long a failing transfer takes
 *	dead=FILE	while FILE is there every transfer times out, after as
 *			many milliseconds as it says
 *	foreign=ADDRESSES  "0x35+0x36": other devices, which acknowledge all
 *			that is written and are read as ff
 *	writes=FILE	gets a line of hex for each write to one of those
 *	held=ADDRESSES	a kernel driver has them: I2C_SLAVE is EBUSY
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Does one transfer on the bus behind `fd`, like bus_exchange(), and changes
 * the result as the traits say. An unknown trait ends the program.
 */
int adapter_transfer(int fd, char op, unsigned int addr, uint8_t *data,
		     size_t len);

/* Waits as long as a failed transfer takes. */
void adapter_fail_slowly(void);

bool adapter_holds(unsigned int addr);

/* Returns what I2C_FUNCS reports. */
unsigned long adapter_functions(void);

/* Replaces the variable's traits and restarts the counts. */
void adapter_set(const char *traits);
