/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How an update survives a power cut.
 *
 * The chip writes a unit (32 or 4 bytes) at a time, and a cut leaves the unit
 * that was being written as it was, as it should be, or with anything in it.
 * So an update of several units goes through a redo record in the tail of the
 * space, which Elixir does not look at:
 *
 *	before    |  old map            |000000000000000000000|0000|
 *	1 payload |  old map            |00| new units |000000|0000|
 *	2 header  |  old map            |00| new units |000000|head|
 *	3 map     |  new map               | new units |000000|head|
 *	4 clear   |  new map               | new units |000000|0000|
 *	5 wipe    |  new map               |000000000000000000|0000|
 *
 * The payload lies beyond both maps; the header is the last 32-byte unit
 * (slot 5, or block 12 of slot 8). The header is one unit, so writing it is
 * the instant at which the new map replaces the old: before, the tail is no
 * record and the old map is whole; after, settings_load() does step 3 again,
 * as often as it is cut, then 4 and 5. Step 5 is for secrets: what
 * is removed from the map must not stay in the tail. A cut in it leaves bytes
 * there that the next update wipes.
 *
 * A record is believed when its CRC over the chip's serial, itself and the
 * payload is right, and when the map that it leads to, taken together with the
 * units that it does not replace, has the CRC of the new map. So it is never
 * applied to a map that it does not belong to: Elixir writes the whole space,
 * and its zeros remove the record, but even an Elixir program that was itself
 * cut off is met by the second CRC. A map so long that it covers the header
 * could contain bytes that look like a record; settings_store() does not write
 * one.
 *
 * Where the record does not fit, the space before and after goes to a journal
 * file first (settings_journal.h), and the units are written in order. At load
 * time the chip must hold new units, then at most one torn one, then old ones,
 * or the file is of another time.
 */
#include "settings_store.h"

#include "atecc.h"
#include "settings_units.h"
#include "slots.h"

static int read_unit(void *chip, const struct unit *unit, uint8_t *data)
{
	uint16_t address = slot_address(unit->slot, unit->block, 0);

	return unit->len == UNIT_BLOCK
		       ? atecc_read32(chip, ATECC_DATA, address, data)
		       : atecc_read4(chip, ATECC_DATA, address, data);
}

static int write_unit(void *chip, const struct unit *unit, const uint8_t *data)
{
	return atecc_write(chip, ATECC_DATA,
			   slot_address(unit->slot, unit->block, 0), data,
			   unit->len);
}

static struct unit_io io_of(struct atecc *chip)
{
	return (struct unit_io){ chip, read_unit, write_unit };
}

int settings_load(struct atecc *chip, const struct settings_place *place,
		  struct settings_space *space, bool *recovered)
{
	struct unit_io io = io_of(chip);

	return units_load(&io, place, space, recovered);
}

int settings_store(struct atecc *chip, const struct settings_place *place,
		   struct settings_space *space, const struct bytes *etf)
{
	struct unit_io io = io_of(chip);

	return units_store(&io, place, space, etf);
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

int settings_unchanged(struct atecc *chip, const struct settings_space *space)
{
	struct unit_io io = io_of(chip);

	return units_unchanged(&io, space);
}
