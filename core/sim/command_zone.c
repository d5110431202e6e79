/* SPDX-License-Identifier: Apache-2.0 */
/* Read, Write and Lock (ATECC508A data sheet, sections 9.15, 9.21, 9.9). */
#include <string.h>

#include "commands.h"
#include "crc.h"

enum zone { ZONE_CONFIG, ZONE_OTP, ZONE_DATA };

#define MODE_ZONE     0x03
#define MODE_32_BYTES 0x80
#define OTP_READ_ONLY 0xaa
#define OTP_CONSUME   0x55
#define LOCKED	      0x00

/* Where an address points: what a whole access covers, and what exists. */
struct place {
	enum zone zone;
	unsigned int slot;
	size_t offset; /* in the zone, or in the slot */
	size_t len;    /* 4 or 32 */
	size_t room;   /* bytes of it that exist; less in a partial block */
	uint8_t *bytes;
};

/* Word and block as one address field has them; true when nothing else is. */
static bool split_address(const struct chip_request *request,
			  struct place *place, unsigned int block)
{
	unsigned int word = request->param2 & 7;

	if (place->len == 32 && word != 0)
		return false;
	place->offset = block * 32 + word * 4;
	return true;
}

static bool find_place(struct chip *chip, const struct chip_request *request,
		       struct place *place)
{
	unsigned int address = request->param2;
	size_t size;

	place->zone = request->mode & MODE_ZONE;
	place->len = request->mode & MODE_32_BYTES ? 32 : 4;
	switch (place->zone) {
	case ZONE_CONFIG:
	case ZONE_OTP:
		size = place->zone == ZONE_OTP ? EEPROM_OTP_SIZE
					       : EEPROM_CONFIG_SIZE;
		place->bytes = place->zone == ZONE_OTP ? chip->eeprom.otp
						       : chip->eeprom.config;
		if (!split_address(request, place, address >> 3))
			return false;
		break;
	case ZONE_DATA:
		place->slot = address >> 3 & 15;
		size = eeprom_slot_size(place->slot);
		place->bytes = eeprom_slot(&chip->eeprom, place->slot);
		if (address & 0x80 ||
		    !split_address(request, place, address >> 8))
			return false;
		break;
	default:
		return false;
	}
	if (place->offset >= size)
		return false;
	place->bytes += place->offset;
	place->room = size - place->offset;
	if (place->room > place->len)
		place->room = place->len;
	return true;
}

static bool data_readable(const struct chip *chip, unsigned int slot)
{
	struct slot_rules rules = eeprom_slot_rules(&chip->eeprom, slot);

	return !rules.private_key && !rules.secret && !rules.encrypt_read;
}

static bool readable(const struct chip *chip, const struct place *place)
{
	const struct eeprom *eeprom = &chip->eeprom;
	uint8_t otp_mode = eeprom->config[CONFIG_OTP_MODE];

	if (place->zone == ZONE_CONFIG)
		return true;
	if (!eeprom_config_locked(eeprom) || !eeprom_data_locked(eeprom))
		return false;
	if (place->zone == ZONE_DATA)
		return data_readable(chip, place->slot);
	if (chip->part != PART_508A || otp_mode == OTP_READ_ONLY ||
	    otp_mode == OTP_CONSUME)
		return true;
	/* Legacy mode: by words, and not the first two. */
	return place->len == 4 && place->offset >= 8;
}

enum chip_status command_read(struct chip *chip,
			      const struct chip_request *request,
			      struct chip_reply *reply)
{
	struct place place;

	if (request->mode & ~(MODE_ZONE | MODE_32_BYTES) || request->len != 0 ||
	    !find_place(chip, request, &place) || place.room < place.len)
		return STATUS_PARSE;
	if (!readable(chip, &place))
		return STATUS_EXECUTION;
	return chip_answer(reply, place.bytes, place.len);
}

/* Serial number, revision, and the bytes that have commands of their own. */
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

/* Of a key that wants validation: Verify alone marks it as valid. */
static bool marks_as_valid(const struct slot_rules *rules,
			   const struct place *place, const uint8_t *data)
{
	return chip_is_validated_slot(rules) && place->offset == 0 &&
	       *data >> 4 == KEY_VALIDATED;
}

static bool data_writable(struct chip *chip, const struct place *place,
			  const uint8_t *data)
{
	struct slot_rules rules = eeprom_slot_rules(&chip->eeprom, place->slot);

	if (rules.private_key || eeprom_slot_locked(&chip->eeprom, place->slot))
		return false;
	if (!eeprom_data_locked(&chip->eeprom))
		return place->len == 32;
	if ((place->len == 4 && rules.secret) ||
	    marks_as_valid(&rules, place, data))
		return false;
	switch (rules.write_config) {
	case 0: /* Always */
		return true;
	case 1: /* PubInvalid */
		return !chip_holds_valid_key(chip, place->slot);
	default: /* Never, or encrypted, which needs GenDig */
		return false;
	}
}

static bool writable(struct chip *chip, const struct place *place,
		     const uint8_t *data)
{
	bool config_locked = eeprom_config_locked(&chip->eeprom);

	if (place->zone == ZONE_CONFIG)
		return !config_locked;
	if (!config_locked)
		return false;
	return place->zone == ZONE_OTP ? otp_writable(chip, place)
				       : data_writable(chip, place, data);
}

enum chip_status command_write(struct chip *chip,
			       const struct chip_request *request,
			       struct chip_reply *reply)
{
	bool consume = eeprom_data_locked(&chip->eeprom);
	struct place place;

	(void)reply;
	if (request->mode & ~(MODE_ZONE | MODE_32_BYTES) ||
	    !find_place(chip, request, &place))
		return STATUS_PARSE;
	/* Encrypted, with a MAC behind it: never allowed without GenDig. */
	if (place.zone == ZONE_DATA && place.len == 32 && request->len == 64)
		return STATUS_EXECUTION;
	if (request->len != place.len)
		return STATUS_PARSE;
	if (place.zone == ZONE_CONFIG && config_never_writable(&place))
		return STATUS_PARSE;
	if (!writable(chip, &place, request->data))
		return STATUS_EXECUTION;
	chip_program(chip, place.bytes, place.room);
	for (size_t i = 0; i < place.room; i++)
		if (place.zone == ZONE_OTP && consume)
			place.bytes[i] &= request->data[i];
		else
			place.bytes[i] = request->data[i];
	return STATUS_OK;
}

/* Slots in order, those with private keys left out, then OTP. */
static uint16_t data_summary(struct chip *chip)
{
	uint16_t crc = 0;

	for (unsigned int slot = 0; slot < EEPROM_SLOTS; slot++)
		if (!eeprom_slot_rules(&chip->eeprom, slot).private_key)
			crc = crc16_more(crc, eeprom_slot(&chip->eeprom, slot),
					 eeprom_slot_size(slot));
	return crc16_more(crc, chip->eeprom.otp, EEPROM_OTP_SIZE);
}

static enum chip_status lock_zone(struct chip *chip,
				  const struct chip_request *request,
				  bool locked, uint16_t summary, uint8_t *byte)
{
	bool check = !(request->mode & 0x80);

	if (request->mode & 0x3c || (!check && request->param2 != 0))
		return STATUS_PARSE;
	if (locked || (check && request->param2 != summary))
		return STATUS_EXECUTION;
	chip_program_whole(chip, byte, 1);
	*byte = LOCKED;
	return STATUS_OK;
}

static enum chip_status lock_slot(struct chip *chip,
				  const struct chip_request *request)
{
	unsigned int slot = request->mode >> 2 & 15;
	uint8_t *bits = &chip->eeprom.config[CONFIG_SLOT_LOCKED + slot / 8];

	if (request->param2 != 0 || request->mode & 0x80)
		return STATUS_PARSE;
	if (!eeprom_config_locked(&chip->eeprom) ||
	    !eeprom_data_locked(&chip->eeprom) ||
	    !eeprom_slot_rules(&chip->eeprom, slot).lockable ||
	    eeprom_slot_locked(&chip->eeprom, slot))
		return STATUS_EXECUTION;
	chip_program_whole(chip, bits, 1);
	*bits &= (uint8_t) ~(1u << (slot % 8));
	return STATUS_OK;
}

enum chip_status command_lock(struct chip *chip,
			      const struct chip_request *request,
			      struct chip_reply *reply)
{
	struct eeprom *eeprom = &chip->eeprom;

	(void)reply;
	if (request->len != 0 || request->mode & 0x40)
		return STATUS_PARSE;
	switch (request->mode & 3) {
	case 0:
		return lock_zone(chip, request, eeprom_config_locked(eeprom),
				 crc16(eeprom->config, EEPROM_CONFIG_SIZE),
				 &eeprom->config[CONFIG_LOCK_CONFIG]);
	case 1:
		return lock_zone(chip, request,
				 !eeprom_config_locked(eeprom) ||
					 eeprom_data_locked(eeprom),
				 data_summary(chip),
				 &eeprom->config[CONFIG_LOCK_VALUE]);
	case 2:
		return lock_slot(chip, request);
	default:
		return STATUS_PARSE;
	}
}
