/* SPDX-License-Identifier: Apache-2.0 */
/* DeriveKey (ATECC508A data sheet, section 9.3). */
#include <string.h>

#include <nettle/memops.h>

#include "commands.h"
#include "key_rules.h"
#include "message.h"
#include "temp_key.h"

#define MODE_FROM_INPUT 0x04u /* required SourceFlag of TempKey */

/* WriteConfig of the target. */
#define DERIVE_FROM_PARENT 1u /* from WriteKey; else from the target */
#define DERIVE_ALLOWED	   2u
#define DERIVE_WITH_MAC	   8u

static bool temp_key_fits(const struct chip *chip, unsigned int mode,
			  const struct slot_rules *parent)
{
	const struct chip_sram *sram = &chip->sram;

	if (!temp_key_get(sram) || sram->no_mac ||
	    sram->from_input != (mode == MODE_FROM_INPUT))
		return false;
	return !parent->need_random || temp_key_is_random(sram);
}

/* Checks that the host knows the parent key. */
static bool mac_fits(const struct chip *chip,
		     const struct chip_request *request, const uint8_t *parent)
{
	struct sha256_ctx message;
	uint8_t mac[32];

	message_begin(&message, parent);
	message_command(&message, request);
	message_serial(&message, chip);
	message_end(&message, mac);
	return memeql_sec(mac, request->data, sizeof(mac));
}

static void derive(struct chip *chip, const struct chip_request *request,
		   const uint8_t *parent)
{
	struct sha256_ctx message;
	uint8_t key[32];

	message_begin(&message, parent);
	message_command(&message, request);
	message_serial(&message, chip);
	message_zeros(&message, 25);
	message_add(&message, chip->sram.temp_key.value, 32);
	message_end(&message, key);
	key_store(chip, request->param2, key, sizeof(key));
	explicit_bzero(key, sizeof(key));
}

enum chip_status command_derive_key(struct chip *chip,
				    const struct chip_request *request,
				    struct chip_reply *reply)
{
	struct slot_rules rules, parent_rules;
	unsigned int target = request->param2, source;
	const uint8_t *parent;

	(void)reply;
	if (request->mode & ~MODE_FROM_INPUT || target >= EEPROM_SLOTS ||
	    (request->len != 0 && request->len != 32))
		return STATUS_PARSE;
	rules = eeprom_slot_rules(&chip->eeprom, target);
	if (!key_zones_locked(chip) || !(rules.write_config & DERIVE_ALLOWED) ||
	    !key_can_store(chip, target, 32))
		return STATUS_EXECUTION;
	source = rules.write_config & DERIVE_FROM_PARENT ? rules.write_key
							 : target;
	parent = key_secret(chip, source, &parent_rules);
	if (!parent || !temp_key_fits(chip, request->mode, &parent_rules))
		return STATUS_EXECUTION;
	if (request->len == 0 ? rules.write_config & DERIVE_WITH_MAC
			      : !mac_fits(chip, request, parent))
		return STATUS_EXECUTION;
	derive(chip, request, parent);
	return STATUS_OK;
}
