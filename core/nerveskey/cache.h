/* SPDX-License-Identifier: Apache-2.0 */
/* What is known of the chip that answers, and what the chip supports. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "items.h"

struct cache;

/* Groups of files that exist only on some parts. */
enum nerveskey_feature {
	NERVESKEY_HAS_EUI48,	/* Trust&Go */
	NERVESKEY_HAS_OTP,	/* board, user: not on Trust&Go */
	NERVESKEY_HAS_AUX,	/* slots 9, 14, 15 can hold certificates */
	NERVESKEY_HAS_VOLATILE, /* activate, derive */
	NERVESKEY_HAS_SLOTS, /* free slots 1 to 4, or slots that can be read */
	NERVESKEY_HAS_KEYS,  /* keys/: not on a NervesKey, which has one */
};

/* Bits 1 << enum nerveskey_feature. */
unsigned int cache_features(const struct nerveskey *key);
/* Bits: those of slots 1 to 4 that are free. On volatile parts 3 and 4 are. */
uint16_t cache_free_slots(const struct nerveskey *key);
/* Bits: slots of a foreign chip that may be read, and are never written. */
uint16_t cache_readable_slots(const struct nerveskey *key);

/*
 * A number that grows when another chip answers than before. Upper layers then
 * forget what they know of the chip. The first change to settings or slots that
 * finds another chip returns -ENODEV.
 */
uint64_t nerveskey_chip_number(struct nerveskey *key);

/* Forget one item. It is loaded again on request. */
void cache_forget_item(struct nerveskey *key, enum nerveskey_item item);
/* Forget what was read from the data zone. Needs a session. */
void cache_forget_items(struct nerveskey *key);
/* Forget certificate requests: the next ones have another subject. */
void cache_forget_requests(struct nerveskey *key);
/* Remember the first block of a slot if it can be written: `data`, 32 bytes. */
void cache_note_block(struct cache *cache, unsigned int slot,
		      const uint8_t *data);

/* Sets `text` to the chip's own serial in upper-case hex. Returns its length. */
size_t chip_serial_text(const struct cache *cache, uint8_t text[static 48]);
/* Appends "NAME=0,2" and a newline: the numbers of the bits in `slots`. */
int slots_text(struct bytes *text, const char *name, uint16_t slots);
