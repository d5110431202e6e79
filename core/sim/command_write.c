/* SPDX-License-Identifier: Apache-2.0 */
/* Write (ATECC508A data sheet, section 9.21). */
#include <string.h>

#include <nettle/memops.h>

#include "commands.h"
#include "key_rules.h"
#include "message.h"
#include "place.h"
#include "program.h"
#include "temp_key.h"

#define MODE_ENCRYPTED	     0x40u
#define OTP_CONSUME	     0x55
#define WRITE_CONFIG_ENCRYPT 4u

/* Serial number, revision, and bytes that other commands write. */
static bool config_never_writable(const struct place *place)
{
	size_t end = place->offset + place->len;

	return place->offset < 16 ||
	       (place->offset < CONFIG_SLOT_LOCKED && end > CONFIG_USER_EXTRA);
}

static bool otp_writable(const struct chip *chip, const struct place *place)
{
	if (!eeprom_data_locked(&chip->eeprom))
		return place->len == 32;
	return chip->part == PART_508A &&
	       chip->eeprom.config[CONFIG_OTP_MODE] == OTP_CONSUME;
}

/* Whether the slot takes data, in plain text or encrypted. */
static bool slot_writable(struct chip *chip, const struct place *place,
			  const struct slot_rules *rules, bool encrypted)
{
	if (rules->private_key ||
	    eeprom_slot_locked(&chip->eeprom, place->slot))
		return false;
	if (!eeprom_data_locked(&chip->eeprom))
		return place->len == 32;
	if (place->len == 4 && rules->secret)
		return false;
	if (rules->write_config & WRITE_CONFIG_ENCRYPT)
		return encrypted;
	switch (rules->write_config) {
	case 0: /* Always */
		return !encrypted;
	case 1: /* PubInvalid */
		return !encrypted && !key_is_validated(chip, place->slot);
	default: /* Never */
		return false;
	}
}

/* Decrypts with TempKey and checks the MAC that follows. false: it is wrong. */
static bool decrypt(struct chip *chip, const struct chip_request *request,
		    const struct place *place, unsigned int write_key,
		    uint8_t data[static 32])
{
	const uint8_t *key = temp_key_session(chip, write_key, place->slot);
	struct sha256_ctx message;
	uint8_t mac[32];

	if (!key)
		return false;
	for (unsigned int i = 0; i < 32; i++)
		data[i] = request->data[i] ^ key[i];
	message_begin(&message, key);
	message_command(&message, request);
	message_serial(&message, chip);
	message_zeros(&message, 25);
	message_add(&message, data, 32);
	message_end(&message, mac);
	return memeql_sec(mac, request->data + 32, sizeof(mac));
}

/* A rewritten public key is no longer validated. */
static void invalidate(struct chip *chip, unsigned int slot,
		       const struct slot_rules *rules)
{
	uint8_t *first = eeprom_slot(&chip->eeprom, slot);

	if (!eeprom_data_locked(&chip->eeprom) || !key_wants_validation(rules))
		return;
	program(chip, first, 1, TEAR_WHOLE);
	*first = (uint8_t)(KEY_INVALIDATED << 4 | (*first & 0x0f));
}

static enum chip_status write_slot(struct chip *chip,
				   const struct chip_request *request,
				   const struct place *place)
{
	struct slot_rules rules = eeprom_slot_rules(&chip->eeprom, place->slot);
	bool encrypted = request->len == 64;
	uint8_t data[32];

	if (!slot_writable(chip, place, &rules, encrypted))
		return STATUS_EXECUTION;
	if (!encrypted)
		memcpy(data, request->data, place->len);
	else if (!decrypt(chip, request, place, rules.write_key, data))
		return STATUS_EXECUTION;
	program_slot(chip, place->slot, place->offset, place->room);
	/* A write of 32 bytes at a word address writes that word only. */
	memcpy(place->bytes, data, place->at_word ? 4 : place->room);
	invalidate(chip, place->slot, &rules);
	explicit_bzero(data, sizeof(data));
	return STATUS_OK;
}

static enum chip_status write_config(struct chip *chip,
				     const struct chip_request *request,
				     const struct place *place)
{
	if (config_never_writable(place))
		return STATUS_PARSE;
	if (eeprom_config_locked(&chip->eeprom))
		return STATUS_EXECUTION;
	program(chip, place->bytes, place->room, TEAR_CHANGES);
	memcpy(place->bytes, request->data, place->room);
	return STATUS_OK;
}

static enum chip_status write_otp(struct chip *chip,
				  const struct chip_request *request,
				  const struct place *place)
{
	bool consume = eeprom_data_locked(&chip->eeprom);

	if (!otp_writable(chip, place))
		return STATUS_EXECUTION;
	program(chip, chip->eeprom.otp + place->offset / 32 * 32, 32, TEAR_ALL);
	for (size_t i = 0; i < place->room; i++)
		place->bytes[i] = consume ? place->bytes[i] & request->data[i]
					  : request->data[i];
	return STATUS_OK;
}

/* The mode says that data are encrypted; then a MAC follows. */
static bool length_fits(const struct chip_request *request,
			const struct place *place)
{
	if (!(request->mode & MODE_ENCRYPTED))
		return request->len == place->len;
	return place->zone == ZONE_DATA && place->len == 32 &&
	       request->len == 64;
}

enum chip_status command_write(struct chip *chip,
			       const struct chip_request *request,
			       struct chip_reply *reply)
{
	unsigned int known = PLACE_ZONE | PLACE_32_BYTES | MODE_ENCRYPTED;
	struct place place;

	(void)reply;
	if (request->mode & ~known || !place_find(chip, request, &place) ||
	    (place.at_word && place.zone != ZONE_DATA) ||
	    !length_fits(request, &place))
		return STATUS_PARSE;
	if (place.zone == ZONE_CONFIG)
		return write_config(chip, request, &place);
	if (!eeprom_config_locked(&chip->eeprom))
		return STATUS_EXECUTION;
	if (place.zone == ZONE_OTP)
		return write_otp(chip, request, &place);
	return write_slot(chip, request, &place);
}
