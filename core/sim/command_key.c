/* SPDX-License-Identifier: Apache-2.0 */
/* GenKey, Sign and ECDH (ATECC508A data sheet, sections 9.6, 9.18, 9.4). */
#include <string.h>

#include <nettle/sha2.h>

#include "commands.h"
#include "p256.h"

/* SlotConfig.ReadKey of a slot with a private key. */
#define ALLOW_SIGN_EXTERNAL 1u
#define ALLOW_SIGN_INTERNAL 2u
#define ALLOW_ECDH	    4u
#define ECDH_INTO_NEXT_SLOT 8u

#define GENKEY_CREATE	    0x04
#define GENKEY_DIGEST	    0x08

/* GenKey may make a key in this slot. */
#define WRITE_CONFIG_GENKEY 2u

static bool is_p256_private(const struct slot_rules *rules)
{
	return rules->private_key && rules->key_type == KEY_TYPE_P256;
}

/* PubKey digest into TempKey, over the public key that is being answered. */
static void digest_public(struct chip *chip, const struct chip_request *request,
			  const uint8_t point[static 64])
{
	const uint8_t *config = chip->eeprom.config;
	const uint8_t head[7] = {
		OP_GENKEY, request->mode, (uint8_t)request->param2,
		0,	   config[12],	  config[0],
		config[1]
	};
	static const uint8_t zeros[25];
	struct chip_sram *sram = &chip->sram;
	struct sha256_ctx sha;
	uint8_t digest[32];
	bool from_input = sram->from_input;

	sha256_init(&sha);
	sha256_update(&sha, 32, sram->temp_key.value);
	sha256_update(&sha, sizeof(head), head);
	sha256_update(&sha, sizeof(zeros), zeros);
	sha256_update(&sha, 64, point);
	sha256_digest(&sha, sizeof(digest), digest);
	chip_set_temp_key(chip, digest, sizeof(digest));
	sram->from_input = from_input;
	sram->from_genkey = true;
	sram->temp_slot = request->param2;
}

/* TempKey is what the mode and the slot want of it. */
static bool nonce_fits(const struct chip *chip, unsigned int mode,
		       const struct slot_rules *rules)
{
	if (mode & GENKEY_DIGEST && chip->sram.temp_key.len != 32)
		return false;
	return mode == 0 || !rules->need_random || chip_has_random_nonce(chip);
}

static enum chip_status create_key(struct chip *chip, unsigned int slot,
				   const struct slot_rules *rules)
{
	struct eeprom *eeprom = &chip->eeprom;

	if (!(rules->write_config & WRITE_CONFIG_GENKEY) ||
	    eeprom_slot_locked(eeprom, slot))
		return STATUS_EXECUTION;
	chip_program(chip, eeprom->key[slot], sizeof(eeprom->key[slot]));
	sim_p256_create(&chip->random, eeprom->key[slot]);
	eeprom->has_key[slot] = true;
	eeprom->has_other_public[slot] = false;
	return STATUS_OK;
}

enum chip_status command_genkey(struct chip *chip,
				const struct chip_request *request,
				struct chip_reply *reply)
{
	struct eeprom *eeprom = &chip->eeprom;
	unsigned int slot = request->param2;
	struct slot_rules rules;
	uint8_t point[64];
	enum chip_status status;

	if (request->mode & ~(GENKEY_CREATE | GENKEY_DIGEST) ||
	    slot >= EEPROM_SLOTS || request->len != 0)
		return STATUS_PARSE;
	rules = eeprom_slot_rules(eeprom, slot);
	/* The latch is no condition here; everything else is. */
	rules.need_latch = false;
	if (!eeprom_config_locked(eeprom) || !is_p256_private(&rules) ||
	    !chip_key_usable(chip, &rules) ||
	    !nonce_fits(chip, request->mode, &rules))
		return STATUS_EXECUTION;
	if (request->mode & GENKEY_CREATE) {
		status = create_key(chip, slot, &rules);
		if (status != STATUS_OK)
			return status;
	} else if (!rules.public_info || !eeprom->has_key[slot]) {
		return STATUS_EXECUTION;
	}
	if (!sim_p256_public(eeprom->key[slot], point))
		return STATUS_ECC_FAULT;
	if (eeprom->has_other_public[slot])
		memcpy(point, eeprom->other_public[slot], sizeof(point));
	if (request->mode & GENKEY_DIGEST)
		digest_public(chip, request, point);
	return chip_answer(reply, point, sizeof(point));
}

/* A private key that commands may use for `permission`. */
static bool private_key_ready(const struct chip *chip, unsigned int slot,
			      const struct slot_rules *rules,
			      unsigned int permission)
{
	return eeprom_config_locked(&chip->eeprom) && is_p256_private(rules) &&
	       chip->eeprom.has_key[slot] && (rules->read_key & permission) &&
	       chip_key_usable(chip, rules);
}

/*
 * The 55 bytes of Sign's internal message. The last but one would be 1 for a
 * validated public key, but it is a private one's that TempKey is of.
 */
static void internal_digest(const struct chip *chip,
			    const struct chip_request *request,
			    uint8_t digest[static 32])
{
	const struct chip_sram *sram = &chip->sram;
	const uint8_t *config = chip->eeprom.config;
	unsigned int slot = sram->temp_slot;
	bool serial = request->mode & 0x40;
	uint8_t message[55] = { 0 };
	struct sha256_ctx sha;

	memcpy(message, sram->temp_key.value, 32);
	message[32] = OP_SIGN;
	message[33] = request->mode;
	message[34] = (uint8_t)request->param2;
	memcpy(message + 36, config + CONFIG_SLOT_CONFIG + 2 * slot, 2);
	memcpy(message + 38, config + CONFIG_KEY_CONFIG + 2 * slot, 2);
	message[40] = chip_temp_key_flags(sram);
	message[43] = config[12];
	if (serial)
		memcpy(message + 44, config + 8, 4);
	memcpy(message + 48, config, 2);
	if (serial)
		memcpy(message + 50, config + 2, 2);
	message[52] = !eeprom_slot_locked(&chip->eeprom, slot);
	sha256_init(&sha);
	sha256_update(&sha, sizeof(message), message);
	sha256_digest(&sha, 32, digest);
}

/* External mode, bit 5 on the 608: from the message digest buffer. */
static bool find_digest(struct chip *chip, const struct chip_request *request,
			uint8_t digest[static 32])
{
	struct chip_buffer *source = request->mode & 0x20
					     ? &chip->sram.digest
					     : &chip->sram.temp_key;

	if (source->len == 0)
		return false;
	if (request->mode & 0x80) {
		memcpy(digest, source->value, 32);
	} else {
		if (!chip->sram.from_genkey)
			return false;
		internal_digest(chip, request, digest);
	}
	memset(source, 0, sizeof(*source));
	return true;
}

enum chip_status command_sign(struct chip *chip,
			      const struct chip_request *request,
			      struct chip_reply *reply)
{
	bool external = request->mode & 0x80;
	unsigned int slot = request->param2;
	uint8_t digest[32], signature[64];
	struct slot_rules rules;

	if (request->mode & 0x1f || slot >= EEPROM_SLOTS || request->len != 0)
		return STATUS_PARSE;
	if (request->mode & 0x20 && (chip->part == PART_508A || !external))
		return STATUS_PARSE;
	rules = eeprom_slot_rules(&chip->eeprom, slot);
	if (!private_key_ready(chip, slot, &rules,
			       external ? ALLOW_SIGN_EXTERNAL
					: ALLOW_SIGN_INTERNAL) ||
	    !find_digest(chip, request, digest))
		return STATUS_EXECUTION;
	if (!sim_p256_sign(chip->eeprom.key[slot], digest, &chip->random,
			   signature))
		return STATUS_ECC_FAULT;
	return chip_answer(reply, signature, sizeof(signature));
}

/* Compatibility mode's second form: the secret goes to the slot above. */
static enum chip_status secret_into_next(struct chip *chip, unsigned int slot,
					 const uint8_t secret[static 32])
{
	unsigned int target = slot | 1;
	uint8_t *bytes = eeprom_slot(&chip->eeprom, target);

	if (target == slot ||
	    eeprom_slot_rules(&chip->eeprom, target).private_key ||
	    eeprom_slot_locked(&chip->eeprom, target))
		return STATUS_EXECUTION;
	chip_program(chip, bytes, 32);
	memcpy(bytes, secret, 32);
	return STATUS_OK;
}

/* ChipOptions.ECDHProt: 0 leaves secrets in the clear (608). */
static bool clear_secrets_allowed(const struct chip *chip)
{
	return chip->part == PART_508A ||
	       !(chip->eeprom.config[CONFIG_CHIP_OPTIONS + 1] & 3);
}

enum chip_status command_ecdh(struct chip *chip,
			      const struct chip_request *request,
			      struct chip_reply *reply)
{
	bool ask_clear = request->mode == 0x0c, ask_temp = request->mode == 8;
	unsigned int slot = request->param2;
	struct slot_rules rules;
	uint8_t secret[32];

	if (slot >= EEPROM_SLOTS || request->len != 64 ||
	    !sim_p256_is_point(request->data))
		return STATUS_PARSE;
	if (request->mode != 0 &&
	    (chip->part == PART_508A || !(ask_clear || ask_temp)))
		return STATUS_PARSE;
	rules = eeprom_slot_rules(&chip->eeprom, slot);
	if (!eeprom_data_locked(&chip->eeprom) ||
	    !private_key_ready(chip, slot, &rules, ALLOW_ECDH))
		return STATUS_EXECUTION;
	if (!sim_p256_ecdh(chip->eeprom.key[slot], request->data, secret))
		return STATUS_ECC_FAULT;
	if (ask_temp) {
		chip_set_temp_key(chip, secret, sizeof(secret));
		return STATUS_OK;
	}
	if (rules.read_key & ECDH_INTO_NEXT_SLOT)
		return ask_clear ? STATUS_EXECUTION
				 : secret_into_next(chip, slot, secret);
	if (!clear_secrets_allowed(chip))
		return STATUS_EXECUTION;
	return chip_answer(reply, secret, sizeof(secret));
}
