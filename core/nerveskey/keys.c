/* SPDX-License-Identifier: Apache-2.0 */
#include "keys.h"

#include <errno.h>
#include <string.h>

#include "cache.h"
#include "config_zone.h"
#include "error.h"
#include "key.h"
#include "templates.h"

static bool has(uint16_t slots, unsigned int slot)
{
	return slots >> slot & 1;
}

int keys_find(struct nerveskey *key, struct cache *zones)
{
	/* A key that was found cannot be removed. */
	uint16_t wanted = slot_keys(zones->config) & (uint16_t)~zones->keys;
	bool valid;
	int err;

	if (zones->state == KEY_BLANK || zones->kind == CONFIG_NERVESKEY ||
	    zones->kind == CONFIG_VOLATILE)
		return 0;
	for (unsigned int slot = 0; slot < SLOT_COUNT; slot++) {
		if (!has(wanted, slot))
			continue;
		err = atecc_key_valid(key->chip, slot, &valid);
		/* A part that cannot tell has no key there. */
		if (err == -EPERM || err == -EOPNOTSUPP)
			valid = false;
		else if (err < 0)
			return err;
		if (valid)
			zones->keys |= (uint16_t)(1u << slot);
	}
	return 0;
}

int keys_find_more(struct nerveskey *key)
{
	uint16_t before = key->cache.keys;
	int err = keys_find(key, &key->cache);

	if (key->cache.keys == before)
		return err;
	/* The files at the top may be those of another key now. */
	cache_forget_item(key, NERVESKEY_PUBLIC_KEY);
	cache_forget_item(key, NERVESKEY_REQUEST);
	return err;
}

/* The key that provisioning makes. Its slot is configured as it has to be. */
static bool is_device_key(const struct nerveskey *key, unsigned int slot)
{
	return is_ours(key) && slot == SLOT_DEVICE_KEY;
}

uint16_t nerveskey_keys(const struct nerveskey *key)
{
	enum key_state state = key->cache.state;

	if (is_ours(key))
		return state == KEY_DATA_LOCKED || state == KEY_COMPLETE
			       ? 1u << SLOT_DEVICE_KEY
			       : 0;
	return key->cache.keys;
}

/* That of the certificates, or the first that can be used for signatures. */
static int first_slot(const struct nerveskey *key, unsigned int *slot)
{
	const struct certificate_places *places = template_places(key);
	const struct cache *cache = &key->cache;

	if (places) {
		*slot = places->key_slot;
		return 0;
	}

	for (unsigned int i = 0; i < SLOT_COUNT; i++)
		if (has(cache->keys, i) &&
		    !slot_rule_against(cache->config, i, SLOT_SIGN)) {
			*slot = i;
			return 0;
		}
	return fail_because(ENODATA,
			    "no slot of the chip holds a private key that its "
			    "configuration allows to use");
}

int key_slot(const struct nerveskey *key, unsigned int which,
	     unsigned int *slot)
{
	if (which != NERVESKEY_MAIN_KEY)
		*slot = which;
	else if (key->wanted_key >= 0)
		*slot = (unsigned int)key->wanted_key;
	else if (key->cache.state == KEY_FOREIGN)
		return first_slot(key, slot);
	else
		*slot = SLOT_DEVICE_KEY;
	return 0;
}

int key_permits(const struct nerveskey *key, unsigned int slot,
		enum slot_use use)
{
	const struct cache *cache = &key->cache;
	int err;

	err = key_state_permits(
		cache->state, use == SLOT_PUBLIC_KEY ? USE_PUBLIC_KEY : USE_KEY,
		"the chip");
	if (err < 0 || is_device_key(key, slot))
		return err;
	err = slot_permits(cache->config, slot, use);
	if (err < 0)
		return err;
	/* Of other slots the chip was not asked. */
	if (has(slot_keys(cache->config), slot) && !has(cache->keys, slot))
		return fail_because(ENODATA,
				    "slot %u holds no private key yet: the "
				    "chip's owner can make one there",
				    slot);
	if (use == SLOT_ECDH && !config_data_is_locked(cache->config))
		return fail_because(ENODATA,
				    "the data zone of the chip is not locked, "
				    "and the chip makes no ECDH before that");
	return 0;
}

bool key_shows_public(const struct nerveskey *key, unsigned int slot)
{
	return is_device_key(key, slot) ||
	       !slot_rule_against(key->cache.config, slot, SLOT_PUBLIC_KEY);
}

int key_public(struct nerveskey *key, unsigned int slot,
	       uint8_t public_key[static 64])
{
	struct cache *cache = &key->cache;
	uint8_t fresh[64];
	int err;

	if (!has(cache->public_keys, slot)) {
		err = atecc_public_key(key->chip, slot, fresh);
		if (err == -EPERM && cache->state == KEY_CONFIGURED)
			return fail_because(
				ENODATA,
				"the chip has no device key yet: provisioning makes "
				"it");
		if (err < 0)
			return err;
		memcpy(cache->public_key[slot], fresh, sizeof(fresh));
		cache->public_keys |= (uint16_t)(1u << slot);
	}
	memcpy(public_key, cache->public_key[slot], 64);
	return 0;
}
