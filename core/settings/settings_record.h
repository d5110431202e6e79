/* SPDX-License-Identifier: Apache-2.0 */
/* The record of an update, in the free blocks of the space: see README.md. */
#pragma once

#include "settings_store.h"
#include "settings_units.h"

struct record {
	union {
		struct {
			uint32_t map_crc; /* of the new map */
			uint16_t sequence;
			uint16_t old_len, new_len; /* of the maps */
			uint16_t patch_at; /* place of the first changed byte */
			uint16_t insert_at; /* and of the new bytes */
			uint8_t patch;	    /* the new value of that byte */
			uint8_t insert_len; /* number of new bytes */
			uint32_t units;	    /* of both maps, to write */
			uint8_t parity[UNIT_BLOCK];
			uint8_t insert[UINT8_MAX + UNIT_BLOCK];
		};
		uint8_t bytes[340]; /* as on the chip, little-endian */
	};
	uint32_t crc;	 /* of the record, and its identity */
	uint32_t blocks; /* units of the record itself */
	size_t count;	 /* of these, in their order */
	uint8_t unit[UNIT_COUNT];
};

/* The units of the old map that an update changes; none: it needs no record. */
uint32_t record_units(const struct settings_space *old,
		      const struct settings_space *new);
/*
 * Make the record of an update that needs one. Sets `record`, and `recorded` to
 * the old space with the record in it. False: there is no room.
 */
bool record_make(const struct settings_space *old,
		 const struct settings_space *new, struct record *record,
		 uint8_t *recorded);
/* Sets `record` to the newest one in the space. False: there is none. */
bool record_find(const struct settings_space *space, struct record *record);
/*
 * Sets `then`, of SETTINGS_SPACE_MAX bytes, to the new map and zeros, from a
 * space in which a part of the record's units are written and one may be torn.
 * False: the space is not in such a state.
 */
bool record_replay(const struct record *record, const uint8_t *space,
		   uint8_t *then);
/* A longer map is written from its end, before its source is overwritten. */
bool record_is_upwards(const struct record *record);

/* The unit in which the next record begins: `tail` or a later one. */
size_t record_start(const struct settings_space *space, size_t tail);

/*
 * Sets `then` like record_replay(), by a record of version 0.1.0. Returns the
 * units of the map to write; 0: there is no complete record.
 */
uint32_t old_record_find(const struct settings_space *space, uint8_t *then);
