/* SPDX-License-Identifier: Apache-2.0 */
#include "settings_update.h"

#include <errno.h>
#include <string.h>

#include "error.h"

static int write_unit(const struct update *update, const struct unit *unit,
		      const uint8_t *then)
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

static int write_units(const struct update *update, const uint8_t *then,
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

int update_write_all(const struct update *update, const uint8_t *then,
		     uint32_t units)
{
	return write_units(update, then, units, true);
}

int update_write(const struct update *update, const uint8_t *then,
		 uint32_t units, bool upwards)
{
	units &= units_that_differ(update->space->data, then,
				   units_in(update->place->len));
	return write_units(update, then, units, upwards);
}
