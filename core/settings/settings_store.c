/* SPDX-License-Identifier: Apache-2.0 */
/* An interrupted update is finished in its own order: power may fail again. */
#include "settings_store.h"

#include <errno.h>
#include <string.h>
#include <sys/param.h>

#include "error.h"
#include "etf.h"
#include "log.h"
#include "settings_update.h"

#define ALL_UNITS UINT32_MAX

static const uint8_t zeros[SETTINGS_SPACE_MAX];

/* Reads these units into their places in `data`. */
static int read_units(struct atecc *chip, uint32_t units, uint8_t *data)
{
	int err = 0;

	for (size_t i = 0; err == 0 && i < UNIT_COUNT; i++)
		if (units >> i & 1)
			err = unit_read(chip, &unit_table[i],
					data + unit_table[i].offset);
	return err;
}

/* -ESTALE: one of `units` on the chip differs from `space`. */
static int check(struct atecc *chip, const struct settings_space *space,
		 uint32_t units)
{
	struct settings_space now = *space;
	uint32_t other;
	int err = read_units(chip, units, now.data);

	if (err < 0)
		return err;
	other = units_that_differ(now.data, space->data, UNIT_COUNT);
	if (other == 0)
		return 0;
	return fail_because(ESTALE,
			    "another program has changed block %u of slot %u "
			    "since the settings were read: write yours again",
			    unit_table[__builtin_ctz(other)].block,
			    unit_table[__builtin_ctz(other)].slot);
}

static int write_unit(struct atecc *chip, const struct unit *unit,
		      uint8_t *held, const uint8_t *then)
{
	int err = unit_write(chip, unit, then);

	if (err == 0)
		err = unit_read(chip, unit, held);
	if (err < 0 || memcmp(held, then, unit->len) == 0)
		return err;
	return fail_because(EIO,
			    "block %u of slot %u was written, but reads back "
			    "differently: its EEPROM is worn out or damaged; "
			    "replace the chip",
			    unit->block, unit->slot);
}

/*
 * Writes `units`, also those that hold this already, and reads each back.
 * `upwards`: from the first to the last, else from the last to the first.
 */
static int write_all_of(struct atecc *chip, struct settings_space *space,
			const uint8_t *then, uint32_t units, bool upwards)
{
	int err = 0;

	for (size_t n = 0; err == 0 && n < UNIT_COUNT; n++) {
		size_t i = upwards ? n : UNIT_COUNT - 1 - n;
		size_t at = unit_table[i].offset;

		if (units >> i & 1)
			err = write_unit(chip, &unit_table[i], space->data + at,
					 then + at);
	}
	return err;
}

/* Writes those of `units` that differ from `then`. */
static int write_units(struct atecc *chip, struct settings_space *space,
		       const uint8_t *then, uint32_t units, bool upwards)
{
	units &= units_that_differ(space->data, then,
				   units_in(space->place.len));
	return write_all_of(chip, space, then, units, upwards);
}

/* The new map in the order of its record, and zeros for what only the old had. */
static int write_map(struct atecc *chip, struct settings_space *space,
		     const struct record *record, const uint8_t *then)
{
	size_t old_end = units_in(record->old_len);
	size_t new_end = units_in(record->new_len);
	int err = write_units(chip, space, then, units_range(0, new_end),
			      record_is_upwards(record));

	if (err == 0)
		err = write_units(chip, space, then,
				  units_range(new_end, old_end), true);
	if (err == 0)
		space->done = record->crc;
	return err;
}

/*
 * Units are written from the first to the last. At most one is torn: all before
 * it are new, all behind it are old. Otherwise another program has written.
 */
static int finish_journal(struct atecc *chip, struct settings_space *space,
			  bool *recovered)
{
	uint8_t now[SETTINGS_SPACE_MAX], then[SETTINGS_SPACE_MAX];
	size_t count = units_in(space->place.len);
	uint32_t not_old, not_new, torn;
	int err = 0;

	if (!journal_read(&space->place, now, then))
		return 0;
	not_old = units_that_differ(space->data, now, count);
	not_new = units_that_differ(space->data, then, count);
	torn = not_new & -not_new;
	if (not_old == 0 || not_new == 0) {
		/* It has not begun, or is done. */
	} else if (!(units_that_differ(now, then, count) & torn) ||
		   (not_old & ~(torn | (torn - 1)))) {
		log_write(LOG_LEVEL_WARNING,
			  "another program has changed the settings since a "
			  "journal was written: the journal is dropped");
	} else {
		err = write_units(chip, space, then, ALL_UNITS, true);
		*recovered = true;
	}
	if (err == 0)
		journal_remove(&space->place);
	return err;
}

/*
 * A journal is newer than any record of version 2: it is written when a record
 * finds no room, and removed before the next record is written.
 */
static int finish(struct atecc *chip, struct settings_space *space,
		  bool *recovered)
{
	uint8_t then[SETTINGS_SPACE_MAX];
	uint32_t units = old_record_find(space, then);
	struct record record;
	size_t end;
	int err;

	if (units != 0) {
		*recovered = true;
		/* The map, then the header, which is first from the end. */
		err = write_units(chip, space, then, units, true);
		if (err == 0)
			err = write_units(chip, space, then, ALL_UNITS, false);
		if (err == 0)
			journal_remove(&space->place);
		return err;
	}
	err = finish_journal(chip, space, recovered);
	if (err < 0 || *recovered || !record_find(space, &record) ||
	    record.crc == space->done)
		return err;
	if (!record_replay(&record, space->data, then)) {
		/* It has not begun, or another program has written. */
		space->done = record.crc;
		return 0;
	}
	end = units_in(MAX(record.old_len, record.new_len));
	*recovered = units_that_differ(space->data, then, end) != 0;
	return write_map(chip, space, &record, then);
}

int settings_load(struct atecc *chip, struct settings_space *space,
		  bool *recovered)
{
	struct settings_space found = { .place = space->place,
					.done = space->done };
	size_t len = space->place.len;
	BYTES_LOCAL(term);
	bool finished = false;
	int err = read_units(chip, units_range(0, units_in(len)), found.data);

	if (err == 0)
		err = finish(chip, &found, &finished);
	if (err < 0)
		return err;
	err = etf_unpack(found.data, len, &term, &found.map_len);
	if (err < 0 && err != -EBADMSG)
		return err;
	*space = found;
	*recovered = finished;
	return 0;
}

/* Set `then` to the new space: `etf`, then zeros. */
static int make_image(const struct settings_place *place,
		      const struct bytes *etf, struct settings_space *then)
{
	uint8_t replayed[SETTINGS_SPACE_MAX];
	struct record record;

	if (etf->len > place->len)
		return fail_because(
			ENOSPC,
			"the settings would have %zu bytes, and this chip "
			"has room for %zu: remove or shorten some",
			etf->len, place->len);
	*then = (struct settings_space){ .place = *place, .map_len = etf->len };
	memcpy(then->data, etf->data, etf->len);
	/* What the next start would take for a record that is to be finished. */
	if (old_record_find(then, replayed) != 0 || record_find(then, &record))
		return fail_because(
			EINVAL,
			"a value contains a copy of an update record, which "
			"the next start would take for an interrupted "
			"update: change one byte of that value");
	return 0;
}

/*
 * Wipe the newest record unless the next one overwrites a part of it. An old
 * record that stays complete would be replayed when the next one is torn.
 */
static int end_record(struct atecc *chip, struct settings_space *space,
		      const struct record *next)
{
	struct record newest;

	if (!record_find(space, &newest) || (newest.blocks & next->blocks) != 0)
		return 0;
	return write_all_of(chip, space, zeros, 1U << newest.unit[0], true);
}

static int write_by_journal(struct atecc *chip, struct settings_space *space,
			    const uint8_t *then, size_t len)
{
	const struct settings_place *place = &space->place;
	int err = check(chip, space, units_range(0, units_in(place->len)));

	if (err == 0)
		err = journal_write(place, space->data, then);
	if (err == -ENOSPC)
		return fail_because(
			ENOSPC,
			"settings of %zu bytes leave too little of the "
			"chip's %zu bytes for an update record, and %s",
			len, place->len, fail_reason());
	if (err == 0)
		err = write_units(chip, space, then, ALL_UNITS, true);
	if (err == 0)
		journal_remove(place);
	return err;
}

/*
 * The first block of a record is checked, too: another driver may have made a
 * change and undone it, and its records would be newer than ours.
 */
static int replace_map(struct atecc *chip, struct settings_space *space,
		       const struct settings_space *then)
{
	size_t len = MAX(space->map_len, then->map_len);
	uint8_t recorded[SETTINGS_SPACE_MAX];
	struct record record;
	int err;

	if (!record_make(space, then, &record, recorded))
		return write_by_journal(chip, space, then->data, len);
	err = check(chip, space,
		    units_range(0, units_in(len)) | 1U << record.unit[0]);
	if (err < 0)
		return err;
	journal_remove(&space->place); /* if an earlier removal failed */
	err = end_record(chip, space, &record);
	if (err == 0)
		err = write_all_of(chip, space, recorded, record.blocks, true);
	return err < 0 ? err : write_map(chip, space, &record, then->data);
}

int settings_store(struct atecc *chip, struct settings_space *space,
		   const struct bytes *etf)
{
	uint32_t units = units_range(0, units_in(etf->len));
	struct settings_space then;
	int err = make_image(&space->place, etf, &then);

	if (err < 0)
		return err;
	if (record_units(space, &then) != 0) {
		err = replace_map(chip, space, &then);
	} else { /* no unit of the old map changes */
		err = check(chip, space, units);
		if (err == 0)
			err = write_units(chip, space, then.data, units, false);
	}
	if (err == 0)
		space->map_len = then.map_len;
	return err;
}

/* The units of the map; of the whole space when another program owns it. */
static size_t owned_units(const struct settings_space *space)
{
	size_t len = space->place.len;

	if (space->map_len > 0)
		return units_in(space->map_len);
	return settings_is_blank(space->data, len) ? 1 : units_in(len);
}

/* An external term determines its own length, so the map's units suffice. */
int settings_unchanged(struct atecc *chip, const struct settings_space *space)
{
	return check(chip, space, units_range(0, owned_units(space)));
}

/*
 * Those behind the map that are not blank, except the one in which the next
 * record begins: it holds data of the present map only.
 */
static uint32_t untidy_units(const struct settings_space *space)
{
	size_t tail = owned_units(space);
	uint32_t units = 0;

	for (size_t i = tail; i < units_in(space->place.len); i++)
		if (!unit_is_blank(space->data, i))
			units |= 1U << i;
	return units & ~(1U << record_start(space, tail));
}

bool settings_is_tidy(const struct settings_space *space)
{
	return untidy_units(space) == 0;
}

int settings_tidy(struct atecc *chip, struct settings_space *space)
{
	uint32_t units = untidy_units(space);
	int err = check(chip, space, units);

	return err < 0 ? err : write_units(chip, space, zeros, units, true);
}
