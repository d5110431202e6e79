/* SPDX-License-Identifier: Apache-2.0 */
/* Read the space, and finish an interrupted update. */
#include <errno.h>

#include "etf.h"
#include "log.h"
#include "settings_journal.h"
#include "settings_record.h"

static int read_space(struct atecc *chip, struct settings_space *space)
{
	for (size_t i = 0; i < units_in(space->len); i++) {
		const struct unit *unit = &unit_table[i];
		int err = unit_read(chip, unit, space->data + unit->offset);

		if (err < 0)
			return err;
	}
	return 0;
}

/* The steps of version 0.1.0: the map, the header, the rest of the space. */
static int finish_old_record(const struct space_update *update,
			     const struct old_record *record)
{
	int err = update_write(update, record->then, record->units, true);

	if (err == 0)
		err = update_write(update, record->then, record->header, true);
	if (err == 0)
		err = update_write(update, record->then, UPDATE_ALL, true);
	if (err == 0)
		journal_remove(update->place);
	return err;
}

/* Write in the order of the first attempt: power may fail again. */
static int finish_record(const struct space_update *update,
			 const struct record *record, bool *recovered)
{
	size_t old_end = units_in(record->old_len);
	size_t new_end = units_in(record->new_len);
	uint8_t then[SETTINGS_SPACE_MAX];
	uint32_t units;
	int err;

	if (!record_replay(update->place, record, update->space->data, then))
		return 0; /* not begun, or another program has written */
	units = units_range(0, old_end > new_end ? old_end : new_end);
	*recovered =
		(units & units_that_differ(update->space->data, then,
					   units_in(update->place->len))) != 0;
	err = update_write(update, then, units_range(0, new_end),
			   record_is_upwards(record));
	return err < 0 ? err : update_write(update, then, units, true);
}

/*
 * Units are written from the first to the last. At most one is torn: all before
 * it are new, all behind it are old. Otherwise another program has written.
 */
static int finish_journal(const struct space_update *update, bool *recovered)
{
	uint8_t now[SETTINGS_SPACE_MAX], then[SETTINGS_SPACE_MAX];
	const struct settings_space *space = update->space;
	size_t count = units_in(space->len);
	uint32_t not_old, not_new, torn;
	int err = 0;

	if (journal_read(update->place, now, then) < 0)
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
		err = update_write(update, then, UPDATE_ALL, true);
		*recovered = true;
	}
	if (err == 0)
		journal_remove(update->place);
	return err;
}

/*
 * A journal is newer than any record of version 2: it is written when a record
 * finds no room, and removed before the next record is written.
 */
static int finish(const struct space_update *update, bool *recovered)
{
	struct old_record old;
	struct record record;
	int err;

	if (old_record_find(update->place, update->space->data, &old)) {
		*recovered = true;
		return finish_old_record(update, &old);
	}
	err = finish_journal(update, recovered);
	if (err < 0 || *recovered ||
	    !record_find(update->place, update->space->data, &record) ||
	    record.crc == update->space->done)
		return err;
	err = finish_record(update, &record, recovered);
	if (err == 0)
		update->space->done = record.crc;
	return err;
}

static int find_map(struct settings_space *space)
{
	struct bytes term = BYTES_INIT;
	int err = etf_unpack(space->data, space->len, &term, &space->map_len);

	bytes_free(&term);
	return err == -EBADMSG ? 0 : err;
}

int settings_load(struct atecc *chip, const struct settings_place *place,
		  struct settings_space *space, bool *recovered)
{
	struct settings_space found = { .len = place->len,
					.done = space->done };
	struct space_update update = { chip, place, &found };
	bool finished = false;
	int err = read_space(chip, &found);

	if (err == 0)
		err = finish(&update, &finished);
	if (err == 0)
		err = find_map(&found);
	if (err < 0)
		return err;
	*space = found;
	*recovered = finished;
	return 0;
}
