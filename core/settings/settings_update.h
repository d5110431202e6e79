/* SPDX-License-Identifier: Apache-2.0 */
/* Writing units, for those who load, store and tidy. */
#ifndef NK_SETTINGS_UPDATE_H
#define NK_SETTINGS_UPDATE_H

#include "settings_store.h"
#include "settings_units.h"

#define UPDATE_ALL UINT32_MAX

struct update {
	struct atecc *chip;
	const struct settings_place *place;
	struct settings_space *space; /* content of the chip; updated */
};

/*
 * Write those of `units` that differ from `then`, and read each back.
 * `upwards`: from the first to the last, else from the last to the first. -EIO:
 * a unit reads back differently.
 */
int update_write(const struct update *update, const uint8_t *then,
		 uint32_t units, bool upwards);
/* Write all of `units`, from the first to the last. */
int update_write_all(const struct update *update, const uint8_t *then,
		     uint32_t units);

#endif
