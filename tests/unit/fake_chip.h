/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A chip and its bus that follow a script, behind transport_open(). It has
 * faults that the simulator does not have, and allows exact counts. Time passes
 * only while the driver waits.
 */
#pragma once

#include "golden.h"

#include <limits.h>

#include "atecc.h"
#include "begin.h"

#define FOR_EVER UINT_MAX

/* How one command goes; all zero: it is executed at once and returns zeros. */
struct fake_step {
	int send_err;	      /* the command does not arrive */
	unsigned int busy_us; /* execution time */
	int busy_err;	      /* the error of reads meanwhile; 0: -EAGAIN */
	unsigned int status;  /* other than 0: the reply is this status */
	unsigned int damaged; /* so many reads have a wrong CRC */
	const char *raw;      /* hex of the bytes that are read instead */
	bool falls_asleep;    /* after it the chip sleeps, TempKey is lost */
	bool lost;	      /* the chip sleeps after one read of the reply */
};

struct fake_chip {
	uint8_t address;	      /* where it answers; 0: it is absent */
	uint64_t busy_until;	      /* end of another program's command */
	uint64_t wake_answers_after;  /* microseconds after the wake pulse */
	const uint8_t *wake_statuses; /* then 11 */
	size_t wake_status_count;
	const struct fake_step *script;
	size_t steps;
	const char *reply;    /* hex of the data in good replies; NULL: zeros */
	int bus_err;	      /* other than 0: this instead of a NAK */
	uint64_t stuck_until; /* until then each transfer is -ETIMEDOUT */
	int address_err;      /* other than 0: no address can be chosen */
	uint8_t busy;	      /* an address that is always -EBUSY */
	unsigned int slow_us; /* each transfer takes so long */

	/*
	 * What happened. S: sleep, I: idle, W: wake, two hex digits: a command,
	 * r: a read that got a NAK, R: another read, z: a reset. s and w: sleep
	 * and wake that were not acknowledged.
	 */
	char log[8192];
	uint64_t now_us;
	uint8_t sent[512][170]; /* with word address 03 */
	size_t sent_len[512], sent_count;
};

/* Reset the chip that the next atecc_open() finds, and return it. */
struct fake_chip *fake_chip(void);
/* Open a chip that sleeps. DEVICE names its address if `named`. Sets *fake. */
struct atecc *fake_open(struct fake_chip **fake, bool named);
/* The same, then begin a session, with an empty log. */
struct atecc *fake_begun(struct fake_chip **fake,
			 const struct fake_step *script, size_t steps);
void fake_clear_log(struct fake_chip *fake);

#define FAKE_SCRIPT(fake, ...)                                         \
	fake_begun(fake, (const struct fake_step[]){ __VA_ARGS__ },    \
		   sizeof((const struct fake_step[]){ __VA_ARGS__ }) / \
			   sizeof(struct fake_step))
