/* SPDX-License-Identifier: Apache-2.0 */
/* What is known of the chip that answers: its zones, and what they make of it. */
#include "key.h"

#include <errno.h>
#include <string.h>

#include "error.h"
#include "log.h"

/* `zones` gets only what comes from the configuration and OTP zones. */
static int read_zones(struct nerveskey *key, struct cache *zones)
{
	int err;

	err = atecc_read_config(key->chip, zones->config);
	if (err < 0)
		return err;
	config_serial(zones->config, zones->chip_serial);
	zones->address = atecc_address(key->chip);
	zones->kind = config_kind(zones->config);
	zones->has_otp = config_data_is_locked(zones->config);
	if (zones->has_otp) {
		err = atecc_read_otp(key->chip, zones->otp_raw);
		/* A foreign configuration may forbid it. */
		if (err == -EPERM)
			zones->has_otp = false;
		else if (err < 0)
			return err;
	}
	if (zones->has_otp)
		otp_decode(zones->otp_raw, &zones->otp);
	zones->state = key_state_of(zones->config);
	return 0;
}

void key_forget_items(struct nerveskey *key)
{
	struct cache *cache = &key->cache;

	for (size_t i = 0; i < NERVESKEY_ITEM_COUNT; i++) {
		content_replace(&cache->item[i], NULL);
		cache->passed_over[i] = false;
		cache->missing[i] = false;
	}
	cache->have_public_key = false;
	cache->aux_looked_for = false;
	memset(cache->note, 0, sizeof(cache->note));
}

/* Everything goes: the cache is about `zones` from now on. */
static void start_over(struct nerveskey *key, const struct cache *zones)
{
	struct settings *old = key->cache.settings;
	bool other = memcmp(key->cache.chip_serial, zones->chip_serial,
			    CHIP_SERIAL_SIZE) != 0;

	key_forget_items(key);
	key->chip_number += other && key->cache.state != KEY_ABSENT;
	key->cache = *zones;
	if (other)
		key->request_serial_len = 0;
	settings_free(old);
	key_load_zones(key);
}

int key_look(struct nerveskey *key)
{
	struct cache zones = { .settings_error = -ENODATA };
	char part[PART_NAME_SIZE];
	int err;

	key->stale = true;
	err = read_zones(key, &zones);
	if (err < 0)
		return err;
	key->stale = false;
	key->looked_us = atecc_now_us(key->chip);
	start_over(key, &zones);
	config_part_name(zones.config, part);
	log_write(LOG_LEVEL_INFO, "%s: %s, %s", atecc_bus_name(key->chip), part,
		  key_state_name(zones.state));
	/* An interrupted update is finished now; what else fails, fails when asked. */
	if (zones.state == KEY_COMPLETE || zones.state == KEY_DATA_LOCKED) {
		err = key_settings_load(key);
		if (err == -ENODEV || err == -ETIMEDOUT)
			return err;
	}
	return 0;
}

enum key_state key_state(struct nerveskey *key)
{
	return key->cache.state;
}

uint64_t nerveskey_chip_number(struct nerveskey *key)
{
	return key->chip_number;
}

bool nerveskey_has(struct nerveskey *key, enum nerveskey_feature feature)
{
	enum key_state state = key->cache.state;
	enum config_kind kind = key->cache.kind;
	bool ours = state != KEY_FOREIGN && kind != CONFIG_TRUST_AND_GO;
	switch (feature) {
	case NERVESKEY_HAS_EUI48:
		return kind == CONFIG_TRUST_AND_GO;
	case NERVESKEY_HAS_OTP:
		return kind != CONFIG_TRUST_AND_GO;
	case NERVESKEY_HAS_VOLATILE:
		return state != KEY_FOREIGN && kind == CONFIG_VOLATILE;
	case NERVESKEY_HAS_AUX:
	case NERVESKEY_HAS_SLOTS:
		return ours;
	case NERVESKEY_FEATURE_COUNT:
		break;
	}
	return false;
}

bool nerveskey_slot_is_free(struct nerveskey *key, unsigned int slot)
{
	unsigned int first = nerveskey_has(key, NERVESKEY_HAS_VOLATILE)
				     ? SLOT_ENCRYPTION_KEY + 1
				     : SLOT_FREE_FIRST;

	return nerveskey_has(key, NERVESKEY_HAS_SLOTS) && slot >= first &&
	       slot <= SLOT_FREE_LAST;
}
