/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Slots that another program writes, and a key that it makes, after this program
 * has read them. All functions need a session.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct nerveskey;

/* Remember the first block of a slot if it can be written: `data`, 32 bytes. */
void rewritten_note(struct nerveskey *key, unsigned int slot,
		    const uint8_t *data);
/*
 * Read the first block of each slot that the cache was made from, and a key that
 * is not locked yet. Forget what was made from those that have changed. -EREMCHG:
 * the certificates do not fit, so all must be read again.
 */
int rewritten_forget(struct nerveskey *key);
/* The same, unless it was done within a second. */
int rewritten_forget_old(struct nerveskey *key);
