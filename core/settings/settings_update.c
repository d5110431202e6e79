/* SPDX-License-Identifier: Apache-2.0 */
/* The steps that settings_store.c tells about. */
#include "settings_units.h"

#include <errno.h>
#include <string.h>

#include "error.h"
#include "etf.h"
#include "log.h"
#include "settings_journal.h"
#include "settings_map.h"
#include "settings_redo.h"

#define ALL_UNITS UINT32_MAX

struct update {
	const struct unit_io *io;
	const struct settings_place *place;
	struct settings_space *space; /* what the chip holds */
};

static int check_place(const struct settings_place *place)
{
	if (place->len == SETTINGS_SPACE_MAX ||
	    place->len == SETTINGS_SPACE_TRUST_AND_GO)
		return 0;
	return fail_because(EINVAL, "no part has %zu bytes for settings",
			    place->len);
}

static int write_unit(struct update *update, const struct unit *unit,
		      const uint8_t *target)
{
	uint8_t back[UNIT_BLOCK];
	int err;

	err = update->io->write(update->io->chip, unit, target + unit->offset);
	if (err == 0)
		err = update->io->read(update->io->chip, unit, back);
	if (err < 0)
		return err;
	memcpy(update->space->data + unit->offset, back, unit->len);
	if (memcmp(back, target + unit->offset, unit->len) != 0)
		return fail_because(
			EIO,
			"slot %u, block %u does not keep what is written to it",
			unit->slot, unit->block);
	return 0;
}

/* Those of `units` in the first `len` bytes, and all of `anyway`. */
static int write_units(struct update *update, const uint8_t *target,
		       uint32_t units, uint32_t anyway)
{
	uint32_t differ = units_that_differ(update->space->data, target,
					    update->place->len);
	int err = 0;

	units = (units & differ) | anyway;
	for (size_t i = 0; err == 0 && i < units_in(update->place->len); i++) {
		struct unit unit = unit_at(i);

		if (units >> i & 1)
			err = write_unit(update, &unit, target);
	}
	return err;
}

/* Steps 3 to 5: the header is on the chip, or was found there. */
static int apply(struct update *update, const struct redo *redo,
		 const uint8_t *then)
{
	int err = write_units(update, then, redo->units, 0);

	if (err == 0)
		err = write_units(update, then, redo->header, 0);
	return err < 0 ? err : write_units(update, then, ALL_UNITS, 0);
}

static int read_space(const struct unit_io *io,
		      const struct settings_place *place,
		      struct settings_space *space)
{
	space->len = place->len;
	for (size_t i = 0; i < units_in(place->len); i++) {
		struct unit unit = unit_at(i);
		int err = io->read(io->chip, &unit, space->data + unit.offset);

		if (err < 0)
			return err;
	}
	return 0;
}

enum journal_state { JOURNAL_NOTHING_TO_DO, JOURNAL_PENDING, JOURNAL_FOREIGN };

/* New units, one of any content, old units: an update that was cut off. */
static enum journal_state judge_journal(const struct settings_space *space,
					const uint8_t *now, const uint8_t *then)
{
	uint32_t not_old = units_that_differ(space->data, now, space->len);
	uint32_t not_new = units_that_differ(space->data, then, space->len);
	uint32_t touched = units_that_differ(now, then, space->len);
	uint32_t first = not_new & -not_new;

	if (not_old == 0 || not_new == 0)
		return JOURNAL_NOTHING_TO_DO;
	if (!(touched & first) || (not_old & ~(first | (first - 1))))
		return JOURNAL_FOREIGN;
	return JOURNAL_PENDING;
}

static int replay_journal(struct update *update, bool *recovered)
{
	uint8_t now[SETTINGS_SPACE_MAX], then[SETTINGS_SPACE_MAX];
	enum journal_state state;
	int err = 0;

	if (journal_read(update->place, now, then) < 0)
		return 0;
	state = judge_journal(update->space, now, then);
	if (state == JOURNAL_FOREIGN)
		log_write(
			LOG_LEVEL_WARNING,
			"a settings journal is dropped: the chip has other content");
	if (state == JOURNAL_PENDING) {
		err = write_units(update, then, ALL_UNITS, 0);
		*recovered = true;
	}
	if (err == 0)
		journal_remove(update->place);
	return err;
}

int units_load(const struct unit_io *io, const struct settings_place *place,
	       struct settings_space *space, bool *recovered)
{
	struct settings_space found;
	struct update update = { io, place, &found };
	uint8_t then[SETTINGS_SPACE_MAX];
	bool pending = false;
	struct redo redo;
	int err;

	err = check_place(place);
	if (err == 0)
		err = read_space(io, place, &found);
	if (err < 0)
		return err;
	if (redo_find(place, found.data, &redo, then)) {
		pending = true;
		err = apply(&update, &redo, then);
		if (err == 0)
			journal_remove(place);
	} else {
		err = replay_journal(&update, &pending);
	}
	if (err < 0)
		return err;
	*space = found;
	*recovered = pending;
	return 0;
}

/* Of the map on the chip; 0 when there is none that could be lost. -ENOMEM. */
static int map_length(const struct settings_space *space, size_t *len)
{
	struct bytes term = BYTES_INIT;
	size_t used = 0;
	int err = etf_unpack(space->data, space->len, &term, &used);

	bytes_free(&term);
	if (err < 0 && err != -EBADMSG)
		return err;
	*len = used;
	return 0;
}

/* Another program may have written since `space` was read. */
static int check_unchanged(const struct unit_io *io,
			   const struct settings_space *space, size_t len)
{
	for (size_t i = 0; i < units_in(len); i++) {
		struct unit unit = unit_at(i);
		uint8_t now[UNIT_BLOCK];
		int err = io->read(io->chip, &unit, now);

		if (err < 0)
			return err;
		if (memcmp(now, space->data + unit.offset, unit.len))
			return fail_because(
				ESTALE,
				"another program has changed the settings");
	}
	return 0;
}

/* The space to come: `etf` and zeros. */
static int make_image(const struct settings_place *place,
		      const struct bytes *etf, uint8_t *then)
{
	uint8_t unused[SETTINGS_SPACE_MAX];
	struct bytes term = BYTES_INIT;
	struct redo redo;
	size_t used = 0;
	int err;

	if (etf->len > place->len)
		return fail_because(ENOSPC,
				    "the settings would be %zu bytes, %zu fit",
				    etf->len, place->len);
	err = etf_unpack(etf->data, etf->len, &term, &used);
	bytes_free(&term);
	if (err == 0 && used != etf->len)
		err = fail_because(EBADMSG, "bytes after the term");
	if (err == -EBADMSG)
		return fail_because(EINVAL, "no settings: %s", fail_reason());
	if (err < 0)
		return err;
	memset(then, 0, place->len);
	memcpy(then, etf->data, etf->len);
	if (redo_find(place, then, &redo, unused))
		return fail_because(EINVAL,
				    "a value that looks like a redo record");
	return 0;
}

/* Steps 1 to 5, or the journal's two. */
static int replace_map(struct update *update, const uint8_t *then,
		       size_t map_len, uint32_t units)
{
	const struct settings_place *place = update->place;
	const struct settings_space *space = update->space;
	uint8_t recorded[SETTINGS_SPACE_MAX];
	struct redo redo;
	size_t keep;
	int err = map_length(space, &keep);

	if (err < 0)
		return err;
	if (keep < map_len)
		keep = map_len;
	memcpy(recorded, space->data, place->len);
	if (redo_make(place, then, map_len, units, keep, &redo, recorded)) {
		err = check_unchanged(update->io, space, keep);
		if (err == 0)
			err = write_units(update, recorded, 0, redo.payload);
		if (err == 0)
			err = write_units(update, recorded, 0, redo.header);
		return err < 0 ? err : apply(update, &redo, then);
	}
	err = check_unchanged(update->io, space, place->len);
	if (err == 0)
		err = journal_write(place, space->data, then);
	if (err == -ENOSPC)
		return fail_because(
			ENOSPC,
			"settings of %zu bytes leave no room in %zu to change them safely, and %s",
			keep, place->len, fail_reason());
	if (err == 0)
		err = write_units(update, then, ALL_UNITS, 0);
	if (err == 0)
		journal_remove(place);
	return err;
}

int units_store(const struct unit_io *io, const struct settings_place *place,
		struct settings_space *space, const struct bytes *etf)
{
	struct update update = { io, place, space };
	uint8_t then[SETTINGS_SPACE_MAX];
	uint32_t units;
	int err;

	err = check_place(place);
	if (err == 0 && space->len != place->len)
		err = fail_because(EINVAL, "the settings were not read");
	if (err == 0)
		err = make_image(place, etf, then);
	if (err < 0)
		return err;
	/* A unit that only the old map has needs no record to become zeros. */
	units = units_that_differ(space->data, then, place->len) &
		((1U << units_in(etf->len)) - 1);
	if (units != 0)
		return replace_map(&update, then, etf->len, units);
	err = check_unchanged(io, space, etf->len);
	return err < 0 ? err : write_units(&update, then, ALL_UNITS, 0);
}

/* No two maps begin alike and go on differently, nor do a map and no map. */
int units_unchanged(const struct unit_io *io,
		    const struct settings_space *space)
{
	size_t len;
	int err = map_length(space, &len);

	if (err < 0)
		return err;
	if (len == 0)
		len = settings_is_blank(space->data, space->len) ? UNIT_BLOCK
								 : space->len;
	return check_unchanged(io, space, len);
}
