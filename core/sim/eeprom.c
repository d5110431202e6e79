/* SPDX-License-Identifier: Apache-2.0 */
#include "eeprom.h"

#include <string.h>

#define UNLOCKED 0x55

size_t eeprom_slot_size(unsigned int slot)
{
	return slot < 8 ? 36 : slot == 8 ? 416 : 72;
}

uint8_t *eeprom_slot(struct eeprom *eeprom, unsigned int slot)
{
	uint8_t *start = eeprom->data;

	for (unsigned int i = 0; i < slot; i++)
		start += eeprom_slot_size(i);
	return start;
}

bool eeprom_config_locked(const struct eeprom *eeprom)
{
	return eeprom->config[CONFIG_LOCK_CONFIG] != UNLOCKED;
}

bool eeprom_data_locked(const struct eeprom *eeprom)
{
	return eeprom->config[CONFIG_LOCK_VALUE] != UNLOCKED;
}

bool eeprom_slot_locked(const struct eeprom *eeprom, unsigned int slot)
{
	unsigned int bits = eeprom->config[CONFIG_SLOT_LOCKED + slot / 8];

	return !(bits >> (slot % 8) & 1);
}

static unsigned int read_le16(const uint8_t *from)
{
	return from[0] | (unsigned int)from[1] << 8;
}

struct slot_rules eeprom_slot_rules(const struct eeprom *eeprom,
				    unsigned int slot)
{
	const uint8_t *config = eeprom->config;
	unsigned int sc = read_le16(config + CONFIG_SLOT_CONFIG + 2 * slot);
	unsigned int kc = read_le16(config + CONFIG_KEY_CONFIG + 2 * slot);

	return (struct slot_rules){
		.read_key = sc & 15,
		.no_mac = sc >> 4 & 1,
		.limited_use = sc >> 5 & 1,
		.encrypt_read = sc >> 6 & 1,
		.secret = sc >> 7 & 1,
		.write_key = sc >> 8 & 15,
		.write_config = sc >> 12,
		.private_key = kc & 1,
		.public_info = kc >> 1 & 1,
		.key_type = kc >> 2 & 7,
		.lockable = kc >> 5 & 1,
		.need_random = kc >> 6 & 1,
		.need_auth = kc >> 7 & 1,
		.auth_key = kc >> 8 & 15,
		.need_latch = kc >> 12 & 1,
	};
}

void eeprom_serial(const struct eeprom *eeprom, uint8_t serial[static 9])
{
	memcpy(serial, eeprom->config, 4);
	memcpy(serial + 4, eeprom->config + 8, 5);
}
