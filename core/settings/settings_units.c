/* SPDX-License-Identifier: Apache-2.0 */
#include "settings_update.h"

#include <string.h>

#include "atecc.h"
#include "slots.h"

/* clang-format off */
#define BLOCK(n) { 32 * (n), UNIT_BLOCK, SLOT_SETTINGS_FIRST, n }
#define SLOT(offset, slot) \
	{ offset, UNIT_BLOCK, slot, 0 }, { (offset) + 32, 4, slot, 1 }

const struct unit unit_table[UNIT_COUNT] = {
	BLOCK(0), BLOCK(1), BLOCK(2), BLOCK(3), BLOCK(4), BLOCK(5), BLOCK(6),
	BLOCK(7), BLOCK(8), BLOCK(9), BLOCK(10), BLOCK(11), BLOCK(12),
	SLOT(416, SLOT_SETTINGS_SECOND),
	SLOT(452, SLOT_SETTINGS_THIRD),
	SLOT(488, SLOT_SETTINGS_FOURTH),
};
/* clang-format on */

size_t units_in(size_t len)
{
	size_t count = 0;

	while (count < UNIT_COUNT && unit_table[count].offset < len)
		count++;
	return count;
}

uint32_t units_range(size_t first, size_t end)
{
	return first < end ? (1U << end) - (1U << first) : 0;
}

uint32_t units_that_differ(const uint8_t *a, const uint8_t *b, size_t count)
{
	uint32_t units = 0;

	for (size_t i = 0; i < count; i++) {
		const struct unit *unit = &unit_table[i];

		if (memcmp(a + unit->offset, b + unit->offset, unit->len) != 0)
			units |= 1U << i;
	}
	return units;
}

bool unit_is_blank(const uint8_t *space, size_t i)
{
	return settings_is_blank(space + unit_table[i].offset,
				 unit_table[i].len);
}

int unit_read(struct atecc *chip, const struct unit *unit, uint8_t *data)
{
	uint16_t address = slot_address(unit->slot, unit->block, 0);

	return unit->len == UNIT_BLOCK
		       ? atecc_read32(chip, ATECC_DATA, address, data)
		       : atecc_read4(chip, ATECC_DATA, address, data);
}

int unit_write(struct atecc *chip, const struct unit *unit, const uint8_t *data)
{
	return atecc_write(chip, ATECC_DATA,
			   slot_address(unit->slot, unit->block, 0), data,
			   unit->len);
}
