/* SPDX-License-Identifier: Apache-2.0 */
/* PrivWrite (ATECC508A data sheet, section 9.13). */
#include <string.h>

#include <nettle/memops.h>

#include "commands.h"
#include "key_rules.h"
#include "message.h"
#include "p256.h"
#include "program.h"
#include "temp_key.h"

#define MODE_ENCRYPTED	     0x40u
#define WRITE_CONFIG_ENCRYPT 4u
#define PADDED_KEY	     36 /* four zeros, then the scalar */
#define MAC		     32

/* TempKey encrypts 32 of the bytes, its digest the last four. A MAC follows. */
static bool decrypt(struct chip *chip, const struct chip_request *request,
		    unsigned int write_key, uint8_t padded[static PADDED_KEY])
{
	const uint8_t *key = temp_key_session(chip, write_key, request->param2);
	struct sha256_ctx message;
	uint8_t digest[32];

	if (!key)
		return false;
	message_begin(&message, key);
	message_end(&message, digest);
	for (unsigned int i = 0; i < PADDED_KEY; i++)
		padded[i] =
			request->data[i] ^ (i < 32 ? key[i] : digest[i - 32]);
	message_begin(&message, key);
	message_command(&message, request);
	message_serial(&message, chip);
	message_zeros(&message, 21);
	message_add(&message, padded, PADDED_KEY);
	message_end(&message, digest);
	return memeql_sec(digest, request->data + PADDED_KEY, MAC);
}

static enum chip_status store(struct chip *chip, unsigned int slot,
			      const uint8_t padded[static PADDED_KEY])
{
	struct eeprom *eeprom = &chip->eeprom;
	uint8_t point[64];

	if (memcmp(padded, "\0\0\0", 4) != 0 ||
	    !sim_p256_public(padded + 4, point))
		return STATUS_ECC_FAULT;
	program(chip, eeprom->key[slot], 32, TEAR_ALL);
	memcpy(eeprom->key[slot], padded + 4, 32);
	eeprom->has_key[slot] = true;
	eeprom->has_other_public[slot] = false;
	return STATUS_OK;
}

/* Plain text is allowed only before the data lock. The MAC is then ignored. */
static bool is_allowed(const struct chip *chip, unsigned int slot,
		       const struct slot_rules *rules, bool encrypted)
{
	const struct eeprom *eeprom = &chip->eeprom;

	if (!eeprom_config_locked(eeprom) || !key_is_private(rules) ||
	    eeprom_slot_locked(eeprom, slot))
		return false;
	return !eeprom_data_locked(eeprom) ||
	       (encrypted && rules->write_config & WRITE_CONFIG_ENCRYPT);
}

enum chip_status command_priv_write(struct chip *chip,
				    const struct chip_request *request,
				    struct chip_reply *reply)
{
	bool encrypted = request->mode & MODE_ENCRYPTED;
	unsigned int slot = request->param2;
	uint8_t padded[PADDED_KEY];
	struct slot_rules rules;
	enum chip_status status = STATUS_EXECUTION;

	(void)reply;
	if (request->mode & ~MODE_ENCRYPTED || slot >= EEPROM_SLOTS ||
	    request->len != PADDED_KEY + MAC)
		return STATUS_PARSE;
	rules = eeprom_slot_rules(&chip->eeprom, slot);
	if (!is_allowed(chip, slot, &rules, encrypted))
		return STATUS_EXECUTION;
	if (!encrypted)
		memcpy(padded, request->data, sizeof(padded));
	if (!encrypted || decrypt(chip, request, rules.write_key, padded))
		status = store(chip, slot, padded);
	explicit_bzero(padded, sizeof(padded));
	return status;
}
