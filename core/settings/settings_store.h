/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Settings on the chip: read the space, update it so that a power cut at any
 * instant leaves the old map or the new one, and finish an interrupted update.
 * README.md says how. Call it all between atecc_begin() and atecc_end(), whose
 * errors come, too.
 */
#pragma once

#include "settings.h"

struct atecc;

struct settings_place {
	size_t len; /* SETTINGS_SPACE_MAX or SETTINGS_SPACE_TRUST_AND_GO */
	const char *state_dir; /* for journals; NULL: none are kept */
	uint8_t chip_serial[9];
};

/* The content of the chip, as these functions know it. */
struct settings_space {
	struct settings_place place; /* the caller sets it */
	size_t map_len;		     /* of the term in it; 0: there is none */
	uint32_t done; /* CRC of the record that is finished; 0: none */
	uint8_t data[SETTINGS_SPACE_MAX];
};

/*
 * Read the whole space and finish an interrupted update. Sets `space`, and
 * *recovered to whether the chip was written. Before the call, `space` is zeros
 * and its place, or of an earlier call for this chip, whose finished update is
 * skipped. On an error it is unchanged.
 */
int settings_load(struct atecc *chip, struct settings_space *space,
		  bool *recovered);

/*
 * Write `etf`, an external term, to the chip, and update `space`. Only units that
 * differ are written, and those of the record; all are read back. The record
 * stays until settings_tidy().
 * Nothing is written after -ESTALE (the chip does not hold `space` any more),
 * -ENOSPC (the term is longer than the space, or there is no room for a record
 * or a journal) and -EINVAL (a value of it looks like a record). After other
 * errors `space` may be wrong: load it again, which finishes the update if its
 * record was complete.
 */
int settings_store(struct atecc *chip, struct settings_space *space,
		   const struct bytes *etf);

/*
 * Write zeros behind the map, except in the last block of the last record: it
 * holds only data of the present map, and the next record overwrites it. Call
 * it when the chip is idle, and before it is closed. -ESTALE: another program
 * has written there, and nothing is written.
 */
int settings_tidy(struct atecc *chip, struct settings_space *space);
bool settings_is_tidy(const struct settings_space *space);

/* 0: the chip still holds the map of `space`. -ESTALE. Reads the map only. */
int settings_unchanged(struct atecc *chip, const struct settings_space *space);
