/* SPDX-License-Identifier: Apache-2.0 */
#include "temp_key.h"

#include <string.h>

void temp_key_forget(struct chip_sram *sram)
{
	explicit_bzero(&sram->temp_key, sizeof(sram->temp_key));
}

void temp_key_set(struct chip_sram *sram, const uint8_t *value, size_t len)
{
	temp_key_forget(sram);
	memcpy(sram->temp_key.value, value, len);
	sram->temp_key.len = len;
	sram->from_input = true;
	sram->from_gendig = false;
	sram->from_genkey = false;
	sram->no_mac = false;
	sram->holds_private = false;
	sram->temp_slot = 0;
}

void temp_key_become(struct chip_sram *sram, const uint8_t value[static 32],
		     unsigned int slot)
{
	bool from_input = sram->from_input;

	temp_key_set(sram, value, 32);
	sram->from_input = from_input;
	sram->temp_slot = slot;
}

size_t temp_key_len(const struct chip_sram *sram)
{
	return sram->holds_private ? 0 : sram->temp_key.len;
}

const uint8_t *temp_key_get(const struct chip_sram *sram)
{
	return temp_key_len(sram) == 32 ? sram->temp_key.value : NULL;
}

bool temp_key_is_random(const struct chip_sram *sram)
{
	return temp_key_len(sram) != 0 && !sram->from_input;
}

uint8_t temp_key_flags(const struct chip_sram *sram)
{
	return (uint8_t)(sram->temp_slot | (sram->from_input ? 0x10 : 0) |
			 (sram->from_gendig ? 0x20 : 0) |
			 (sram->from_genkey ? 0x40 : 0) |
			 (sram->no_mac ? 0x80 : 0));
}

const uint8_t *temp_key_session(const struct chip *chip, unsigned int key,
				unsigned int slot)
{
	const struct chip_sram *sram = &chip->sram;
	bool want_input =
		chip->eeprom.config[CONFIG_CHECKMAC] >> (slot / 2) & 1;

	if (!sram->from_gendig || sram->no_mac || sram->temp_slot != key ||
	    sram->from_input != want_input)
		return NULL;
	return temp_key_get(sram);
}
