/* SPDX-License-Identifier: Apache-2.0 */
/* EEPROM that nobody else uses, or that anybody may read. */
#ifndef NK_FREE_SLOTS_H
#define NK_FREE_SLOTS_H

#include <stddef.h>
#include <stdint.h>

#include "bytes.h"

struct nerveskey;

/*
 * Free slots, 36 bytes each: 1 to 4, or 3 and 4 on volatile parts. Only words
 * that change are written.
 */
#define NERVESKEY_SLOT_SIZE 36
int nerveskey_slot_get(struct nerveskey *key, unsigned int slot,
		       uint8_t data[static NERVESKEY_SLOT_SIZE]);
int nerveskey_slot_put(struct nerveskey *key, unsigned int slot, size_t offset,
		       const uint8_t *data, size_t len);

/*
 * A whole slot of a foreign chip, if it may be read; `out` is set. Slots 0 to 7
 * have 36 bytes.
 */
#define NERVESKEY_SLOT_8_SIZE 416
#define NERVESKEY_SLOT_9_SIZE 72 /* and those above */
int nerveskey_slot_read(struct nerveskey *key, unsigned int slot,
			struct bytes *out);

#endif
