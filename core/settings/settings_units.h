/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The settings space as the chip writes it: slot 8's thirteen blocks, then a
 * block of 32 bytes and a word of 4 in each of the slots 7, 6 and 5. A unit is
 * written by one command, and so is either old, new, or torn.
 */
#ifndef NK_SETTINGS_UNITS_H
#define NK_SETTINGS_UNITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "settings_store.h"

#define UNIT_BLOCK 32
#define UNIT_WORD  4
#define UNIT_COUNT 19 /* 13 on a Trust&Go part */

struct unit {
	size_t offset, len; /* in the space */
	unsigned int slot, block;
};

/* What the updates are written to: a chip. Errors are those of atecc.h. */
struct unit_io {
	void *chip;
	int (*read)(void *chip, const struct unit *unit, uint8_t *data);
	int (*write)(void *chip, const struct unit *unit, const uint8_t *data);
};

struct unit unit_at(size_t i);
/* How many units the first `len` bytes of the space touch. */
size_t units_in(size_t len);
/* Bits of the units in which the first `len` bytes differ. */
uint32_t units_that_differ(const uint8_t *a, const uint8_t *b, size_t len);

/* settings_load() and settings_store() on any such chip. */
int units_load(const struct unit_io *io, const struct settings_place *place,
	       struct settings_space *space, bool *recovered);
int units_store(const struct unit_io *io, const struct settings_place *place,
		struct settings_space *space, const struct bytes *etf);
int units_unchanged(const struct unit_io *io,
		    const struct settings_space *space);

#endif
