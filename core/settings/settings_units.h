/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The units of the settings space: the 13 blocks of slot 8, then a block of 32
 * bytes and a word of 4 in each of the slots 7, 6 and 5. One command writes a
 * unit, and a power cut leaves it old, new, or torn. Sets of units are bits.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define UNIT_BLOCK  32
#define UNIT_COUNT  19	     /* 13 on a Trust&Go part */
#define UNIT_BLOCKS 0x2bfffU /* the units of 32 bytes */

struct atecc;

struct unit {
	uint16_t offset; /* in the space */
	uint8_t len, slot, block;
};

extern const struct unit unit_table[UNIT_COUNT];

/* The number of units that hold the first `len` bytes of the space. */
size_t units_in(size_t len);
/* Those from `first` to `end` - 1. */
uint32_t units_range(size_t first, size_t end);
/* Those of the first `count` in which two spaces differ. */
uint32_t units_that_differ(const uint8_t *a, const uint8_t *b, size_t count);

/* Whether the unit is all 00 or all FF: never written, or wiped. */
bool unit_is_blank(const uint8_t *space, size_t i);
/*
 * Whether the space has an empty map. Only its first unit counts: an interrupted
 * update of an empty map may have left data behind it.
 */
bool space_is_blank(const uint8_t *space, size_t len);

int unit_read(struct atecc *chip, const struct unit *unit, uint8_t *data);
int unit_write(struct atecc *chip, const struct unit *unit,
	       const uint8_t *data);
