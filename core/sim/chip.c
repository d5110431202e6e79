/* SPDX-License-Identifier: Apache-2.0 */
#include "chip.h"

#include <string.h>

#include "commands.h"

#define USE_LOCK_ENABLED 0x0f

#define ONLY_608	 (1u << PART_608A | 1u << PART_608B)
#define ALL_PARTS	 (1u << PART_508A | ONLY_608)

/*
 * Who knows the opcode at all; operands are judged by the command. What has no
 * use for TempKey ends it.
 */
static const struct command {
	uint8_t opcode;
	unsigned int parts;
	chip_command *run;
	bool ends_temp_key;
} commands[] = {
	{ OP_READ, ALL_PARTS, command_read, true },
	{ OP_MAC, ALL_PARTS, command_mac, false },
	{ OP_WRITE, ALL_PARTS, command_write, true },
	{ OP_NONCE, ALL_PARTS, command_nonce, false },
	{ OP_LOCK, ALL_PARTS, command_lock, true },
	{ OP_RANDOM, ALL_PARTS, command_random, true },
	{ OP_UPDATE_EXTRA, ALL_PARTS, command_update_extra, true },
	{ OP_COUNTER, ALL_PARTS, command_counter, true },
	{ OP_CHECKMAC, ALL_PARTS, command_checkmac, false },
	{ OP_INFO, ALL_PARTS, command_info, false },
	{ OP_GENKEY, ALL_PARTS, command_genkey, false },
	{ OP_SIGN, ALL_PARTS, command_sign, false },
	{ OP_ECDH, ALL_PARTS, command_ecdh, true },
	{ OP_VERIFY, ALL_PARTS, command_verify, false },
	{ OP_SHA, ALL_PARTS, command_sha, false },
	{ OP_AES, ONLY_608, command_aes, false },
	{ OP_KDF, ONLY_608, command_kdf, false },
	{ OP_SELF_TEST, ONLY_608, command_self_test, true },
};

static const struct command *find_command(const struct chip *chip,
					  uint8_t opcode)
{
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (commands[i].opcode == opcode &&
		    commands[i].parts >> chip->part & 1)
			return &commands[i];
	return NULL;
}

void chip_forget(struct chip *chip)
{
	explicit_bzero(&chip->sram, sizeof(chip->sram));
}

/* The context is in a memory of its own on the 608; waking loses it. */
void chip_wake(struct chip *chip)
{
	if (chip->part != PART_508A)
		chip->sram.sha_kind = SHA_NONE;
}

/* ChipMode bit 0 of the 608: UserExtraAdd, once it has been set. */
uint8_t chip_i2c_address(const struct chip *chip)
{
	const uint8_t *config = chip->eeprom.config;

	if (chip->part != PART_508A && config[CONFIG_CHIP_MODE] & 1 &&
	    config[CONFIG_SELECTOR] != 0)
		return config[CONFIG_SELECTOR] >> 1;
	return config[CONFIG_I2C_ADDRESS] >> 1;
}

/*
 * After a failure SelfTest may be asked about it; after one of the self-test's
 * (Trust&Go data sheet, section 5.1.7) the configuration can be read as well.
 */
static bool has_failed(const struct chip *chip,
		       const struct chip_request *request)
{
	if (chip->sram.failure == STATUS_SELF_TEST &&
	    request->opcode == OP_READ && (request->mode & 3) == 0)
		return false;
	return chip->sram.failure != STATUS_OK &&
	       request->opcode != OP_SELF_TEST;
}

void chip_execute(struct chip *chip, const struct chip_request *request,
		  struct chip_reply *reply)
{
	const struct command *command = find_command(chip, request->opcode);
	enum chip_status status = STATUS_PARSE;

	chip_program(chip, NULL, 0);
	reply->len = 0;
	/* The 508A keeps it in TempKey, where it is in everybody's way. */
	if (chip->part == PART_508A && request->opcode != OP_SHA)
		chip->sram.sha_kind = SHA_NONE;
	if (command && command->ends_temp_key)
		chip_forget_temp_key(chip);
	if (has_failed(chip, request))
		status = chip->sram.failure;
	else if (command)
		status = command->run(chip, request, reply);
	if (status != STATUS_OK)
		chip_forget_temp_key(chip);
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

void chip_forget_temp_key(struct chip *chip)
{
	memset(&chip->sram.temp_key, 0, sizeof(chip->sram.temp_key));
}

void chip_set_temp_key(struct chip *chip, const uint8_t *value, size_t len)
{
	struct chip_sram *sram = &chip->sram;

	chip_forget_temp_key(chip);
	memcpy(sram->temp_key.value, value, len);
	sram->temp_key.len = len;
	sram->from_input = true;
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
	if (rules->limited_use ||
	    (chip->part != PART_508A &&
	     chip->eeprom.config[CONFIG_USE_LOCK] & USE_LOCK_ENABLED))
		return false;
	if (rules->need_latch && !chip->latch)
		return false;
	return !rules->need_auth || (chip->sram.authorized &&
				     chip->sram.auth_slot == rules->auth_key);
}

bool chip_has_random_nonce(const struct chip *chip)
{
	return chip->sram.temp_key.len != 0 && !chip->sram.from_input;
}

bool chip_is_validated_slot(const struct slot_rules *rules)
{
	return !rules->private_key && rules->key_type == KEY_TYPE_P256 &&
	       rules->public_info;
}

bool chip_holds_valid_key(struct chip *chip, unsigned int slot)
{
	return *eeprom_slot(&chip->eeprom, slot) >> 4 == KEY_VALIDATED;
}

bool chip_is_personal(const struct chip *chip)
{
	return eeprom_config_locked(&chip->eeprom) &&
	       eeprom_data_locked(&chip->eeprom);
}

const uint8_t *chip_secret(struct chip *chip, unsigned int slot,
			   struct slot_rules *rules)
{
	*rules = eeprom_slot_rules(&chip->eeprom, slot);
	if (!chip_is_personal(chip) || rules->private_key ||
	    rules->key_type == KEY_TYPE_P256 || !chip_key_usable(chip, rules))
		return NULL;
	return eeprom_slot(&chip->eeprom, slot);
}
