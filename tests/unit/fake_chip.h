/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A chip and its bus that do as a script says, behind transport_open(): for
 * the faults that no honest simulator shows, and for exact counts. Time only
 * passes when the driver waits.
 */
#ifndef NK_FAKE_CHIP_H
#define NK_FAKE_CHIP_H

#include "golden.h"

#include <limits.h>

#include "atecc.h"
#include "begin.h"

#define FOR_EVER UINT_MAX

/* What becomes of one command; all zero: executed at once, zeros come back. */
struct fake_step {
	int send_err;	      /* the command does not arrive */
	unsigned int busy_us; /* execution time */
	int busy_err;	      /* what a read says meanwhile; 0: -EAGAIN */
	unsigned int status;  /* other than 0: the reply is this status */
	unsigned int damaged; /* so many reads have a wrong CRC */
	const char *raw;      /* hex of the bytes that come instead */
	bool falls_asleep;    /* when it is done, TempKey lost */
	bool lost;	      /* asleep as soon as the reply was read once */
};

struct fake_chip {
	uint8_t address;	      /* where it answers; 0: it is not there */
	uint64_t busy_until;	      /* somebody else's command */
	uint64_t wake_answers_after;  /* of the wake pulse, us */
	const uint8_t *wake_statuses; /* then 11 */
	size_t wake_status_count;
	const struct fake_step *script;
	size_t steps;
	const char *reply; /* hex of data that good replies carry; or zeros */
	int bus_err;	   /* other than 0: this instead of a NAK */
	uint64_t stuck_until; /* the bus: each transfer is -ETIMEDOUT */
	int address_err;      /* other than 0: no address can be chosen */
	uint8_t busy;	      /* nor can this one ever, -EBUSY */
	unsigned int slow_us; /* each transfer takes so long */

	/*
	 * What happened: S sleep, I idle, W wake, two hex digits a command, r a
	 * read that was NAKed, R one that was not, z reset. Lower-case s, w: not
	 * acknowledged.
	 */
	char log[8192];
	uint64_t now_us;
	uint8_t sent[512][170]; /* with word address 03 */
	size_t sent_len[512], sent_count;
};

/* The chip that the next atecc_open() finds; reset to its blank state. */
struct fake_chip *fake_chip(void);
/* A chip that is there, asleep, opened: DEVICE names its address if `named`. */
struct atecc *fake_open(struct fake_chip **fake, bool named);
/* The same, begun, with an empty log. */
struct atecc *fake_begun(struct fake_chip **fake,
			 const struct fake_step *script, size_t steps);
void fake_clear_log(struct fake_chip *fake);

#define FAKE_SCRIPT(fake, ...)                                         \
	fake_begun(fake, (const struct fake_step[]){ __VA_ARGS__ },    \
		   sizeof((const struct fake_step[]){ __VA_ARGS__ }) / \
			   sizeof(struct fake_step))

#endif
