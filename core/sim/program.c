/* SPDX-License-Identifier: Apache-2.0 */
#include "program.h"

#include <stdlib.h>
#include <string.h>

#define BLOCK 32u

void program(struct chip *chip, uint8_t *bytes, size_t len,
	     enum chip_tearing tearing)
{
	if (chip->programmed_count == CHIP_MOST_PROGRAMMED)
		abort();
	chip->programmed[chip->programmed_count++] =
		(struct chip_programmed){ bytes, len, tearing };
}

void program_slot(struct chip *chip, unsigned int slot, size_t at, size_t len)
{
	size_t size = eeprom_slot_size(slot), start = at / BLOCK * BLOCK;
	size_t end = (at + len + BLOCK - 1) / BLOCK * BLOCK;

	if (end > size)
		end = size;
	program(chip, eeprom_slot(&chip->eeprom, slot) + start, end - start,
		TEAR_ALL);
}

static void tear_whole(struct chip *chip, uint8_t *now, const uint8_t *old,
		       size_t len)
{
	uint8_t dice;

	sim_random_draw(&chip->random, &dice, 1);
	if (dice & 1)
		memcpy(now, old, len);
}

static void tear_bytes(struct chip *chip, uint8_t *now, const uint8_t *old,
		       size_t len, bool changes_alone)
{
	uint8_t dice[2];

	for (size_t i = 0; i < len; i++) {
		sim_random_draw(&chip->random, dice, sizeof(dice));
		if (changes_alone && now[i] == old[i])
			continue;
		if (dice[0] % 3 == 0)
			now[i] = old[i];
		else if (dice[0] % 3 == 1)
			now[i] = dice[1];
	}
}

static const uint8_t *same_place(const struct eeprom *there,
				 const struct eeprom *here, const uint8_t *at)
{
	return (const uint8_t *)there + (at - (const uint8_t *)here);
}

void program_tear(struct chip *chip, const struct eeprom *before)
{
	for (size_t i = 0; i < chip->programmed_count; i++) {
		const struct chip_programmed *part = &chip->programmed[i];
		const uint8_t *old =
			same_place(before, &chip->eeprom, part->bytes);

		if (part->tearing == TEAR_WHOLE)
			tear_whole(chip, part->bytes, old, part->len);
		else
			tear_bytes(chip, part->bytes, old, part->len,
				   part->tearing == TEAR_CHANGES);
	}
}
