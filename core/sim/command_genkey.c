/* SPDX-License-Identifier: Apache-2.0 */
/* GenKey (ATECC508A data sheet, section 9.6; 608: into TempKey). */
#include <string.h>

#include "commands.h"
#include "key_rules.h"
#include "message.h"
#include "p256.h"
#include "program.h"
#include "temp_key.h"

#define MODE_CREATE   0x04u
#define MODE_DIGEST   0x08u /* digest of the returned public key */
#define MODE_STORED   0x10u /* digest of a public key in a slot */

#define INTO_TEMP_KEY 0xffff
#define OTHER_DATA    3

/* GenKey may create a key in this slot. */
#define WRITE_CONFIG_GENKEY 2u

/*
 * Puts the PubKey digest of `point` into TempKey. `command` is mode and param2,
 * or bytes from the host that replace them.
 */
static void digest_public(struct chip *chip, const uint8_t command[static 3],
			  unsigned int slot, const uint8_t point[static 64])
{
	const uint8_t opcode = OP_GENKEY;
	struct sha256_ctx message;
	uint8_t digest[32];

	message_begin(&message, chip->sram.temp_key.value);
	message_add(&message, &opcode, 1);
	message_add(&message, command, 3);
	message_serial(&message, chip);
	message_zeros(&message, 25);
	message_add(&message, point, 64);
	message_end(&message, digest);
	temp_key_become(&chip->sram, digest, slot);
	chip->sram.from_genkey = true;
}

/* A digest needs TempKey, with a random nonce when the slot asks for one. */
static bool can_digest(const struct chip *chip, const struct slot_rules *rules)
{
	return temp_key_get(&chip->sram) && !chip->sram.no_mac &&
	       (!rules->need_random || temp_key_is_random(&chip->sram));
}

static enum chip_status digest_stored(struct chip *chip,
				      const struct chip_request *request)
{
	unsigned int slot = request->param2;
	struct slot_rules rules;
	uint8_t point[64];

	if (request->mode != MODE_STORED || slot >= EEPROM_SLOTS ||
	    request->len != OTHER_DATA)
		return STATUS_PARSE;
	rules = eeprom_slot_rules(&chip->eeprom, slot);
	if (!key_zones_locked(chip) || !key_public_point(chip, slot, point) ||
	    !key_is_permitted(chip, &rules) || !can_digest(chip, &rules))
		return STATUS_EXECUTION;
	digest_public(chip, request->data, slot, point);
	return STATUS_OK;
}

static enum chip_status create_in_temp_key(struct chip *chip,
					   const struct chip_request *request,
					   struct chip_reply *reply)
{
	uint8_t scalar[32], point[64];

	if (chip->part == PART_508A || request->mode != MODE_CREATE ||
	    request->len != 0)
		return STATUS_PARSE;
	if (!eeprom_config_locked(&chip->eeprom))
		return STATUS_EXECUTION;
	sim_p256_create(&chip->random, scalar);
	temp_key_set(&chip->sram, scalar, sizeof(scalar));
	chip->sram.holds_private = true;
	if (!sim_p256_public(scalar, point))
		return STATUS_ECC_FAULT;
	explicit_bzero(scalar, sizeof(scalar));
	return chip_answer(reply, point, sizeof(point));
}

static enum chip_status create_key(struct chip *chip, unsigned int slot,
				   const struct slot_rules *rules)
{
	struct eeprom *eeprom = &chip->eeprom;

	if (!(rules->write_config & WRITE_CONFIG_GENKEY) ||
	    eeprom_slot_locked(eeprom, slot))
		return STATUS_EXECUTION;
	program(chip, eeprom->key[slot], sizeof(eeprom->key[slot]), TEAR_ALL);
	sim_p256_create(&chip->random, eeprom->key[slot]);
	eeprom->has_key[slot] = true;
	eeprom->has_other_public[slot] = false;
	return STATUS_OK;
}

/* Only the latch does not matter here. Uses are not counted. */
static enum chip_status prepare_key(struct chip *chip,
				    const struct chip_request *request)
{
	unsigned int slot = request->param2;
	struct slot_rules rules = eeprom_slot_rules(&chip->eeprom, slot);

	rules.need_latch = false;
	if (!eeprom_config_locked(&chip->eeprom) || !key_is_private(&rules) ||
	    !key_is_permitted(chip, &rules) ||
	    (request->mode & MODE_DIGEST && !can_digest(chip, &rules)))
		return STATUS_EXECUTION;
	if (request->mode & MODE_CREATE)
		return create_key(chip, slot, &rules);
	return rules.public_info && chip->eeprom.has_key[slot]
		       ? STATUS_OK
		       : STATUS_EXECUTION;
}

enum chip_status command_genkey(struct chip *chip,
				const struct chip_request *request,
				struct chip_reply *reply)
{
	const uint8_t command[3] = { request->mode, (uint8_t)request->param2 };
	struct eeprom *eeprom = &chip->eeprom;
	unsigned int slot = request->param2;
	enum chip_status status;
	uint8_t point[64];

	if (request->mode & MODE_STORED)
		return digest_stored(chip, request);
	if (slot == INTO_TEMP_KEY)
		return create_in_temp_key(chip, request, reply);
	if (request->mode & ~(MODE_CREATE | MODE_DIGEST) ||
	    slot >= EEPROM_SLOTS || request->len != 0)
		return STATUS_PARSE;
	status = prepare_key(chip, request);
	if (status != STATUS_OK)
		return status;
	if (!sim_p256_public(eeprom->key[slot], point))
		return STATUS_ECC_FAULT;
	if (eeprom->has_other_public[slot])
		memcpy(point, eeprom->other_public[slot], sizeof(point));
	if (request->mode & MODE_DIGEST)
		digest_public(chip, command, slot, point);
	return chip_answer(reply, point, sizeof(point));
}
