/* SPDX-License-Identifier: Apache-2.0 */
#include "config_zone.h"

#include <string.h>

enum {
	AT_REVISION = 4,
	AT_LOCK_VALUE = 86,
	AT_LOCK_CONFIG = 87,
	AT_SLOT_LOCKED = 88,
};

#define UNLOCKED 0x55

void config_serial(const uint8_t block[static 32],
		   uint8_t serial[static CHIP_SERIAL_SIZE])
{
	memcpy(serial, block, 4);
	memcpy(serial + 4, block + 8, 5);
}

enum atecc_part config_part(const uint8_t config[static CONFIG_SIZE])
{
	return family_part(config + AT_REVISION);
}

void config_part_name(const uint8_t config[static CONFIG_SIZE],
		      char name[static PART_NAME_SIZE])
{
	family_part_name(config + AT_REVISION, name);
}

bool config_has_latch(const uint8_t config[static CONFIG_SIZE])
{
	enum atecc_part part = config_part(config);

	return part != ATECC_508A && part != ATECC_UNKNOWN;
}

/* The chip takes any value but 55 for locked. */
bool config_is_locked(const uint8_t config[static CONFIG_SIZE])
{
	return config[AT_LOCK_CONFIG] != UNLOCKED;
}

bool config_data_is_locked(const uint8_t config[static CONFIG_SIZE])
{
	return config[AT_LOCK_VALUE] != UNLOCKED;
}

bool config_slot_is_locked(const uint8_t config[static CONFIG_SIZE],
			   unsigned int slot)
{
	return !(config[AT_SLOT_LOCKED + slot / 8] & 1u << slot % 8);
}
