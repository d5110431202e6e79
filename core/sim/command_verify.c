/* SPDX-License-Identifier: Apache-2.0 */
/* Verify, stored and external (ATECC508A data sheet, section 9.20). */
#include <string.h>

#include "commands.h"
#include "p256.h"

#define MODE_STORED	 0x00
#define MODE_EXTERNAL	 0x02
#define MODE_DIGEST	 0x20u /* 608: from the message digest buffer */

#define FIRST_LARGE_SLOT 8 /* with room for a public key */

/* A slot's public key: X and Y, each behind four bytes of which the first four
 * bits say whether it has been validated. */
static enum chip_status stored_point(struct chip *chip, unsigned int slot,
				     uint8_t point[static 64])
{
	const uint8_t *bytes;
	struct slot_rules rules;

	rules = eeprom_slot_rules(&chip->eeprom, slot);
	bytes = eeprom_slot(&chip->eeprom, slot);
	if (!eeprom_data_locked(&chip->eeprom) || rules.private_key ||
	    rules.key_type != KEY_TYPE_P256 || !chip_key_usable(chip, &rules))
		return STATUS_EXECUTION;
	if (rules.public_info && !chip_holds_valid_key(chip, slot))
		return STATUS_EXECUTION;
	if (rules.need_random && !chip_has_random_nonce(chip))
		return STATUS_EXECUTION;
	memcpy(point, bytes + 4, 32);
	memcpy(point + 32, bytes + 40, 32);
	return STATUS_OK;
}

enum chip_status command_verify(struct chip *chip,
				const struct chip_request *request,
				struct chip_reply *reply)
{
	unsigned int mode = request->mode & ~MODE_DIGEST;
	struct chip_buffer *source = &chip->sram.temp_key;
	uint8_t point[64], digest[32];
	enum chip_status status;

	(void)reply;
	if (request->mode & MODE_DIGEST) {
		if (chip->part == PART_508A)
			return STATUS_PARSE;
		source = &chip->sram.digest;
	}
	if ((mode != MODE_STORED && mode != MODE_EXTERNAL) ||
	    request->len != (mode == MODE_STORED ? 64 : 128))
		return STATUS_PARSE;
	if (mode == MODE_EXTERNAL ? request->param2 != KEY_TYPE_P256
				  : request->param2 < FIRST_LARGE_SLOT ||
					    request->param2 >= EEPROM_SLOTS)
		return STATUS_PARSE;
	if (!eeprom_config_locked(&chip->eeprom) || source->len == 0)
		return STATUS_EXECUTION;
	if (mode == MODE_EXTERNAL) {
		memcpy(point, request->data + 64, 64);
	} else {
		status = stored_point(chip, request->param2, point);
		if (status != STATUS_OK)
			return status;
	}
	memcpy(digest, source->value, sizeof(digest));
	memset(source, 0, sizeof(*source));
	if (!sim_p256_is_point(point))
		return STATUS_ECC_FAULT;
	return sim_p256_verify(point, digest, request->data)
		       ? STATUS_OK
		       : STATUS_MISCOMPARE;
}
