/* SPDX-License-Identifier: Apache-2.0 */
/* Counter and UpdateExtra (ATECC508A data sheet, sections 9.2 and 9.19). */
#include <string.h>

#include "commands.h"

#define MOST	 2097151u
#define STEPS	 32u /* counted in bits that are cleared one by one */
#define HALF	 16u
#define COUNTERS 2u

/*
 * A counter is four big-endian words: two bit strings that are cleared in turn,
 * and how often each has been through, so that no count is ever lost.
 */
static void encode_counter(uint32_t count, uint8_t bytes[static 8])
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

static uint32_t decode_counter(const uint8_t bytes[static 8])
{
	uint32_t rounds = (uint32_t)bytes[4] << 8 | bytes[5];

	return rounds * STEPS + zero_bits(bytes) + zero_bits(bytes + 2);
}

/* CountMatch of the 608: a slot holds the highest value of counter 0. */
static bool is_limited(const struct chip *chip, unsigned int counter)
{
	return chip->part != PART_508A && counter == 0 &&
	       chip->eeprom.config[CONFIG_COUNT_MATCH] & 1;
}

enum chip_status command_counter(struct chip *chip,
				 const struct chip_request *request,
				 struct chip_reply *reply)
{
	uint8_t *bytes, answer[4];
	uint32_t count;

	if (request->mode > 1 || request->param2 >= COUNTERS ||
	    request->len != 0)
		return STATUS_PARSE;
	if (!eeprom_config_locked(&chip->eeprom))
		return STATUS_EXECUTION;
	bytes = chip->eeprom.config + CONFIG_COUNTER + 8 * request->param2;
	count = decode_counter(bytes);
	if (request->mode == 1) {
		if (count >= MOST || is_limited(chip, request->param2))
			return STATUS_EXECUTION;
		chip_program_whole(chip, bytes, 8);
		encode_counter(++count, bytes);
	}
	for (unsigned int i = 0; i < sizeof(answer); i++)
		answer[i] = (uint8_t)(count >> (8 * i));
	return chip_answer(reply, answer, sizeof(answer));
}

/* SelectorMode of the 508A: 0, its Selector can be written again and again. */
static bool is_writable(const struct chip *chip, unsigned int index)
{
	const uint8_t *config = chip->eeprom.config;

	return config[CONFIG_USER_EXTRA + index] == 0 ||
	       (index == 1 && chip->part == PART_508A &&
		!(config[CONFIG_CHIP_MODE] & 1));
}

enum chip_status command_update_extra(struct chip *chip,
				      const struct chip_request *request,
				      struct chip_reply *reply)
{
	uint8_t *byte = chip->eeprom.config + CONFIG_USER_EXTRA;

	(void)reply;
	if (request->mode > 1 || request->param2 > 0xff || request->len != 0)
		return STATUS_PARSE;
	byte += request->mode;
	if (!eeprom_config_locked(&chip->eeprom) ||
	    !is_writable(chip, request->mode))
		return STATUS_EXECUTION;
	chip_program_whole(chip, byte, 1);
	*byte = (uint8_t)request->param2;
	return STATUS_OK;
}
