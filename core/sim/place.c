/* SPDX-License-Identifier: Apache-2.0 */
#include "place.h"

/* Sets zone or slot, its size, and the block. false: other bits are set. */
static bool find_start(struct chip *chip, unsigned int address,
		       struct place *place, size_t *size, size_t *block)
{
	switch (place->zone) {
	case ZONE_CONFIG:
		*size = EEPROM_CONFIG_SIZE;
		place->bytes = chip->eeprom.config;
		*block = address >> 3;
		return true;
	case ZONE_OTP:
		*size = EEPROM_OTP_SIZE;
		place->bytes = chip->eeprom.otp;
		*block = address >> 3;
		return true;
	case ZONE_DATA:
		place->slot = address >> 3 & 15;
		*size = eeprom_slot_size(place->slot);
		place->bytes = eeprom_slot(&chip->eeprom, place->slot);
		*block = address >> 8;
		return !(address & 0x80);
	default:
		return false;
	}
}

bool place_find(struct chip *chip, const struct chip_request *request,
		struct place *place)
{
	unsigned int word = request->param2 & 7;
	size_t size, block;

	*place = (struct place){
		.zone = request->mode & PLACE_ZONE,
		.len = request->mode & PLACE_32_BYTES ? 32 : 4,
	};
	if (!find_start(chip, request->param2, place, &size, &block))
		return false;
	place->offset = block * 32 + word * 4;
	if (place->offset >= size)
		return false;
	place->at_word = place->len == 32 && word != 0;
	place->bytes += place->offset;
	place->room = size - place->offset;
	if (place->room > place->len)
		place->room = place->len;
	return true;
}
