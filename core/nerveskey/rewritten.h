/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What another program writes to the chip's slots, or makes of its key, while
 * this one has read it already. Within a session.
 */
#ifndef NK_REWRITTEN_H
#define NK_REWRITTEN_H

#include <stdbool.h>
#include <stdint.h>

struct nerveskey;

/* Remember how a slot begins, if it can be written. `data` has 32 bytes or more. */
void rewritten_note(struct nerveskey *key, unsigned int slot,
		    const uint8_t *data);
/*
 * Read the first block of each slot that something in the cache was made of, and
 * a key that is not locked yet, and forget what was made of those that are
 * others now.
 */
int rewritten_forget(struct nerveskey *key);
/* The same unless it was done within a second. */
int rewritten_forget_old(struct nerveskey *key);

#endif
