/* SPDX-License-Identifier: Apache-2.0 */
/* Sign (ATECC508A data sheet, section 9.18). */
#include <string.h>

#include "commands.h"
#include "key_rules.h"
#include "p256.h"
#include "temp_key.h"

#define MODE_INVALIDATE	   0x01u /* for Verify to invalidate a key */
#define MODE_DIGEST_BUFFER 0x20u /* 608, external only */
#define MODE_SERIAL	   0x40u
#define MODE_EXTERNAL	   0x80u

/* Bits of a private key's ReadKey. */
#define ALLOW_EXTERNAL 1u
#define ALLOW_INTERNAL 2u

static bool is_mode(const struct chip *chip, unsigned int mode)
{
	if (mode & ~(MODE_INVALIDATE | MODE_DIGEST_BUFFER | MODE_SERIAL |
		     MODE_EXTERNAL))
		return false;
	if (mode & MODE_EXTERNAL && mode & MODE_INVALIDATE)
		return false;
	return !(mode & MODE_DIGEST_BUFFER) ||
	       (chip->part != PART_508A && mode & MODE_EXTERNAL);
}

/*
 * Hashes the 55 bytes of an internal signature. The last byte but one says
 * whether TempKey came from a validated public key, or whether a key is to be
 * invalidated.
 */
static void internal_digest(struct chip *chip,
			    const struct chip_request *request,
			    uint8_t digest[static 32])
{
	const struct chip_sram *sram = &chip->sram;
	const uint8_t *config = chip->eeprom.config;
	unsigned int slot = sram->temp_slot;
	struct slot_rules rules = eeprom_slot_rules(&chip->eeprom, slot);
	uint8_t message[55] = { 0 };
	struct sha256_ctx sha;

	memcpy(message, sram->temp_key.value, 32);
	message[32] = OP_SIGN;
	message[33] = request->mode;
	message[34] = (uint8_t)request->param2;
	memcpy(message + 36, config + CONFIG_SLOT_CONFIG + 2 * slot, 2);
	memcpy(message + 38, config + CONFIG_KEY_CONFIG + 2 * slot, 2);
	message[40] = temp_key_flags(sram);
	message[43] = config[12];
	memcpy(message + 48, config, 2);
	if (request->mode & MODE_SERIAL) {
		memcpy(message + 44, config + 8, 4);
		memcpy(message + 50, config + 2, 2);
	}
	message[52] = !eeprom_slot_locked(&chip->eeprom, slot);
	message[53] =
		request->mode & MODE_INVALIDATE ||
		(key_wants_validation(&rules) && key_is_validated(chip, slot));
	sha256_init(&sha);
	sha256_update(&sha, sizeof(message), message);
	sha256_digest(&sha, 32, digest);
}

/* Takes the digest to sign. TempKey and the digest buffer can be used once. */
static bool take_digest(struct chip *chip, const struct chip_request *request,
			uint8_t digest[static 32])
{
	struct chip_sram *sram = &chip->sram;

	if (request->mode & MODE_DIGEST_BUFFER) {
		if (sram->digest.len == 0)
			return false;
		memcpy(digest, sram->digest.value, 32);
		memset(&sram->digest, 0, sizeof(sram->digest));
		return true;
	}
	if (temp_key_len(sram) == 0)
		return false;
	if (request->mode & MODE_EXTERNAL)
		memcpy(digest, sram->temp_key.value, 32);
	else if (sram->from_genkey || sram->from_gendig)
		internal_digest(chip, request, digest);
	else
		return false;
	temp_key_forget(sram);
	return true;
}

enum chip_status command_sign(struct chip *chip,
			      const struct chip_request *request,
			      struct chip_reply *reply)
{
	unsigned int permission =
		request->mode & MODE_EXTERNAL ? ALLOW_EXTERNAL : ALLOW_INTERNAL;
	unsigned int slot = request->param2;
	uint8_t digest[32], signature[64];
	struct slot_rules rules;

	if (!is_mode(chip, request->mode) || slot >= EEPROM_SLOTS ||
	    request->len != 0)
		return STATUS_PARSE;
	rules = eeprom_slot_rules(&chip->eeprom, slot);
	if (!key_is_ready(chip, slot, &rules, permission) ||
	    !take_digest(chip, request, digest))
		return STATUS_EXECUTION;
	if (!sim_p256_sign(chip->eeprom.key[slot], digest, &chip->random,
			   signature))
		return STATUS_ECC_FAULT;
	return chip_answer(reply, signature, sizeof(signature));
}
