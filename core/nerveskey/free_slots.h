/* SPDX-License-Identifier: Apache-2.0 */
/* EEPROM that nobody else uses. */
#ifndef NK_FREE_SLOTS_H
#define NK_FREE_SLOTS_H

#include <stddef.h>
#include <stdint.h>

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

#endif
