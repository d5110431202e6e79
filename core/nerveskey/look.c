/* SPDX-License-Identifier: Apache-2.0 */
#include "look.h"

#include <errno.h>
#include <string.h>

#include "cache.h"
#include "certificates.h"
#include "chip_settings.h"
#include "error.h"
#include "key.h"
#include "keys.h"
#include "reread.h"
#include "sign.h"

/* How often the chip is read again for a certificate that does not fit. */
#define DOUBTS 5

/* Slots as bits. The private key in slot 0 is part of all that it signs. */
#define BIT(slot) (1u << (slot))
#define KEY	  BIT(SLOT_DEVICE_KEY)
#define PAIR                                                  \
	(KEY | BIT(SLOT_DEVICE_CERT) | BIT(SLOT_SIGNER_KEY) | \
	 BIT(SLOT_SIGNER_CERT))
#define AUX                                                           \
	(KEY | BIT(SLOT_AUX_DEVICE_CERT) | BIT(SLOT_AUX_SIGNER_KEY) | \
	 BIT(SLOT_AUX_SIGNER_CERT))

/* Items, and what they are made from. */
static const struct {
	enum nerveskey_item item;
	unsigned int slots;
} sources[] = {
	{ NERVESKEY_SIGNER_CERT, PAIR },
	{ NERVESKEY_DEVICE_CERT, PAIR },
	{ NERVESKEY_CHAIN, PAIR },
	{ NERVESKEY_AUX_SIGNER_CERT, AUX },
	{ NERVESKEY_AUX_DEVICE_CERT, AUX },
	{ NERVESKEY_AUX_CHAIN, AUX },
	{ NERVESKEY_PUBLIC_KEY, KEY },
	{ NERVESKEY_REQUEST, KEY },
	{ NERVESKEY_KEY_PUBLIC_KEY + SLOT_DEVICE_KEY, KEY },
	{ NERVESKEY_KEY_REQUEST + SLOT_DEVICE_KEY, KEY },
};

static void forget(struct nerveskey *key, unsigned int changed)
{
	struct cache *cache = &key->cache;

	for (size_t i = 0; i < sizeof(sources) / sizeof(*sources); i++) {
		if (!(sources[i].slots & changed))
			continue;
		cache_forget_item(key, sources[i].item);
		cache->seen &= (uint16_t)~sources[i].slots;
	}
	cache->public_keys &= (uint16_t) ~(changed & KEY);
}

/* Until slot 0 is locked, any program can make another key in it. */
static int compare_key(struct nerveskey *key, unsigned int *changed)
{
	const struct cache *cache = &key->cache;
	uint8_t public_key[64];
	int err;

	if (!(cache->public_keys & KEY) ||
	    (cache->state != KEY_CONFIGURED && cache->state != KEY_DATA_LOCKED))
		return 0;
	err = atecc_public_key(key->chip, SLOT_DEVICE_KEY, public_key);
	if (err == -EPERM ||
	    (err == 0 &&
	     memcmp(public_key, cache->public_key[SLOT_DEVICE_KEY], 64) != 0))
		*changed |= KEY;
	return err == -EPERM ? 0 : err;
}

/* Compare the first block of each slot that the cache was made from. */
static int compare_slots(struct nerveskey *key, unsigned int *changed)
{
	const struct cache *cache = &key->cache;
	uint8_t block[32];
	int err;

	/* A half-written pair may have its new first blocks already. */
	if (cache->aux_half_written)
		*changed |= cache->seen & AUX;
	for (unsigned int i = 0; i < SLOT_COUNT; i++) {
		if (!(cache->seen & ~*changed & BIT(i)))
			continue;
		err = atecc_read32(key->chip, ATECC_DATA, slot_address(i, 0, 0),
				   block);
		if (err < 0)
			return err;
		if (memcmp(block, cache->first_block[i], 32) != 0)
			*changed |= BIT(i);
	}
	return 0;
}

/*
 * While another program uses the chip, a read may return the answer to that
 * program's command. Then the certificates do not fit.
 */
static bool is_doubtful(struct nerveskey *key)
{
	bool fits = key->note[NERVESKEY_SIGNER_CERT].flaw[0] == '\0' &&
		    key->note[NERVESKEY_DEVICE_CERT].flaw[0] == '\0';

	if (!certificates_are_noted(key))
		return false;
	key->doubts = fits ? 0 : key->doubts + 1;
	return !fits && key->doubts <= DOUBTS;
}

/* Forget what another program has changed since. */
static int forget_changed(struct nerveskey *key)
{
	unsigned int changed = 0;
	int err;

	if (is_doubtful(key))
		return enter_lacks(key, OP_STATUS, LACKS_ZONES);
	err = compare_key(key, &changed);
	if (err == 0)
		err = compare_slots(key, &changed);
	forget(key, changed);
	if (err == 0)
		key->slots_us = atecc_now_us(key->chip);
	return err;
}

/* The item is cached, or the zones have it, which are known. */
static bool needs_no_chip(const struct nerveskey *key, enum nerveskey_item item)
{
	return key->cache.item[item] ||
	       (item_is_of_zones(item) && key->cache.state != KEY_ABSENT);
}

static int load(struct nerveskey *key, enum nerveskey_item item,
		struct bytes *out)
{
	bool recent = atecc_now_us(key->chip) - key->slots_us < SAME_CHIP_US;
	int err = recent ? 0 : forget_changed(key);

	return err < 0 ? err : item_load(key, item, out);
}

static int load_in_session(struct nerveskey *key, enum nerveskey_item item,
			   struct bytes *out)
{
	int err;

	do {
		err = enter(key, OP_READ);
		if (err == 0)
			err = leave(key, OP_READ, load(key, item, out));
	} while (nerveskey_catch_up(key, &err));
	return err;
}

/* Check which chip answers, unless that was done within a second. */
static void look_around(struct nerveskey *key)
{
	int err;

	do {
		err = enter_to_look(key);
		if (err == 0)
			err = leave(key, OP_STATUS, 0);
	} while (nerveskey_catch_up(key, &err));
}

int nerveskey_get(struct nerveskey *key, enum nerveskey_item item,
		  struct bytes *out)
{
	int err;

	if (needs_no_chip(key, item))
		look_around(key);
	fail_clear();
	if (!needs_no_chip(key, item))
		return load_in_session(key, item, out);
	err = item_load(key, item, out);
	nerveskey_note_failure(key, true, err);
	return err;
}

/*
 * The item is not loaded yet and never changes again. The certificate request
 * of a chip whose key is not locked can change: the key may be made again.
 */
static bool is_worth_loading(const struct nerveskey *key,
			     enum nerveskey_item item)
{
	return !key->cache.item[item] && !key->cache.passed_over[item] &&
	       key->present && !key->trouble && !key->recheck &&
	       key->cache.state == KEY_COMPLETE;
}

bool nerveskey_preload(struct nerveskey *key)
{
	enum nerveskey_item item = 0;
	BYTES_LOCAL(out);

	/* Other keys than the device's are loaded on request only. */
	while (item <= NERVESKEY_EUI48 && !is_worth_loading(key, item))
		item++;
	if (item > NERVESKEY_EUI48)
		return false;
	key->cache.passed_over[item] = true;
	key->quiet = true;
	load_in_session(key, item, &out);
	key->quiet = false;
	fail_clear();
	return true;
}

static bool aux_is_known(const struct nerveskey *key)
{
	const struct cache *cache = &key->cache;

	return !is_ours(key) || cache->item[NERVESKEY_AUX_DEVICE_CERT] ||
	       cache->missing[NERVESKEY_AUX_DEVICE_CERT];
}

static int note_aux(struct nerveskey *key)
{
	BYTES_LOCAL(pem);
	int err;

	if (aux_is_known(key) || key->cache.state < KEY_DATA_LOCKED)
		return 0;
	err = item_load(key, NERVESKEY_AUX_DEVICE_CERT, &pem);
	return err == -ENODATA ? 0 : err;
}

/* Load what status shows and the zones do not have. */
static int look(struct nerveskey *key)
{
	int err = has_latch(&key->cache) ? note_latch(key) : 0;

	if (err == 0)
		err = forget_changed(key);
	if (err == 0)
		err = certificates_note(key);
	if (err == 0)
		err = chip_settings_make_known(key);
	if (err == 0)
		err = note_aux(key);
	return err < 0 ? err : keys_find_more(key);
}

void nerveskey_look(struct nerveskey *key)
{
	int err;

	do {
		err = enter(key, OP_STATUS);
		if (err == 0)
			err = leave(key, OP_STATUS, look(key));
	} while (nerveskey_catch_up(key, &err));
}

bool look_is_complete(const struct nerveskey *key)
{
	const struct cache *cache = &key->cache;

	if (has_latch(cache) && cache->latch == LATCH_UNKNOWN)
		return false;
	return !certificates_are_expected(key) ||
	       (!chip_settings_are_lacking(key) &&
		certificates_are_noted(key) && aux_is_known(key));
}
