/* SPDX-License-Identifier: Apache-2.0 */
#include "settings_units.h"

#include <string.h>

#include "slots.h"

#define FIRST_SLOT_UNITS (SETTINGS_SPACE_TRUST_AND_GO / UNIT_BLOCK)

struct unit unit_at(size_t i)
{
	size_t rest = i - FIRST_SLOT_UNITS;
	unsigned int word = rest % 2;

	if (i < FIRST_SLOT_UNITS)
		return (struct unit){ .offset = i * UNIT_BLOCK,
				      .len = UNIT_BLOCK,
				      .slot = SLOT_SETTINGS_FIRST,
				      .block = (unsigned int)i };
	return (struct unit){
		.offset = SETTINGS_SPACE_TRUST_AND_GO +
			  rest / 2 * (UNIT_BLOCK + UNIT_WORD) +
			  word * UNIT_BLOCK,
		.len = word ? UNIT_WORD : UNIT_BLOCK,
		.slot = SLOT_SETTINGS_SECOND - (unsigned int)(rest / 2),
		.block = word,
	};
}

size_t units_in(size_t len)
{
	size_t count = 0;

	while (count < UNIT_COUNT && unit_at(count).offset < len)
		count++;
	return count;
}

uint32_t units_that_differ(const uint8_t *a, const uint8_t *b, size_t len)
{
	uint32_t units = 0;

	for (size_t i = 0; i < units_in(len); i++) {
		struct unit unit = unit_at(i);

		if (memcmp(a + unit.offset, b + unit.offset, unit.len) != 0)
			units |= 1U << i;
	}
	return units;
}
