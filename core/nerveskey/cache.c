/* SPDX-License-Identifier: Apache-2.0 */
#include "cache.h"

#include <stdio.h>
#include <string.h>

#include "key.h"

void cache_forget_item(struct nerveskey *key, enum nerveskey_item item)
{
	struct cache *cache = &key->cache;

	content_replace(&cache->item[item], NULL);
	cache->passed_over[item] = false;
	cache->missing[item] = false;
	if (item < CERTIFICATE_COUNT)
		key->note[item].known = false;
	if (item == NERVESKEY_AUX_DEVICE_CERT)
		cache->aux_half_written = false;
}

void cache_forget_items(struct nerveskey *key)
{
	for (enum nerveskey_item i = 0; i < NERVESKEY_ITEM_COUNT; i++)
		cache_forget_item(key, i);
	key->cache.public_keys = 0;
	key->cache.seen = 0;
}

void cache_forget_requests(struct nerveskey *key)
{
	cache_forget_item(key, NERVESKEY_REQUEST);
	for (unsigned int slot = 0; slot < SLOT_COUNT; slot++)
		cache_forget_item(key, NERVESKEY_KEY_REQUEST + slot);
}

void cache_note_block(struct cache *cache, unsigned int slot,
		      const uint8_t *data)
{
	if (!slot_is_writable(cache->config, slot))
		return;
	memcpy(cache->first_block[slot], data, sizeof(cache->first_block[0]));
	cache->seen |= slot_bit(slot);
}

uint64_t nerveskey_chip_number(struct nerveskey *key)
{
	return key->chip_number;
}

static bool is_volatile(const struct nerveskey *key)
{
	return is_ours(key) && key->cache.kind == CONFIG_VOLATILE;
}

unsigned int cache_features(const struct nerveskey *key)
{
	const struct cache *cache = &key->cache;
	bool foreign = cache->state == KEY_FOREIGN, ours = is_ours(key);
	bool tng = cache->kind == CONFIG_TRUST_AND_GO;

	return (unsigned int)tng << NERVESKEY_HAS_EUI48 |
	       (unsigned int)!is_makers(key) << NERVESKEY_HAS_OTP |
	       (unsigned int)ours << NERVESKEY_HAS_AUX |
	       (unsigned int)is_volatile(key) << NERVESKEY_HAS_VOLATILE |
	       (unsigned int)(ours || foreign) << NERVESKEY_HAS_SLOTS |
	       (unsigned int)!ours << NERVESKEY_HAS_KEYS;
}

uint16_t cache_free_slots(const struct nerveskey *key)
{
	if (!is_ours(key))
		return 0;
	return is_volatile(key) ? 3 << (SLOT_ENCRYPTION_KEY + 1)
				: 0xf << SLOT_FREE_FIRST;
}

/* Nothing of the data zone is read before it is locked. */
uint16_t cache_readable_slots(const struct nerveskey *key)
{
	const uint8_t *config = key->cache.config;

	return key->cache.state == KEY_FOREIGN && config_data_is_locked(config)
		       ? slots_readable(config)
		       : 0;
}

size_t chip_serial_text(const struct cache *cache, uint8_t text[static 48])
{
	for (size_t i = 0; i < CHIP_SERIAL_SIZE; i++)
		snprintf((char *)text + 2 * i, 3, "%02X",
			 cache->chip_serial[i]);
	return 2 * CHIP_SERIAL_SIZE;
}

int slots_text(struct bytes *text, const char *name, uint16_t slots)
{
	const char *between = "";

	bytes_printf(text, "%s=", name);
	for (unsigned int slot = 0; slot < SLOT_COUNT; slot++) {
		if (!(slots & slot_bit(slot)))
			continue;
		bytes_printf(text, "%s%u", between, slot);
		between = ",";
	}
	return bytes_append(text, "\n", 1);
}
