/* SPDX-License-Identifier: Apache-2.0 */
#include "key_state.h"

#include "slots.h"

static const char *const state_names[] = {
	[KEY_ABSENT] = "absent",	 [KEY_BLANK] = "blank",
	[KEY_CONFIGURED] = "configured", [KEY_DATA_LOCKED] = "data-locked",
	[KEY_COMPLETE] = "complete",	 [KEY_FOREIGN] = "foreign",
};

const char *key_state_name(enum key_state state)
{
	return state_names[state];
}

uint16_t key_slots_to_lock(enum config_kind kind)
{
	switch (kind) {
	case CONFIG_NERVESKEY:
		return 1u << SLOT_DEVICE_KEY;
	case CONFIG_VOLATILE:
		return 1u << SLOT_DEVICE_KEY | 1u << SLOT_ACTIVATION_KEY |
		       1u << SLOT_ENCRYPTION_KEY;
	default:
		return 0;
	}
}

static bool slots_are_locked(const uint8_t *config, enum config_kind kind)
{
	unsigned int wanted = key_slots_to_lock(kind);

	for (unsigned int slot = 0; slot < SLOT_COUNT; slot++)
		if (wanted & 1u << slot && !config_slot_is_locked(config, slot))
			return false;
	return true;
}

enum key_state key_state_of(const uint8_t config[static CONFIG_SIZE])
{
	enum config_kind kind = config_kind(config);

	if (!config_is_locked(config))
		return KEY_BLANK;
	if (kind == CONFIG_OTHER)
		return KEY_FOREIGN;
	if (!config_data_is_locked(config))
		return KEY_CONFIGURED;
	return slots_are_locked(config, kind) ? KEY_COMPLETE : KEY_DATA_LOCKED;
}
