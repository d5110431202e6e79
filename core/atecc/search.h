/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One wake pulse and the answers at the addresses where the chip may be: for
 * the files of this layer alone.
 *
 * The pulse is seen by every chip on the bus, and one that was asleep then
 * answers 04 11 33 43 when it is read. At an address that is only guessed
 * nothing is written before that answer: it may be somebody else's.
 */
#ifndef NK_SEARCH_H
#define NK_SEARCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SEARCH_PLACES 5

struct atecc;

struct search {
	struct {
		uint8_t address;
		bool taken; /* by somebody else */
	} place[SEARCH_PLACES];
	size_t count;
	unsigned int rounds;
	int bus_err;	   /* an adapter's word in the last round, or -ENXIO */
	bool just_freed;   /* that there was one in the round before */
	bool acknowledged; /* an address, but with no answer to the pulse */
	bool ill;	   /* a chip at a guessed address fails its self-test */
	char others[160];  /* "; SENTENCE" for each address that is taken */
};

/* Where it was, or where DEVICE says; `everywhere`: the usual places as well. */
void search_begin(struct search *search, const struct atecc *chip,
		  bool everywhere);

/*
 * One round. 0: awake, at the bus's address. -ENXIO: nobody answers; -EIO: its
 * self-test failed; -ENOMSG: an answer that is none, at an address that is
 * not guessed; else why the only address, or the bus, cannot be used.
 */
int search_round(struct search *search, struct atecc *chip);

/*
 * Whether more than the pulse may be written to the bus's address: the user has
 * named it, or the chip answered there the last time.
 */
bool search_may_write(const struct atecc *chip);

/* "0x60, 0x35 or 0x36": those that are not taken. */
void search_describe(const struct search *search, char *text, size_t size);

#endif
