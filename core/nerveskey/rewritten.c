/* SPDX-License-Identifier: Apache-2.0 */
#include "rewritten.h"

#include <errno.h>
#include <string.h>

#include "cache.h"
#include "items.h"
#include "key.h"

#define BIT(slot) (1u << (slot))
#define AUX_SLOTS                                               \
	(BIT(SLOT_AUX_DEVICE_CERT) | BIT(SLOT_AUX_SIGNER_KEY) | \
	 BIT(SLOT_AUX_SIGNER_CERT))
/* How often the chip is read again for a certificate that does not fit. */
#define DOUBTS 5

/* Certificates, and the slots that they are made from. */
static const struct pair {
	unsigned int slots;
	enum nerveskey_item items[3];
	enum certificate_number notes[2];
} pairs[] = {
	{ BIT(SLOT_DEVICE_CERT) | BIT(SLOT_SIGNER_KEY) | BIT(SLOT_SIGNER_CERT),
	  { NERVESKEY_DEVICE_CERT, NERVESKEY_SIGNER_CERT, NERVESKEY_CHAIN },
	  { CERTIFICATE_DEVICE, CERTIFICATE_SIGNER } },
	{ AUX_SLOTS,
	  { NERVESKEY_AUX_DEVICE_CERT, NERVESKEY_AUX_SIGNER_CERT,
	    NERVESKEY_AUX_CHAIN },
	  { CERTIFICATE_AUX_DEVICE, CERTIFICATE_AUX_SIGNER } },
};

void rewritten_note(struct nerveskey *key, unsigned int slot,
		    const uint8_t *data)
{
	struct cache *cache = &key->cache;

	if (!slot_is_writable(cache->config, slot))
		return;
	memcpy(cache->first_block[slot], data, sizeof(cache->first_block[0]));
	cache->seen |= (uint16_t)BIT(slot);
}

static void forget_pair(struct nerveskey *key, const struct pair *pair)
{
	struct cache *cache = &key->cache;

	for (size_t i = 0; i < 3; i++)
		cache_forget_item(key, pair->items[i]);
	for (size_t i = 0; i < 2; i++)
		key->note[pair->notes[i]].known = false;
	cache->aux_looked_for = false;
	cache->aux_half_written = false;
	cache->seen &= (uint16_t)~pair->slots;
}

static int check_pair(struct nerveskey *key, const struct pair *pair)
{
	struct cache *cache = &key->cache;
	unsigned int slots = cache->seen & pair->slots;
	/* A half-written pair may have its new first blocks already. */
	bool changed = slots & AUX_SLOTS && cache->aux_half_written;
	uint8_t block[32];
	int err;

	for (unsigned int i = 0; i < SLOT_COUNT && !changed; i++) {
		if (!(slots & BIT(i)))
			continue;
		err = atecc_read32(key->chip, ATECC_DATA, slot_address(i, 0, 0),
				   block);
		if (err < 0)
			return err;
		changed = memcmp(block, cache->first_block[i], 32) != 0;
	}
	if (changed)
		forget_pair(key, pair);
	return 0;
}

static const enum nerveskey_item of_device_key[] = {
	NERVESKEY_PUBLIC_KEY,
	NERVESKEY_REQUEST,
	NERVESKEY_KEY_PUBLIC_KEY + SLOT_DEVICE_KEY,
	NERVESKEY_KEY_REQUEST + SLOT_DEVICE_KEY,
	NERVESKEY_DEVICE_CERT,
	NERVESKEY_CHAIN,
};

/* Until slot 0 is locked, any program can make another key in it. */
static int check_key(struct nerveskey *key)
{
	struct cache *cache = &key->cache;
	uint8_t public_key[64];
	int err;

	if (!(cache->public_keys & BIT(SLOT_DEVICE_KEY)) ||
	    (cache->state != KEY_CONFIGURED && cache->state != KEY_DATA_LOCKED))
		return 0;
	err = atecc_public_key(key->chip, SLOT_DEVICE_KEY, public_key);
	if (err < 0 && err != -EPERM)
		return err;
	if (err == 0 &&
	    memcmp(public_key, cache->public_key[SLOT_DEVICE_KEY], 64) == 0)
		return 0;
	cache->public_keys &= (uint16_t)~BIT(SLOT_DEVICE_KEY);
	for (size_t i = 0; i < sizeof(of_device_key) / sizeof(of_device_key[0]);
	     i++)
		cache_forget_item(key, of_device_key[i]);
	key->note[CERTIFICATE_DEVICE].known = false;
	return 0;
}

/*
 * While another program uses the chip, a read may return the answer to that
 * program's command. Then the certificates do not fit.
 */
static bool is_doubtful(struct nerveskey *key)
{
	const struct certificate_note *note = key->note;
	bool fits = note[CERTIFICATE_SIGNER].flaw[0] == '\0' &&
		    note[CERTIFICATE_DEVICE].flaw[0] == '\0';

	if (!note[CERTIFICATE_SIGNER].known || !note[CERTIFICATE_DEVICE].known)
		return false;
	key->doubts = fits ? 0 : key->doubts + 1;
	return !fits && key->doubts <= DOUBTS;
}

int rewritten_forget(struct nerveskey *key)
{
	int err;

	if (is_doubtful(key))
		return enter_lacks(key, OP_STATUS, LACKS_ZONES);
	err = check_key(key);
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]) && err == 0;
	     i++)
		err = check_pair(key, &pairs[i]);
	if (err == 0)
		key->slots_us = atecc_now_us(key->chip);
	return err;
}

int rewritten_forget_old(struct nerveskey *key)
{
	return atecc_now_us(key->chip) - key->slots_us < SAME_CHIP_US
		       ? 0
		       : rewritten_forget(key);
}
