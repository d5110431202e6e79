/* SPDX-License-Identifier: Apache-2.0 */
/* Updates, by a record on the chip or by a journal. */
#include "settings_store.h"

#include <errno.h>
#include <string.h>

#include "error.h"
#include "etf.h"
#include "settings_journal.h"
#include "settings_map.h"
#include "settings_record.h"
#include "settings_update.h"

/*
 * Whether record_find() or old_record_find() takes a part of `then` for a
 * record.
 */
static bool holds_record(const struct settings_place *place,
			 const uint8_t *then)
{
	uint8_t unused[SETTINGS_SPACE_MAX];
	struct old_record old;
	struct record record;

	return old_record_find(place, then, &old, unused) ||
	       record_find(place, then, &record);
}

/* Set `then` to the new space: `etf`, then zeros. */
static int make_image(const struct settings_place *place,
		      const struct bytes *etf, uint8_t *then)
{
	struct bytes term = BYTES_INIT;
	size_t used = 0;
	int err;

	if (etf->len > place->len)
		return fail_because(
			ENOSPC,
			"the settings would have %zu bytes, and this chip "
			"has room for %zu: remove or shorten some",
			etf->len, place->len);
	err = etf_unpack(etf->data, etf->len, &term, &used);
	bytes_free(&term);
	if (err == 0 && used != etf->len)
		err = fail_because(
			EBADMSG,
			"the term ends after %zu bytes, but %zu were "
			"written",
			used, etf->len);
	if (err == -EBADMSG)
		return fail_because(
			EINVAL,
			"what was written is not one external term that "
			"can be stored as settings: %s",
			fail_reason());
	if (err < 0)
		return err;
	memset(then, 0, place->len);
	memcpy(then, etf->data, etf->len);
	if (holds_record(place, then))
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
static int end_record(const struct update *update, const struct record *next)
{
	static const uint8_t zeros[SETTINGS_SPACE_MAX];
	struct record newest;

	if (!record_find(update->place, update->space->data, &newest) ||
	    (newest.blocks & next->blocks) != 0)
		return 0;
	return update_write_all(update, zeros, 1U << newest.first_at);
}

/* Write the record, the map, and zeros in place of the rest of the old map. */
static int write_by_record(const struct update *update,
			   const struct record *record, const uint8_t *recorded,
			   const uint8_t *then)
{
	bool upwards = record_is_upwards(record->old_len, record->new_len);
	size_t old_end = units_in(record->old_len);
	size_t new_end = units_in(record->new_len);
	int err;

	err = end_record(update, record);
	if (err == 0)
		err = update_write_all(update, recorded, record->blocks);
	if (err == 0)
		err = update_write(update, then, units_range(0, new_end),
				   upwards);
	if (err == 0)
		err = update_write(update, then, units_range(new_end, old_end),
				   true);
	if (err == 0)
		update->space->done = record->crc;
	return err;
}

static int write_by_journal(const struct update *update, const uint8_t *then,
			    size_t len)
{
	int err;

	err = update_check(update->chip, update->space, UPDATE_ALL);
	if (err == 0)
		err = journal_write(update->place, update->space->data, then);
	if (err == -ENOSPC)
		return fail_because(
			ENOSPC,
			"settings of %zu bytes leave too little of the "
			"chip's %zu bytes for an update record, and %s",
			len, update->place->len, fail_reason());
	if (err == 0)
		err = update_write(update, then, UPDATE_ALL, true);
	if (err == 0)
		journal_remove(update->place);
	return err;
}

/*
 * The first block of a record is checked, too: another driver may have made a
 * change and undone it, and its records would be newer than ours.
 */
static uint32_t units_to_check(const struct settings_place *place,
			       const struct settings_space *space, size_t len)
{
	size_t end = units_in(len), start;

	start = record_start(place, space->data, end);
	return units_range(0, end) | units_range(start, start + 1);
}

static int replace_map(const struct update *update, const uint8_t *then,
		       size_t old_len, size_t new_len)
{
	const struct settings_space *space = update->space;
	size_t len = old_len > new_len ? old_len : new_len;
	uint8_t recorded[SETTINGS_SPACE_MAX];
	struct record record;
	int err;

	if (!record_make(update->place, space->data, old_len, then, new_len,
			 &record, recorded))
		return write_by_journal(update, then, len);
	err = update_check(update->chip, space,
			   units_to_check(update->place, space, len));
	if (err < 0)
		return err;
	journal_remove(update->place); /* if an earlier removal failed */
	return write_by_record(update, &record, recorded, then);
}

/* Write a map that changes no unit of the old one. */
static int complete_map(const struct update *update, const uint8_t *then,
			size_t new_len)
{
	uint32_t units = units_range(0, units_in(new_len));
	int err = update_check(update->chip, update->space, units);

	return err < 0 ? err : update_write(update, then, units, false);
}

int settings_store(struct atecc *chip, const struct settings_place *place,
		   struct settings_space *space, const struct bytes *etf)
{
	struct update update = { chip, place, space };
	uint8_t then[SETTINGS_SPACE_MAX];
	size_t old_len;
	int err;

	err = update_check_place(place);
	if (err == 0 && space->len != place->len)
		err = fail_because(EINVAL,
				   "%zu bytes of settings were read, "
				   "and the chip has %zu: read them first",
				   space->len, place->len);
	if (err == 0)
		err = make_image(place, etf, then);
	if (err == 0)
		err = settings_map_length(space, &old_len);
	if (err < 0)
		return err;
	if (record_is_needed(space->data, old_len, then, etf->len))
		return replace_map(&update, then, old_len, etf->len);
	return complete_map(&update, then, etf->len);
}

int settings_save(struct atecc *chip, const struct settings_place *place,
		  struct settings_space *space, const struct settings *settings)
{
	struct bytes etf = BYTES_INIT;
	int err = settings_encode(settings, &etf);

	if (err == 0)
		err = settings_store(chip, place, space, &etf);
	bytes_free(&etf);
	return err;
}

/*
 * An external term determines its own length, so the units of the map suffice.
 */
int settings_unchanged(struct atecc *chip, const struct settings_space *space)
{
	size_t len;
	int err = settings_map_length(space, &len);

	if (err < 0)
		return err;
	if (len == 0)
		len = settings_is_blank(space->data, space->len) ? UNIT_BLOCK
								 : space->len;
	return update_check(chip, space, units_range(0, units_in(len)));
}
