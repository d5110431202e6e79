/* SPDX-License-Identifier: Apache-2.0 */
/* Read (ATECC508A data sheet, section 9.15). */
#include <string.h>

#include "commands.h"
#include "key_rules.h"
#include "place.h"
#include "temp_key.h"

#define OTP_READ_ONLY 0xaa
#define OTP_CONSUME   0x55

static bool otp_readable(const struct chip *chip, const struct place *place)
{
	uint8_t mode = chip->eeprom.config[CONFIG_OTP_MODE];

	if (chip->part != PART_508A || mode == OTP_READ_ONLY ||
	    mode == OTP_CONSUME)
		return true;
	/* Legacy mode allows reads of words, except the first two. */
	return place->len == 4 && place->offset >= 8;
}

static void mask(uint8_t block[static 32], const uint8_t *key)
{
	for (unsigned int i = 0; i < 32; i++)
		block[i] ^= key[i];
}

/* Encrypts `block`, 32 bytes, when SlotConfig asks for it. */
static enum chip_status protect(struct chip *chip, const struct place *place,
				uint8_t block[static 32])
{
	struct slot_rules rules = eeprom_slot_rules(&chip->eeprom, place->slot);
	const uint8_t *key;

	if (rules.private_key || rules.secret != rules.encrypt_read)
		return STATUS_EXECUTION;
	if (!rules.encrypt_read)
		return STATUS_OK;
	key = temp_key_session(chip, rules.read_key, place->slot);
	if (place->len != 32 || !key)
		return STATUS_EXECUTION;
	mask(block, key);
	temp_key_forget(&chip->sram);
	return STATUS_OK;
}

enum chip_status command_read(struct chip *chip,
			      const struct chip_request *request,
			      struct chip_reply *reply)
{
	enum chip_status status = STATUS_OK;
	uint8_t block[32] = { 0 };
	struct place place;

	if (request->mode & ~(PLACE_ZONE | PLACE_32_BYTES) ||
	    request->len != 0 || !place_find(chip, request, &place) ||
	    place.at_word)
		return STATUS_PARSE;
	if (place.zone != ZONE_CONFIG && !key_zones_locked(chip))
		return STATUS_EXECUTION;
	if (place.zone == ZONE_OTP && !otp_readable(chip, &place))
		return STATUS_EXECUTION;
	/* A slot's last block is padded with zeros. */
	memcpy(block, place.bytes, place.room);
	if (place.zone == ZONE_DATA)
		status = protect(chip, &place, block);
	if (status == STATUS_OK)
		chip_answer(reply, block, place.len);
	explicit_bzero(block, sizeof(block));
	return status;
}
