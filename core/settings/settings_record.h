/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The record of an update in the unused tail of the settings space. README.md
 * has its format, and why it is enough.
 */
#ifndef NK_SETTINGS_RECORD_H
#define NK_SETTINGS_RECORD_H

#include <stdbool.h>

#include "settings_units.h"

struct record {
	uint32_t crc;	  /* of the record: no two have the same */
	uint32_t map_crc; /* of the new map */
	uint16_t sequence;
	uint16_t old_len, new_len; /* of the maps */
	uint16_t patch_at;	   /* the first byte that differs ... */
	uint8_t patch;		   /* ... and what it becomes */
	uint8_t insert_len;	   /* of bytes that are new */
	uint16_t insert_at;	   /* in the new map */
	uint32_t units;		   /* of the old map, that are written */
	uint8_t parity[UNIT_BLOCK];
	uint8_t insert[UINT8_MAX];
	uint32_t blocks;	  /* the units that hold it */
	size_t first_at, last_at; /* the first and the last of them */
};

/* Whether anything of the old map is written to. */
bool record_is_needed(const uint8_t *space, size_t old_len, const uint8_t *then,
		      size_t new_len);
/*
 * The record of the update from the map of `old_len` bytes in `space` to the
 * one of `new_len` bytes in `then`, and in `recorded` the space with it.
 * Both are set when there is room, else it is false. One that is needed.
 */
bool record_make(const struct settings_place *place, const uint8_t *space,
		 size_t old_len, const uint8_t *then, size_t new_len,
		 struct record *record, uint8_t *recorded);
/* The newest record of the space. False: there is none. */
bool record_find(const struct settings_place *place, const uint8_t *space,
		 struct record *record);
/*
 * The space with the new map and zeros behind it, from a space in which some
 * of the record's units are written and one may hold anything. False: the
 * space is not in such a state.
 */
bool record_replay(const struct settings_place *place,
		   const struct record *record, const uint8_t *space,
		   uint8_t *then);
/* A longer map is written from its end, so that what is moved is still there. */
static inline bool record_is_upwards(size_t old_len, size_t new_len)
{
	return new_len <= old_len;
}

/* Where the next record begins: a unit at `tail` or behind it. */
size_t record_start(const struct settings_place *place, const uint8_t *space,
		    size_t tail);

/* What version 0.1.0 wrote. */
struct old_record {
	size_t map_len;	 /* of the new map */
	uint32_t units;	 /* those of the map that it replaces */
	uint32_t header; /* the one that makes it a record */
};

/* It is whole, and belongs to what else is in the space; `then` as above. */
bool old_record_find(const struct settings_place *place, const uint8_t *space,
		     struct old_record *record, uint8_t *then);

#endif
