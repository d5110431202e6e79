/* SPDX-License-Identifier: Apache-2.0 */
/* What is known of the chip that answers. */
#include "cache.h"

#include <string.h>

#include "key.h"

void cache_forget_items(struct nerveskey *key)
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

uint64_t nerveskey_chip_number(struct nerveskey *key)
{
	return key->chip_number;
}

bool nerveskey_has(struct nerveskey *key, enum nerveskey_feature feature)
{
	enum key_state state = key->cache.state;
	enum config_kind kind = key->cache.kind;
	bool makers = is_makers(key);
	bool ours = state != KEY_FOREIGN && !makers;

	switch (feature) {
	case NERVESKEY_HAS_EUI48:
		return kind == CONFIG_TRUST_AND_GO;
	case NERVESKEY_HAS_OTP:
		return !makers;
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
