/* SPDX-License-Identifier: Apache-2.0 */
/* Slots that are free for any use, and slots of foreign chips. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "bytes.h"

struct nerveskey;

#define NERVESKEY_SLOT_SIZE   36 /* of free slots, and of 0 to 7 */
#define NERVESKEY_SLOT_8_SIZE 416
#define NERVESKEY_SLOT_9_SIZE 72 /* and those above */

/*
 * Sets `out` to a free slot: 1 to 4, or 3 and 4 on volatile parts, or to a slot
 * of a foreign chip, if its configuration allows that.
 */
int nerveskey_slot_read(struct nerveskey *key, unsigned int slot,
			struct bytes *out);
/*
 * Write to a free slot, and only words that change. `offset` + `len` is at most
 * its size. -EPERM: the slot is locked.
 */
int nerveskey_slot_put(struct nerveskey *key, unsigned int slot, size_t offset,
		       const uint8_t *data, size_t len);
