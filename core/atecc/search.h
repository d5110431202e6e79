/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One wake pulse, and the answers at the addresses where the chip may be. Only
 * files of this layer use it.
 *
 * Every chip on the bus sees the pulse. One that was asleep then answers
 * 04 11 33 43 to a read. Nothing is written to a guessed address before that
 * answer, because another device may have the address.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SEARCH_PLACES 5

struct atecc;

struct search {
	struct {
		uint8_t address;
		bool taken; /* by a kernel driver or another program */
	} place[SEARCH_PLACES];
	size_t count;
	unsigned int rounds;
	int bus_err;	   /* the adapter's last error, or -ENXIO */
	bool just_freed;   /* the round before had such an error */
	bool acknowledged; /* an address was, but the pulse not answered */
	bool ill;	   /* a chip at a guessed address fails its self-test */
	char others[160];  /* "; SENTENCE" for each address that is taken */
};

/*
 * Look where the chip was or where DEVICE says; with `everywhere` also at the
 * usual addresses.
 */
void search_begin(struct search *search, const struct atecc *chip,
		  bool everywhere);

/*
 * One round. 0: a chip is awake at the bus's address. -ENXIO: nothing answers.
 * -EIO: the self-test of the chip failed. -ENOMSG: the answer at an address that
 * is not guessed is wrong. Other errors: the bus or its only address cannot be
 * used.
 */
int search_round(struct search *search, struct atecc *chip);

/*
 * Whether more than the pulse may be written to the bus's address: the user has
 * named it, or the chip answered there the last time.
 */
bool search_may_write(const struct atecc *chip);

/* Sets `text` to the addresses that are not taken: "0x60, 0x35 or 0x36". */
void search_describe(const struct search *search, char *text, size_t size);
