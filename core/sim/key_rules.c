/* SPDX-License-Identifier: Apache-2.0 */
#include "key_rules.h"

#include <string.h>

#include "counter.h"
#include "program.h"

#define USE_LOCK_MASK	 0x0f
#define USE_LOCK_ENABLED 0x0a

bool key_zones_locked(const struct chip *chip)
{
	return eeprom_config_locked(&chip->eeprom) &&
	       eeprom_data_locked(&chip->eeprom);
}

bool key_is_private(const struct slot_rules *rules)
{
	return rules->private_key && rules->key_type == KEY_TYPE_P256;
}

bool key_is_public(const struct slot_rules *rules)
{
	return !rules->private_key && rules->key_type == KEY_TYPE_P256;
}

bool key_wants_validation(const struct slot_rules *rules)
{
	return key_is_public(rules) && rules->public_info;
}

bool key_is_validated(struct chip *chip, unsigned int slot)
{
	return *eeprom_slot(&chip->eeprom, slot) >> 4 == KEY_VALIDATED;
}

static bool use_locked(const struct chip *chip)
{
	return chip->part != PART_508A &&
	       (chip->eeprom.config[CONFIG_USE_LOCK] & USE_LOCK_MASK) ==
		       USE_LOCK_ENABLED;
}

bool key_is_permitted(const struct chip *chip, const struct slot_rules *rules)
{
	if (use_locked(chip) || (rules->need_latch && !chip->latch))
		return false;
	return !rules->need_auth || (chip->sram.authorized &&
				     chip->sram.auth_slot == rules->auth_key);
}

bool key_is_usable(struct chip *chip, unsigned int slot,
		   const struct slot_rules *rules)
{
	if (!key_is_permitted(chip, rules) || !counter_use_left(chip, slot))
		return false;
	chip->used_keys |= 1u << slot;
	return true;
}

const uint8_t *key_secret(struct chip *chip, unsigned int slot,
			  struct slot_rules *rules)
{
	*rules = eeprom_slot_rules(&chip->eeprom, slot);
	if (rules->private_key || rules->key_type == KEY_TYPE_P256 ||
	    !key_is_usable(chip, slot, rules))
		return NULL;
	return eeprom_slot(&chip->eeprom, slot);
}

bool key_is_ready(struct chip *chip, unsigned int slot,
		  const struct slot_rules *rules, unsigned int permission)
{
	return eeprom_config_locked(&chip->eeprom) && key_is_private(rules) &&
	       chip->eeprom.has_key[slot] && (rules->read_key & permission) &&
	       key_is_usable(chip, slot, rules);
}

bool key_public_point(struct chip *chip, unsigned int slot,
		      uint8_t point[static 64])
{
	struct slot_rules rules = eeprom_slot_rules(&chip->eeprom, slot);
	const uint8_t *bytes = eeprom_slot(&chip->eeprom, slot);

	if (slot < FIRST_LARGE_SLOT || !key_is_public(&rules))
		return false;
	memcpy(point, bytes + 4, 32);
	memcpy(point + 32, bytes + 40, 32);
	return true;
}

bool key_can_store(const struct chip *chip, unsigned int slot, size_t len)
{
	struct slot_rules rules;

	if (slot >= EEPROM_SLOTS)
		return false;
	rules = eeprom_slot_rules(&chip->eeprom, slot);
	return len <= eeprom_slot_size(slot) && !rules.private_key &&
	       rules.key_type != KEY_TYPE_P256 &&
	       !eeprom_slot_locked(&chip->eeprom, slot);
}

void key_store(struct chip *chip, unsigned int slot, const uint8_t *key,
	       size_t len)
{
	program_slot(chip, slot, 0, len);
	memcpy(eeprom_slot(&chip->eeprom, slot), key, len);
}
