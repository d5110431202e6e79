/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Settings on the chip: reading the space, updating it so that a power cut at
 * any instant leaves the old map or the new one, and finishing an update that
 * a power cut has interrupted. README.md says how.
 *
 * All calls are made between atecc_begin() and atecc_end().
 */
#ifndef NK_SETTINGS_STORE_H
#define NK_SETTINGS_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "settings.h"

struct atecc;

struct settings_space {
	size_t len;    /* SETTINGS_SPACE_MAX or SETTINGS_SPACE_TRUST_AND_GO */
	uint32_t done; /* the record that needs no look any more; 0 at first */
	uint8_t data[SETTINGS_SPACE_MAX];
};

struct settings_place {
	size_t len;	       /* of the space on this part */
	const char *state_dir; /* journal files; NULL: none */
	uint8_t chip_serial[9];
};

/*
 * Read the whole space, finish an interrupted update if there is one (then
 * *recovered is true and the chip has been written), and give what the map is.
 * `space` is what an earlier call left of this chip, or zeros: an update that
 * this process has finished is not looked at again.
 */
int settings_load(struct atecc *chip, const struct settings_place *place,
		  struct settings_space *space, bool *recovered);

/*
 * Make the chip hold `etf`. `space` is what it holds now, as settings_load() or
 * the last settings_store() left it, and is kept true. Only 32-byte blocks that
 * differ are written (4-byte words at the ends of the slots 7 to 5), and what
 * the record takes; all are read back. What the old map had behind the new
 * one's end becomes zeros; the record stays for settings_tidy().
 * -ESTALE: the chip does not hold `space` any more; nothing is written. After
 * any other error `space` may be untrue: load it again, which finishes an
 * update that had got past its record.
 * -ENOSPC: longer than the space, or neither the chip nor the state directory
 * has room for the record; -EINVAL: not one external term. Nothing is written
 * then.
 */
int settings_store(struct atecc *chip, const struct settings_place *place,
		   struct settings_space *space, const struct bytes *etf);

/* The same for a map. -ENOMEM too. */
int settings_save(struct atecc *chip, const struct settings_place *place,
		  struct settings_space *space,
		  const struct settings *settings);

/*
 * Zeros behind the map, but for the last block of the last record, which holds
 * nothing that the map does not: the next record overwrites it. For when the
 * chip is idle, and before it is left. Blocks that another program has written
 * are left alone. Nothing is read or written when nothing is to be done, which
 * settings_is_tidy() tells.
 */
int settings_tidy(struct atecc *chip, const struct settings_place *place,
		  struct settings_space *space);
bool settings_is_tidy(const struct settings_place *place,
		      const struct settings_space *space);

/*
 * Whether the chip still holds the map of `space`: -ESTALE when not. As many
 * reads as the map has blocks.
 */
int settings_unchanged(struct atecc *chip, const struct settings_space *space);

#endif
