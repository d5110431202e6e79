/* SPDX-License-Identifier: Apache-2.0 */
/* Info (ATECC508A data sheet, section 9.8). */
#include <string.h>

#include "commands.h"
#include "key_rules.h"
#include "temp_key.h"

/* Sets the two bytes of Info's state mode, which describe TempKey. */
static void describe_state(const struct chip *chip, uint8_t state[static 4])
{
	const struct chip_sram *sram = &chip->sram;

	memset(state, 0, 4);
	if (sram->temp_key.len != 0)
		state[0] = temp_key_flags(sram);
	state[1] =
		(uint8_t)((sram->authorized ? 0x04 : 0) | sram->auth_slot << 3 |
			  (sram->temp_key.len != 0 ? 0x80 : 0));
}

static enum chip_status key_valid(struct chip *chip, unsigned int slot,
				  struct chip_reply *reply)
{
	struct slot_rules rules;
	uint8_t answer[4] = { 0 };

	if (slot >= EEPROM_SLOTS)
		return STATUS_PARSE;
	rules = eeprom_slot_rules(&chip->eeprom, slot);
	if (key_wants_validation(&rules))
		answer[0] = key_is_validated(chip, slot);
	else
		answer[0] = chip->eeprom.has_key[slot];
	return chip_answer(reply, answer, sizeof(answer));
}

#define LATCH_ON      1u
#define LATCH_WRITE   2u
#define VOLATILE_KEYS 0x80

/*
 * The 608's persistent latch. It opens after a CheckMac with the key in the
 * slot that configuration byte 69 names. Anybody may close it.
 */
static enum chip_status use_latch(struct chip *chip, unsigned int param2,
				  struct chip_reply *reply)
{
	uint8_t permission = chip->eeprom.config[CONFIG_VOLATILE_KEY];
	uint8_t answer[4] = { 0 };

	if (chip->part == PART_508A || param2 > (LATCH_WRITE | LATCH_ON) ||
	    param2 == LATCH_ON)
		return STATUS_PARSE;
	if (param2 & LATCH_WRITE) {
		if (!eeprom_config_locked(&chip->eeprom) ||
		    !(permission & VOLATILE_KEYS))
			return STATUS_EXECUTION;
		if (param2 & LATCH_ON &&
		    !(chip->sram.authorized &&
		      chip->sram.auth_slot == (permission & 15u)))
			return STATUS_EXECUTION;
		chip->latch = param2 & LATCH_ON;
	}
	answer[0] = chip->latch;
	return chip_answer(reply, answer, sizeof(answer));
}

enum chip_status command_info(struct chip *chip,
			      const struct chip_request *request,
			      struct chip_reply *reply)
{
	uint8_t answer[4];

	if (request->len != 0 || (request->param2 != 0 && !(request->mode & 5)))
		return STATUS_PARSE;
	switch (request->mode) {
	case 0: /* Revision */
		return chip_answer(reply, chip->eeprom.config + CONFIG_REVISION,
				   4);
	case 1:
		return key_valid(chip, request->param2, reply);
	case 2:
		describe_state(chip, answer);
		return chip_answer(reply, answer, sizeof(answer));
	case 4:
		return use_latch(chip, request->param2, reply);
	default:
		return STATUS_PARSE;
	}
}
