/* SPDX-License-Identifier: Apache-2.0 */
/* Updates, by a record on the chip or by a journal, and what they leave. */
#include "settings_store.h"

#include <errno.h>
#include <string.h>

#include "error.h"
#include "settings_journal.h"
#include "settings_record.h"

static const uint8_t zeros[SETTINGS_SPACE_MAX];

/* -ESTALE: one of `units` on the chip differs from `space`. */
static int check(struct atecc *chip, const struct settings_space *space,
		 uint32_t units)
{
	uint8_t now[UNIT_BLOCK];

	for (size_t i = 0; i < units_in(space->len); i++) {
		const struct unit *unit = &unit_table[i];
		int err = units >> i & 1 ? unit_read(chip, unit, now) : 0;

		if (err < 0)
			return err;
		if (units >> i & 1 &&
		    memcmp(now, space->data + unit->offset, unit->len) != 0)
			return fail_because(
				ESTALE,
				"another program has changed block %u of slot "
				"%u since the settings were read: write yours "
				"again",
				unit->block, unit->slot);
	}
	return 0;
}

static int write_unit(const struct space_update *update,
		      const struct unit *unit, const uint8_t *then)
{
	uint8_t *held = update->space->data + unit->offset;
	uint8_t back[UNIT_BLOCK];
	int err;

	err = unit_write(update->chip, unit, then + unit->offset);
	if (err == 0)
		err = unit_read(update->chip, unit, back);
	if (err < 0)
		return err;
	memcpy(held, back, unit->len);
	if (memcmp(back, then + unit->offset, unit->len) != 0)
		return fail_because(
			EIO,
			"block %u of slot %u was written, but reads back "
			"differently: its EEPROM is worn out or damaged; "
			"replace the chip",
			unit->block, unit->slot);
	return 0;
}

static int write_units(const struct space_update *update, const uint8_t *then,
		       uint32_t units, bool upwards)
{
	size_t count = units_in(update->place->len);
	int err = 0;

	for (size_t n = 0; err == 0 && n < count; n++) {
		size_t i = upwards ? n : count - 1 - n;

		if (units >> i & 1)
			err = write_unit(update, &unit_table[i], then);
	}
	return err;
}

/* Whether they differ or not. */
static int write_all_of(const struct space_update *update, const uint8_t *then,
			uint32_t units)
{
	return write_units(update, then, units, true);
}

int update_write(const struct space_update *update, const uint8_t *then,
		 uint32_t units, bool upwards)
{
	units &= units_that_differ(update->space->data, then,
				   units_in(update->place->len));
	return write_units(update, then, units, upwards);
}

/* What the next start would take for a record that is to be finished. */
static bool holds_record(const struct settings_place *place,
			 const uint8_t *then)
{
	struct old_record old;
	struct record record;

	return old_record_find(place, then, &old) ||
	       record_find(place, then, &record);
}

/* Set `then` to the new space: `etf`, then zeros. */
static int make_image(const struct settings_place *place,
		      const struct bytes *etf, struct settings_space *then)
{
	if (etf->len > place->len)
		return fail_because(
			ENOSPC,
			"the settings would have %zu bytes, and this chip "
			"has room for %zu: remove or shorten some",
			etf->len, place->len);
	*then = (struct settings_space){ .len = place->len,
					 .map_len = etf->len };
	memcpy(then->data, etf->data, etf->len);
	if (holds_record(place, then->data))
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
static int end_record(const struct space_update *update,
		      const struct record *next)
{
	struct record newest;

	if (!record_find(update->place, update->space->data, &newest) ||
	    (newest.blocks & next->blocks) != 0)
		return 0;
	return write_all_of(update, zeros, 1U << newest.unit[0]);
}

/* Write the record, the map, and zeros in place of the rest of the old map. */
static int write_by_record(const struct space_update *update,
			   const struct record *record, const uint8_t *recorded,
			   const uint8_t *then)
{
	size_t old_end = units_in(record->old_len);
	size_t new_end = units_in(record->new_len);
	int err = end_record(update, record);

	if (err == 0)
		err = write_all_of(update, recorded, record->blocks);
	if (err == 0)
		err = update_write(update, then, units_range(0, new_end),
				   record_is_upwards(record));
	if (err == 0)
		err = update_write(update, then, units_range(new_end, old_end),
				   true);
	if (err == 0)
		update->space->done = record->crc;
	return err;
}

static int write_by_journal(const struct space_update *update,
			    const struct settings_space *then, size_t len)
{
	const struct settings_space *space = update->space;
	int err = check(update->chip, space, UPDATE_ALL);

	if (err == 0)
		err = journal_write(update->place, space->data, then->data);
	if (err == -ENOSPC)
		return fail_because(
			ENOSPC,
			"settings of %zu bytes leave too little of the "
			"chip's %zu bytes for an update record, and %s",
			len, update->place->len, fail_reason());
	if (err == 0)
		err = update_write(update, then->data, UPDATE_ALL, true);
	if (err == 0)
		journal_remove(update->place);
	return err;
}

/*
 * The first block of a record is checked, too: another driver may have made a
 * change and undone it, and its records would be newer than ours.
 */
static int replace_map(const struct space_update *update,
		       const struct settings_space *then)
{
	const struct settings_space *space = update->space;
	size_t len =
		space->map_len > then->map_len ? space->map_len : then->map_len;
	uint8_t recorded[SETTINGS_SPACE_MAX];
	struct record record;
	int err;

	if (!record_make(update->place, space, then, &record, recorded))
		return write_by_journal(update, then, len);
	err = check(update->chip, space,
		    units_range(0, units_in(len)) | 1U << record.unit[0]);
	if (err < 0)
		return err;
	journal_remove(update->place); /* if an earlier removal failed */
	return write_by_record(update, &record, recorded, then->data);
}

/* Write a map that changes no unit of the old one. */
static int complete_map(const struct space_update *update,
			const struct settings_space *then)
{
	uint32_t units = units_range(0, units_in(then->map_len));
	int err = check(update->chip, update->space, units);

	return err < 0 ? err : update_write(update, then->data, units, false);
}

int settings_store(struct atecc *chip, const struct settings_place *place,
		   struct settings_space *space, const struct bytes *etf)
{
	struct space_update update = { chip, place, space };
	struct settings_space then;
	int err = make_image(place, etf, &then);

	if (err < 0)
		return err;
	if (record_units(space, &then) != 0)
		err = replace_map(&update, &then);
	else
		err = complete_map(&update, &then);
	if (err == 0)
		space->map_len = then.map_len;
	return err;
}

/* The units of the map; of the whole space when another program owns it. */
static size_t owned_units(const struct settings_space *space)
{
	if (space->map_len > 0)
		return units_in(space->map_len);
	return space_is_blank(space->data, space->len) ? 1
						       : units_in(space->len);
}

/*
 * An external term determines its own length, so the units of the map suffice.
 */
int settings_unchanged(struct atecc *chip, const struct settings_space *space)
{
	return check(chip, space, units_range(0, owned_units(space)));
}

/*
 * Those behind the map that are not blank, except the one in which the next
 * record begins: it holds data of the present map only.
 */
static uint32_t untidy_units(const struct settings_place *place,
			     const struct settings_space *space)
{
	size_t tail = owned_units(space);
	uint32_t units = 0;

	for (size_t i = tail; i < units_in(place->len); i++)
		if (!unit_is_blank(space->data, i))
			units |= 1U << i;
	return units & ~(1U << record_start(place, space->data, tail));
}

bool settings_is_tidy(const struct settings_place *place,
		      const struct settings_space *space)
{
	return untidy_units(place, space) == 0;
}

int settings_tidy(struct atecc *chip, const struct settings_place *place,
		  struct settings_space *space)
{
	struct space_update update = { chip, place, space };
	uint32_t units = untidy_units(place, space);
	int err = check(chip, space, units);

	return err < 0 ? err : update_write(&update, zeros, units, true);
}
