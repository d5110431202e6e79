/* SPDX-License-Identifier: Apache-2.0 */
/* What loading and storing share. */
#ifndef NK_SETTINGS_UPDATE_H
#define NK_SETTINGS_UPDATE_H

#include "settings_units.h"

#define UPDATE_ALL UINT32_MAX

struct update {
	struct atecc *chip;
	const struct settings_place *place;
	struct settings_space *space; /* what the chip holds, kept true */
};

/* -EINVAL: no part has so many bytes for settings. */
int update_check_place(const struct settings_place *place);
/* The length of the map on the chip; 0 when there is none. -ENOMEM. */
int settings_map_length(const struct settings_space *space, size_t *len);
/*
 * Those of `units` that differ from `then`, one by one, each read back.
 * `upwards`: from the first to the last, else the other way. -EIO: the chip
 * does not keep what is written.
 */
int update_write(const struct update *update, const uint8_t *then,
		 uint32_t units, bool upwards);
/* All of `units`, from the first to the last. */
int update_write_all(const struct update *update, const uint8_t *then,
		     uint32_t units);
/* -ESTALE: another program has written to one of `units`. */
int update_check(struct atecc *chip, const struct settings_space *space,
		 uint32_t units);

#endif
