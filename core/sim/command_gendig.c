/* SPDX-License-Identifier: Apache-2.0 */
/*
 * GenDig (ATECC508A data sheet, section 9.5): hashes stored data into TempKey.
 */
#include <string.h>

#include "commands.h"
#include "counter.h"
#include "key_rules.h"
#include "message.h"
#include "temp_key.h"

enum gendig_zone {
	GENDIG_CONFIG,
	GENDIG_OTP,
	GENDIG_DATA,
	GENDIG_SHARED_NONCE,
	GENDIG_COUNTER,
	GENDIG_KEY_CONFIG,
	GENDIG_ZONES,
};

#define TEMP_KEY_FIRST 0x8000u /* shared nonce: order of the two */

/* The hashed data, without opcode, operands and serial number. */
struct gendig {
	const uint8_t *first, *last; /* 32 bytes each */
	const uint8_t *command;	     /* replaces opcode and operands, or NULL */
	uint8_t middle[25];
	bool keeps_slot; /* TempKey records the slot */
	bool no_mac;
};

typedef enum chip_status gendig_prepare(struct chip *chip,
					const struct chip_request *request,
					struct gendig *gendig);

/* Points at a 32-byte block of a zone that has `blocks` of them. */
static enum chip_status prepare_block(const struct chip_request *request,
				      const uint8_t *zone, size_t blocks,
				      struct gendig *gendig)
{
	if (request->param2 >= blocks || request->len != 0)
		return STATUS_PARSE;
	gendig->first = zone + 32u * request->param2;
	return STATUS_OK;
}

static enum chip_status prepare_config(struct chip *chip,
				       const struct chip_request *request,
				       struct gendig *gendig)
{
	return prepare_block(request, chip->eeprom.config, 4, gendig);
}

static enum chip_status prepare_otp(struct chip *chip,
				    const struct chip_request *request,
				    struct gendig *gendig)
{
	return prepare_block(request, chip->eeprom.otp, 2, gendig);
}

static enum chip_status prepare_data(struct chip *chip,
				     const struct chip_request *request,
				     struct gendig *gendig)
{
	unsigned int slot = request->param2;
	struct slot_rules rules;

	if (slot >= EEPROM_SLOTS)
		return STATUS_PARSE;
	rules = eeprom_slot_rules(&chip->eeprom, slot);
	/* Without NoMac, OtherData is ignored. */
	if (request->len != 4 && (request->len != 0 || rules.no_mac))
		return STATUS_PARSE;
	if (rules.need_random && !temp_key_is_random(&chip->sram))
		return STATUS_EXECUTION;
	gendig->first = key_secret(chip, slot, &rules);
	if (!gendig->first)
		return STATUS_EXECUTION;
	if (rules.no_mac)
		gendig->command = request->data;
	gendig->no_mac = rules.no_mac;
	gendig->keeps_slot = true;
	return STATUS_OK;
}

static enum chip_status prepare_nonce(struct chip *chip,
				      const struct chip_request *request,
				      struct gendig *gendig)
{
	const uint8_t *temp_key = chip->sram.temp_key.value;
	bool temp_first = request->param2 & TEMP_KEY_FIRST;

	if ((request->param2 & 0x7fff) >= EEPROM_SLOTS || request->len != 32)
		return STATUS_PARSE;
	gendig->first = temp_first ? temp_key : request->data;
	gendig->last = temp_first ? request->data : temp_key;
	return STATUS_OK;
}

static const uint8_t zeros[32];

static enum chip_status prepare_counter(struct chip *chip,
					const struct chip_request *request,
					struct gendig *gendig)
{
	uint32_t count;

	if (request->param2 >= COUNTERS || request->len != 0)
		return STATUS_PARSE;
	count = counter_value(chip, request->param2);
	for (unsigned int i = 0; i < 4; i++)
		gendig->middle[1 + i] = (uint8_t)(count >> (8 * i));
	gendig->first = zeros;
	return STATUS_OK;
}

static enum chip_status prepare_key_config(struct chip *chip,
					   const struct chip_request *request,
					   struct gendig *gendig)
{
	const uint8_t *config = chip->eeprom.config;
	unsigned int slot = request->param2;

	if (slot >= EEPROM_SLOTS || request->len != 0)
		return STATUS_PARSE;
	memcpy(gendig->middle + 1, config + CONFIG_SLOT_CONFIG + 2 * slot, 2);
	memcpy(gendig->middle + 3, config + CONFIG_KEY_CONFIG + 2 * slot, 2);
	gendig->middle[5] = !eeprom_slot_locked(&chip->eeprom, slot);
	gendig->first = zeros;
	return STATUS_OK;
}

static gendig_prepare *const prepare[GENDIG_ZONES] = {
	[GENDIG_CONFIG] = prepare_config,
	[GENDIG_OTP] = prepare_otp,
	[GENDIG_DATA] = prepare_data,
	[GENDIG_SHARED_NONCE] = prepare_nonce,
	[GENDIG_COUNTER] = prepare_counter,
	[GENDIG_KEY_CONFIG] = prepare_key_config,
};

static void add_command(struct sha256_ctx *message,
			const struct chip_request *request,
			const struct gendig *gendig)
{
	struct chip_request shown = *request;

	if (gendig->command) {
		message_add(message, gendig->command, 4);
		return;
	}
	/* The order of the two is not part of the message. */
	if (request->mode == GENDIG_SHARED_NONCE)
		shown.param2 &= 0xff;
	message_command(message, &shown);
}

static void finish(struct chip *chip, const struct chip_request *request,
		   const struct gendig *gendig)
{
	struct sha256_ctx message;
	uint8_t digest[32];

	message_begin(&message, gendig->first);
	add_command(&message, request, gendig);
	message_serial(&message, chip);
	message_add(&message, gendig->middle, sizeof(gendig->middle));
	message_add(&message, gendig->last, 32);
	message_end(&message, digest);
	temp_key_become(&chip->sram, digest,
			gendig->keeps_slot ? request->param2 : 0);
	chip->sram.from_gendig = gendig->keeps_slot;
	chip->sram.no_mac = gendig->no_mac;
	explicit_bzero(digest, sizeof(digest));
}

enum chip_status command_gendig(struct chip *chip,
				const struct chip_request *request,
				struct chip_reply *reply)
{
	struct gendig gendig = { .last = chip->sram.temp_key.value };
	enum chip_status status;

	(void)reply;
	if (request->mode >= GENDIG_ZONES)
		return STATUS_PARSE;
	status = prepare[request->mode](chip, request, &gendig);
	if (status != STATUS_OK)
		return status;
	if (!eeprom_config_locked(&chip->eeprom) ||
	    !temp_key_get(&chip->sram) || chip->sram.no_mac)
		return STATUS_EXECUTION;
	finish(chip, request, &gendig);
	return STATUS_OK;
}
