/* SPDX-License-Identifier: Apache-2.0 */
#include "counter.h"

#include <string.h>

#include "program.h"

#define MOST	       2097151u
#define STEPS	       32u /* counted by clearing single bits */
#define HALF	       16u
#define LAST_KEY       15u
#define LAST_KEY_BYTES 16u
#define MATCH_ENABLED  0x01u

/*
 * A counter is four big-endian words: two bit strings that are cleared in turn,
 * and how often each was used up. A power cut therefore loses no count.
 */
static void encode(uint32_t count, uint8_t bytes[static 8])
{
	uint32_t step = count % STEPS;
	uint16_t words[4] = {
		(uint16_t)(step < HALF ? 0xffffu >> step : 0),
		(uint16_t)(0xffffu >> (step < HALF ? 0 : step - HALF)),
		(uint16_t)(count / STEPS),
		(uint16_t)(count < HALF ? 0 : (count - HALF) / STEPS),
	};

	for (unsigned int i = 0; i < 4; i++) {
		bytes[2 * i] = (uint8_t)(words[i] >> 8);
		bytes[2 * i + 1] = (uint8_t)words[i];
	}
}

static uint32_t zero_bits(const uint8_t bytes[static 2])
{
	uint32_t ones = (uint32_t)__builtin_popcount(bytes[0]) +
			(uint32_t)__builtin_popcount(bytes[1]);

	return HALF - ones;
}

static size_t offset_of(unsigned int counter)
{
	return CONFIG_COUNTER + 8 * counter;
}

uint32_t counter_value(const struct chip *chip, unsigned int counter)
{
	const uint8_t *bytes = chip->eeprom.config + offset_of(counter);
	uint32_t rounds = (uint32_t)bytes[4] << 8 | bytes[5];

	return rounds * STEPS + zero_bits(bytes) + zero_bits(bytes + 2);
}

static uint32_t read_le32(const uint8_t *from)
{
	return from[0] | (uint32_t)from[1] << 8 | (uint32_t)from[2] << 16 |
	       (uint32_t)from[3] << 24;
}

/* The slot holds the limit twice; the lower value applies. */
static uint32_t limit_of(struct chip *chip, unsigned int counter)
{
	uint8_t match = chip->eeprom.config[CONFIG_COUNT_MATCH];
	uint32_t limit = MOST, copy;
	const uint8_t *bytes;

	if (chip->part == PART_508A || counter != 0 || !(match & MATCH_ENABLED))
		return MOST;
	bytes = eeprom_slot(&chip->eeprom, match >> 4);
	for (unsigned int i = 0; i < 2; i++) {
		copy = read_le32(bytes + 4 * i);
		if (copy < limit)
			limit = copy;
	}
	return limit;
}

bool counter_can_count(struct chip *chip, unsigned int counter)
{
	return counter_value(chip, counter) < limit_of(chip, counter);
}

void counter_count(struct chip *chip, unsigned int counter)
{
	uint8_t *bytes = chip->eeprom.config + offset_of(counter);
	uint32_t count = counter_value(chip, counter);

	program(chip, bytes, 8, TEAR_WHOLE);
	encode(count + 1, bytes);
}

/* Returns the first byte of LastKeyUse with a use left, or NULL. */
static uint8_t *last_key_byte(struct chip *chip)
{
	uint8_t *bytes = chip->eeprom.config + CONFIG_LAST_KEY_USE;

	for (unsigned int i = 0; i < LAST_KEY_BYTES; i++)
		if (bytes[i])
			return &bytes[i];
	return NULL;
}

/* Slot 15 of the 508A has its own count. */
static bool has_own_count(const struct chip *chip, unsigned int slot)
{
	return chip->part == PART_508A && slot == LAST_KEY;
}

bool counter_use_left(struct chip *chip, unsigned int slot)
{
	if (!eeprom_slot_rules(&chip->eeprom, slot).limited_use)
		return true;
	return has_own_count(chip, slot) ? last_key_byte(chip) != NULL
					 : counter_can_count(chip, 0);
}

void counter_spend_use(struct chip *chip, unsigned int slot)
{
	uint8_t *byte;

	if (!eeprom_slot_rules(&chip->eeprom, slot).limited_use)
		return;
	if (!has_own_count(chip, slot)) {
		counter_count(chip, 0);
		return;
	}
	byte = last_key_byte(chip);
	if (!byte)
		return;
	program(chip, byte, 1, TEAR_WHOLE);
	*byte = (uint8_t)(*byte >> 1);
}
