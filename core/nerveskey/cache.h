/* SPDX-License-Identifier: Apache-2.0 */
/* What is known of the chip that answers, and what the chip supports. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "items.h"

/* Groups of files that exist only on some parts. */
enum nerveskey_feature {
	NERVESKEY_HAS_EUI48,	/* Trust&Go */
	NERVESKEY_HAS_OTP,	/* board, user: not on Trust&Go */
	NERVESKEY_HAS_AUX,	/* slots 9, 14, 15 can hold certificates */
	NERVESKEY_HAS_VOLATILE, /* activate, derive */
	NERVESKEY_HAS_SLOTS, /* free slots 1 to 4, or slots that can be read */
	NERVESKEY_HAS_KEYS,  /* keys/: not on a NervesKey, which has one */
	NERVESKEY_FEATURE_COUNT
};

bool nerveskey_has(struct nerveskey *key, enum nerveskey_feature feature);
/* Whether one of slots 1 to 4 is free: on volatile parts 1 and 2 hold keys. */
bool nerveskey_slot_is_free(struct nerveskey *key, unsigned int slot);
/* Of a foreign chip: it may be read, and is never written. */
bool nerveskey_slot_is_readable(struct nerveskey *key, unsigned int slot);

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
