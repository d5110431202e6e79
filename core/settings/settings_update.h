/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an update of the settings is made of: units, and a record or a journal.
 *
 * The units of the space are the 13 blocks of slot 8, then a block of 32 bytes
 * and a word of 4 in each of the slots 7, 6 and 5. One command writes a unit, and
 * a power cut leaves it old, new, or torn. Sets of units are bits.
 */
#pragma once

#include "settings_store.h"

#define UNIT_BLOCK  32
#define UNIT_COUNT  19	     /* 13 on a Trust&Go part */
#define UNIT_BLOCKS 0x2bfffU /* the units of 32 bytes */

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
int unit_read(struct atecc *chip, const struct unit *unit, uint8_t *data);
int unit_write(struct atecc *chip, const struct unit *unit,
	       const uint8_t *data);

/* The record of an update, in the free blocks of the space: see README.md. */
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

/*
 * The journal of an update whose record has no room on the chip: the file
 * STATE_DIR/SERIAL.journal holds the space before and after it, `now` and `then`.
 * Write it and sync it. -ENOSPC: it cannot be written.
 */
int journal_write(const struct settings_place *place, const uint8_t *now,
		  const uint8_t *then);
/* Sets `now` and `then`. False: there is no complete journal. */
bool journal_read(const struct settings_place *place, uint8_t *now,
		  uint8_t *then);
/* Removes the journal and syncs the directory. Logs a failure. */
void journal_remove(const struct settings_place *place);
