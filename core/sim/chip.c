/* SPDX-License-Identifier: Apache-2.0 */
#include "chip.h"

#include <string.h>

#include "commands.h"

#define ALL_PARTS (1u << PART_508A | 1u << PART_608A | 1u << PART_608B)

/* Operands are judged by the command; this is who knows the opcode at all. */
static const struct {
	uint8_t opcode;
	unsigned int parts;
	chip_command *run;
} commands[] = {
	{ OP_READ, ALL_PARTS, command_read },
	{ OP_WRITE, ALL_PARTS, command_write },
	{ OP_NONCE, ALL_PARTS, command_nonce },
	{ OP_LOCK, ALL_PARTS, command_lock },
	{ OP_RANDOM, ALL_PARTS, command_random },
	{ OP_INFO, ALL_PARTS, command_info },
	{ OP_GENKEY, ALL_PARTS, command_genkey },
	{ OP_SIGN, ALL_PARTS, command_sign },
	{ OP_ECDH, ALL_PARTS, command_ecdh },
	{ OP_VERIFY, ALL_PARTS, command_verify },
};

static chip_command *find_command(const struct chip *chip, uint8_t opcode)
{
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (commands[i].opcode == opcode &&
		    commands[i].parts >> chip->part & 1)
			return commands[i].run;
	return NULL;
}

void chip_forget(struct chip *chip)
{
	explicit_bzero(&chip->sram, sizeof(chip->sram));
}

void chip_execute(struct chip *chip, const struct chip_request *request,
		  struct chip_reply *reply)
{
	chip_command *run = find_command(chip, request->opcode);
	enum chip_status status;

	chip_program(chip, NULL, 0);
	reply->len = 0;
	if (chip->sram.health_failed)
		status = STATUS_HEALTH;
	else if (run)
		status = run(chip, request, reply);
	else
		status = STATUS_PARSE;
	if (status != STATUS_OK || reply->len == 0) {
		reply->data[0] = (uint8_t)status;
		reply->len = 1;
	}
}

void chip_random(struct chip *chip, uint8_t *out, size_t len)
{
	static const uint8_t pattern[4] = { 0xff, 0xff, 0x00, 0x00 };

	if (eeprom_config_locked(&chip->eeprom)) {
		sim_random_draw(&chip->random, out, len);
		return;
	}
	for (size_t i = 0; i < len; i++)
		out[i] = pattern[i % sizeof(pattern)];
}

void chip_set_temp_key(struct chip *chip, const uint8_t *value, size_t len)
{
	struct chip_sram *sram = &chip->sram;

	memset(&sram->temp_key, 0, sizeof(sram->temp_key));
	memcpy(sram->temp_key.value, value, len);
	sram->temp_key.len = len;
	sram->from_input = false;
	sram->from_genkey = false;
	sram->temp_slot = 0;
}

uint8_t chip_temp_key_flags(const struct chip_sram *sram)
{
	return (uint8_t)(sram->temp_slot | (sram->from_input ? 0x10 : 0) |
			 (sram->from_genkey ? 0x40 : 0));
}

bool chip_key_usable(const struct chip *chip, const struct slot_rules *rules)
{
	if (rules->limited_use)
		return false;
	if (rules->need_latch && !chip->latch)
		return false;
	return !rules->need_auth || (chip->sram.authorized &&
				     chip->sram.auth_slot == rules->auth_key);
}
