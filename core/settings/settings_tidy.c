/* SPDX-License-Identifier: Apache-2.0 */
/* Wipe what updates leave behind the map. */
#include <string.h>

#include "settings_map.h"
#include "settings_record.h"
#include "settings_update.h"

/*
 * Set *units to those behind the map that are not blank, except the one in
 * which the next record begins: it holds data of the present map only. None in
 * a space that holds anything but a map, since another program owns it.
 * -ENOMEM.
 */
static int untidy_units(const struct settings_place *place,
			const struct settings_space *space, uint32_t *units)
{
	uint32_t found = 0;
	size_t len, tail;
	int err = settings_map_length(space, &len);

	if (err < 0)
		return err;
	tail = units_in(len);
	if (len == 0)
		tail = settings_is_blank(space->data, space->len) ? 1
								  : UNIT_COUNT;
	for (size_t i = tail; i < units_in(place->len); i++)
		if (!unit_is_blank(space->data, i))
			found |= 1U << i;
	*units = found & ~(1U << record_start(place, space->data, tail));
	return 0;
}

bool settings_is_tidy(const struct settings_place *place,
		      const struct settings_space *space)
{
	uint32_t units;

	return untidy_units(place, space, &units) == 0 && units == 0;
}

int settings_tidy(struct atecc *chip, const struct settings_place *place,
		  struct settings_space *space)
{
	static const uint8_t zeros[SETTINGS_SPACE_MAX];
	struct update update = { chip, place, space };
	uint32_t units;
	int err = untidy_units(place, space, &units);

	if (err == 0)
		err = update_check(chip, space, units);
	return err < 0 ? err : update_write(&update, zeros, units, true);
}
