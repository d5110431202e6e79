/* SPDX-License-Identifier: Apache-2.0 */
#include "keys.h"

#include <errno.h>
#include <string.h>

#include "cache.h"
#include "certificate.h"
#include "error.h"
#include "key.h"
#include "templates.h"

/* A chip with 15 empty slots needs 45 ms to say so. */
#define SAME_KEYS_US 10000000

static bool has(uint16_t slots, unsigned int slot)
{
	return slots >> slot & 1;
}

/* Adds those listed slots that hold a key. One that was found stays there. */
static int find_keys(struct nerveskey *key, struct cache *zones)
{
	bool valid;
	int err;

	for (unsigned int slot = 0; slot < SLOT_COUNT; slot++) {
		if (!has(zones->listed, slot) || has(zones->keys, slot))
			continue;
		err = atecc_key_valid(key->chip, slot, &valid);
		/* A part that cannot tell has no key there. */
		if (err < 0 && err != -EPERM && err != -EOPNOTSUPP)
			return err;
		if (err == 0 && valid)
			zones->keys |= slot_bit(slot);
	}
	key->keys_us = atecc_now_us(key->chip);
	return 0;
}

int keys_find(struct nerveskey *key, struct cache *zones)
{
	bool ours = zones->state == KEY_BLANK ||
		    zones->kind == CONFIG_NERVESKEY ||
		    zones->kind == CONFIG_VOLATILE;

	for (enum slot_use use = 0; use < SLOT_USE_COUNT; use++) {
		for (unsigned int slot = 0; slot < SLOT_COUNT; slot++)
			zones->rule[use][slot] =
				slot_rule_against(zones->config, slot, use);
		/* Provisioning configures it as it has to be. */
		if (ours)
			zones->rule[use][SLOT_DEVICE_KEY] = NULL;
	}
	if (ours)
		return 0;
	zones->listed = slot_keys(zones->config);
	return find_keys(key, zones);
}

/* The key of the certificates, or the first that can be used for signatures. */
void keys_choose(struct nerveskey *key)
{
	const struct certificate_places *places = template_places(key);
	struct cache *cache = &key->cache;
	unsigned int slot = 0;

	while (slot < SLOT_COUNT &&
	       (!has(cache->keys, slot) || cache->rule[SLOT_SIGN][slot]))
		slot++;
	cache->first_key = places ? places->key_slot : slot;
}

int keys_find_more(struct nerveskey *key)
{
	uint16_t before = key->cache.keys;
	int err;

	if (atecc_now_us(key->chip) - key->keys_us < SAME_KEYS_US)
		return 0;
	err = find_keys(key, &key->cache);
	if (key->cache.keys == before)
		return err;
	keys_choose(key);
	/* The files at the top may be those of another key now. */
	cache_forget_item(key, NERVESKEY_PUBLIC_KEY);
	cache_forget_item(key, NERVESKEY_REQUEST);
	return err;
}

uint16_t nerveskey_keys(const struct nerveskey *key)
{
	enum key_state state = key->cache.state;

	if (is_ours(key))
		return state == KEY_DATA_LOCKED || state == KEY_COMPLETE
			       ? slot_bit(SLOT_DEVICE_KEY)
			       : 0;
	return key->cache.keys;
}

int key_slot(const struct nerveskey *key, unsigned int which,
	     unsigned int *slot)
{
	const struct cache *cache = &key->cache;

	*slot = which;
	if (which != NERVESKEY_MAIN_KEY)
		return 0;
	*slot = cache->state == KEY_FOREIGN ? cache->first_key
					    : SLOT_DEVICE_KEY;
	if (key->wanted_key >= 0)
		*slot = (unsigned int)key->wanted_key;
	if (*slot < SLOT_COUNT)
		return 0;
	return fail_because(ENODATA,
			    "no slot of the chip holds a private key that its "
			    "configuration allows to use");
}

int key_permits(const struct nerveskey *key, unsigned int slot,
		enum slot_use use)
{
	const struct cache *cache = &key->cache;
	const struct slot_rule *rule;
	int err;

	err = key_state_permits(
		cache->state, use == SLOT_PUBLIC_KEY ? USE_PUBLIC_KEY : USE_KEY,
		"the chip");
	if (err < 0)
		return err;
	rule = cache->rule[use][slot];
	if (rule)
		return fail_because(EKEYREVOKED, rule->sentence, slot);
	if ((cache->listed & ~cache->keys) >> slot & 1)
		return fail_because(ENODATA,
				    "slot %u holds no private key yet: the "
				    "chip's owner can make one there",
				    slot);
	return 0;
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
		cache->public_keys |= slot_bit(slot);
	}
	memcpy(public_key, cache->public_key[slot], 64);
	return 0;
}

int public_key_load(struct nerveskey *key, enum nerveskey_item item,
		    struct bytes *out)
{
	unsigned int slot = item - NERVESKEY_KEY_PUBLIC_KEY;
	uint8_t public_key[64];
	int err;

	err = key_permits(key, slot, SLOT_PUBLIC_KEY);
	if (err == 0)
		err = key_public(key, slot, public_key);
	return err < 0 ? err : public_key_to_pem(public_key, out);
}
