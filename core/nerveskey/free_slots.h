/* SPDX-License-Identifier: Apache-2.0 */
/* Slots that are free for any use, and slots of foreign chips. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "bytes.h"

struct nerveskey;

/*
 * Read or write a free slot of 36 bytes: 1 to 4, or 3 and 4 on volatile parts.
 * Writes only words that change. -EFBIG: the write would end behind the slot.
 * -EPERM: the slot is locked.
 */
#define NERVESKEY_SLOT_SIZE 36
int nerveskey_slot_get(struct nerveskey *key, unsigned int slot,
		       uint8_t data[static NERVESKEY_SLOT_SIZE]);
int nerveskey_slot_put(struct nerveskey *key, unsigned int slot, size_t offset,
		       const uint8_t *data, size_t len);

/*
 * Sets `out` to a whole slot of a foreign chip, if its configuration allows
 * that. Slots 0 to 7 have 36 bytes.
 */
#define NERVESKEY_SLOT_8_SIZE 416
#define NERVESKEY_SLOT_9_SIZE 72 /* and those above */
int nerveskey_slot_read(struct nerveskey *key, unsigned int slot,
			struct bytes *out);
