/* SPDX-License-Identifier: Apache-2.0 */
/* The redo record in the tail of the settings space; see settings_store.c. */
#ifndef NK_SETTINGS_REDO_H
#define NK_SETTINGS_REDO_H

#include "settings_units.h"

struct redo {
	size_t map_len;	  /* of the new map */
	uint32_t units;	  /* those of the map that it replaces */
	uint32_t payload; /* those that hold their new content */
	uint32_t header;  /* the one that makes it a record */
};

/*
 * The record that turns `now` into `then`, whose map has `map_len` bytes and
 * differs in `units`, put into `recorded`, a copy of `now`. The first `keep` bytes
 * stay free. False: there is no room.
 */
bool redo_make(const struct settings_place *place, const uint8_t *then,
	       size_t map_len, uint32_t units, size_t keep, struct redo *redo,
	       uint8_t *recorded);
/*
 * A record that is whole and belongs to what else is in the space; `then` is
 * the space with the new map and zeros after it.
 */
bool redo_find(const struct settings_place *place, const uint8_t *space,
	       struct redo *redo, uint8_t *then);

#endif
