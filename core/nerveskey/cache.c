/* SPDX-License-Identifier: Apache-2.0 */
/* What is known of the chip that answers. */
#include "cache.h"

#include "config_zone.h"
#include "key.h"
#include "slot_rules.h"

void cache_forget_item(struct nerveskey *key, enum nerveskey_item item)
{
	struct cache *cache = &key->cache;

	content_replace(&cache->item[item], NULL);
	cache->passed_over[item] = false;
	cache->missing[item] = false;
}

void cache_forget_items(struct nerveskey *key)
{
	struct cache *cache = &key->cache;

	for (enum nerveskey_item i = 0; i < NERVESKEY_ITEM_COUNT; i++)
		cache_forget_item(key, i);
	cache->public_keys = 0;
	cache->aux_looked_for = false;
	cache->aux_half_written = false;
	cache->seen = 0;
	for (size_t i = 0; i < CERTIFICATE_COUNT; i++)
		key->note[i].known = false;
}

void cache_forget_requests(struct nerveskey *key)
{
	cache_forget_item(key, NERVESKEY_REQUEST);
	for (unsigned int slot = 0; slot < SLOT_COUNT; slot++)
		cache_forget_item(key, NERVESKEY_KEY_REQUEST + slot);
}

uint64_t nerveskey_chip_number(struct nerveskey *key)
{
	return key->chip_number;
}

bool nerveskey_has(struct nerveskey *key, enum nerveskey_feature feature)
{
	enum key_state state = key->cache.state;
	enum config_kind kind = key->cache.kind;
	bool makers = is_makers(key);

	switch (feature) {
	case NERVESKEY_HAS_EUI48:
		return kind == CONFIG_TRUST_AND_GO;
	case NERVESKEY_HAS_OTP:
		return !makers;
	case NERVESKEY_HAS_VOLATILE:
		return state != KEY_FOREIGN && kind == CONFIG_VOLATILE;
	case NERVESKEY_HAS_AUX:
		return is_ours(key);
	case NERVESKEY_HAS_SLOTS:
		return is_ours(key) || state == KEY_FOREIGN;
	case NERVESKEY_HAS_KEYS:
		return !is_ours(key);
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

	return is_ours(key) && slot >= first && slot <= SLOT_FREE_LAST;
}

/* Nothing of the data zone is read before it is locked. */
bool nerveskey_slot_is_readable(struct nerveskey *key, unsigned int slot)
{
	const uint8_t *config = key->cache.config;

	return key->cache.state == KEY_FOREIGN &&
	       config_data_is_locked(config) && slot < SLOT_COUNT &&
	       slots_readable(config) >> slot & 1;
}
