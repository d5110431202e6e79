/* SPDX-License-Identifier: Apache-2.0 */
#include "chip.h"

#include <string.h>

#include "commands.h"
#include "counter.h"
#include "temp_key.h"

#define ONLY_508 (1u << PART_508A)
#define ONLY_608 (1u << PART_608A | 1u << PART_608B)
#define ALL	 (ONLY_508 | ONLY_608)
#define NONE	 0u

/*
 * The parts that have each opcode, and what becomes of TempKey. Each command
 * checks its operands. Commands that use TempKey set its final state
 * themselves.
 */
static const struct command {
	uint8_t opcode;
	unsigned int parts, ends_temp_key;
	chip_command *run;
} commands[] = {
	{ OP_PAUSE, ONLY_508, ALL, command_pause },
	{ OP_READ, ALL, ONLY_508, command_read },
	{ OP_MAC, ALL, NONE, command_mac },
	{ OP_HMAC, ONLY_508, ALL, command_hmac },
	{ OP_WRITE, ALL, ALL, command_write },
	{ OP_GENDIG, ALL, NONE, command_gendig },
	{ OP_NONCE, ALL, NONE, command_nonce },
	{ OP_LOCK, ALL, ALL, command_lock },
	{ OP_RANDOM, ALL, ONLY_508, command_random },
	{ OP_DERIVE_KEY, ALL, ALL, command_derive_key },
	{ OP_UPDATE_EXTRA, ALL, ALL, command_update_extra },
	{ OP_COUNTER, ALL, ONLY_508, command_counter },
	{ OP_CHECKMAC, ALL, NONE, command_checkmac },
	{ OP_INFO, ALL, NONE, command_info },
	{ OP_GENKEY, ALL, NONE, command_genkey },
	{ OP_SIGN, ALL, NONE, command_sign },
	{ OP_ECDH, ALL, NONE, command_ecdh },
	{ OP_VERIFY, ALL, NONE, command_verify },
	{ OP_PRIV_WRITE, ALL, ALL, command_priv_write },
	{ OP_SHA, ALL, NONE, command_sha },
	{ OP_AES, ONLY_608, NONE, command_aes },
	{ OP_KDF, ONLY_608, NONE, command_kdf },
	{ OP_SELF_TEST, ONLY_608, ALL, command_self_test },
	{ OP_SECURE_BOOT, ONLY_608, ALL, command_secureboot },
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

void chip_power_off(struct chip *chip)
{
	chip_forget(chip);
	chip->latch = false;
	chip->no_secureboot = false;
}

/* ChipMode bit 0 of the 608 selects UserExtraAdd, once that has been set. */
uint8_t chip_i2c_address(const struct chip *chip)
{
	const uint8_t *config = chip->eeprom.config;

	if (chip->part != PART_508A && config[CONFIG_CHIP_MODE] & 1 &&
	    config[CONFIG_SELECTOR] != 0)
		return config[CONFIG_SELECTOR] >> 1;
	return config[CONFIG_I2C_ADDRESS] >> 1;
}

/*
 * After a failure only SelfTest works. After a self-test failure, Read of the
 * configuration works too (Trust&Go data sheet, section 5.1.7).
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

/* A miscompare is a use of the key as well. */
static void spend_uses(struct chip *chip, enum chip_status status)
{
	if (status != STATUS_OK && status != STATUS_MISCOMPARE)
		return;
	for (unsigned int slot = 0; slot < EEPROM_SLOTS; slot++)
		if (chip->used_keys >> slot & 1)
			counter_spend_use(chip, slot);
}

static enum chip_status run(struct chip *chip, const struct command *command,
			    const struct chip_request *request,
			    struct chip_reply *reply)
{
	enum chip_status status;

	if (has_failed(chip, request))
		return chip->sram.failure;
	if (!command)
		return STATUS_PARSE;
	status = command->run(chip, request, reply);
	spend_uses(chip, status);
	return status;
}

void chip_execute(struct chip *chip, const struct chip_request *request,
		  struct chip_reply *reply)
{
	const struct command *command = find_command(chip, request->opcode);
	enum chip_status status;

	chip->programmed_count = 0;
	chip->used_keys = 0;
	reply->len = 0;
	reply->goes_idle = false;
	/*
	 * The 508A keeps the SHA context in TempKey, so other commands destroy
	 * it.
	 */
	if (chip->part == PART_508A && request->opcode != OP_SHA)
		chip->sram.sha_kind = SHA_NONE;
	status = run(chip, command, request, reply);
	if (status != STATUS_OK ||
	    (command && command->ends_temp_key >> chip->part & 1))
		temp_key_forget(&chip->sram);
	if (status != STATUS_OK || reply->len == 0) {
		reply->data[0] = (uint8_t)status;
		reply->len = 1;
	}
}
