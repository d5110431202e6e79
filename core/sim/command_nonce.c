/* SPDX-License-Identifier: Apache-2.0 */
/* Info, Random and Nonce (ATECC508A data sheet, sections 9.8, 9.14, 9.11). */
#include <string.h>

#include <nettle/sha2.h>

#include "commands.h"

/* What is in TempKey: the two bytes of Info's state mode. */
static void describe_state(const struct chip *chip, uint8_t state[static 4])
{
	const struct chip_sram *sram = &chip->sram;

	memset(state, 0, 4);
	if (sram->temp_key.len != 0)
		state[0] = chip_temp_key_flags(sram);
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
	if (chip_is_validated_slot(&rules))
		answer[0] = chip_holds_valid_key(chip, slot);
	else
		answer[0] = chip->eeprom.has_key[slot];
	return chip_answer(reply, answer, sizeof(answer));
}

#define LATCH_ON      1u
#define LATCH_WRITE   2u
#define VOLATILE_KEYS 0x80

/*
 * The 608's persistent latch. It opens for who has shown, by CheckMac, the key
 * in the slot that configuration byte 69 names; anybody may close it.
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

enum chip_status command_random(struct chip *chip,
				const struct chip_request *request,
				struct chip_reply *reply)
{
	/* 508A, bit 0: the seed is not updated. */
	unsigned int modes = chip->part == PART_508A ? 2 : 1;
	uint8_t out[32];

	if (request->mode >= modes || request->param2 != 0 || request->len != 0)
		return STATUS_PARSE;
	chip_random(chip, out, sizeof(out));
	return chip_answer(reply, out, sizeof(out));
}

static enum chip_status random_nonce(struct chip *chip,
				     const struct chip_request *request,
				     struct chip_reply *reply)
{
	const uint8_t tail[3] = { OP_NONCE, request->mode, 0 };
	uint8_t out[32], nonce[32];
	struct sha256_ctx sha;

	if (request->len != 20)
		return STATUS_PARSE;
	chip_random(chip, out, sizeof(out));
	sha256_init(&sha);
	sha256_update(&sha, sizeof(out), out);
	sha256_update(&sha, request->len, request->data);
	sha256_update(&sha, sizeof(tail), tail);
	sha256_digest(&sha, sizeof(nonce), nonce);
	chip_set_temp_key(chip, nonce, sizeof(nonce));
	chip->sram.from_input = false;
	return chip_answer(reply, out, sizeof(out));
}

/* Mode on the 608: bit 5 64 bytes, bits 7-6 where to. */
static enum chip_status fixed_nonce(struct chip *chip,
				    const struct chip_request *request)
{
	struct chip_buffer *targets[4] = { NULL, &chip->sram.digest,
					   &chip->sram.alt_key, NULL };
	size_t len = request->mode & 0x20 ? 64 : 32;
	unsigned int target = request->mode >> 6;

	if (request->mode & 0x1c || target == 3 || request->len != len ||
	    (target == 2 && len == 64))
		return STATUS_PARSE;
	if (chip->part == PART_508A && request->mode != 3)
		return STATUS_PARSE;
	if (target == 0) {
		chip_set_temp_key(chip, request->data, len);
		return STATUS_OK;
	}
	memset(targets[target], 0, sizeof(*targets[target]));
	memcpy(targets[target]->value, request->data, len);
	targets[target]->len = len;
	return STATUS_OK;
}

enum chip_status command_nonce(struct chip *chip,
			       const struct chip_request *request,
			       struct chip_reply *reply)
{
	if (request->param2 != 0)
		return STATUS_PARSE;
	if ((request->mode & 3) == 3)
		return fixed_nonce(chip, request);
	if (request->mode > 1)
		return STATUS_PARSE;
	return random_nonce(chip, request, reply);
}
