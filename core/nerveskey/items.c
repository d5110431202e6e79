/* SPDX-License-Identifier: Apache-2.0 */
/* Things that are read as a whole: one row each, by way of the cache. */
#include <errno.h>

#include "error.h"
#include "load.h"

enum source {
	COMPUTED, /* anew for each reader */
	ZONES,	  /* from the configuration and OTP zones, always cached */
	CHIP,	  /* asks the chip the first time */
};

struct item {
	enum source source;
	enum key_state from; /* there is none before this state */
	int (*load)(struct nerveskey *key, struct bytes *out);
};

static const struct item items[NERVESKEY_ITEM_COUNT] = {
	[NERVESKEY_DEVICE_CERT] = { CHIP, KEY_DATA_LOCKED, load_device },
	[NERVESKEY_SIGNER_CERT] = { CHIP, KEY_DATA_LOCKED, load_signer },
	[NERVESKEY_CHAIN] = { CHIP, KEY_DATA_LOCKED, load_chain },
	[NERVESKEY_PUBLIC_KEY] = { CHIP, KEY_CONFIGURED, load_public_key },
	[NERVESKEY_REQUEST] = { CHIP, KEY_CONFIGURED, load_request },
	[NERVESKEY_SERIAL] = { ZONES, KEY_DATA_LOCKED, load_serial },
	[NERVESKEY_BOARD] = { ZONES, KEY_DATA_LOCKED, load_board },
	[NERVESKEY_USER] = { ZONES, KEY_DATA_LOCKED, load_user },
	[NERVESKEY_EUI48] = { CHIP, KEY_DATA_LOCKED, load_eui48 },
	[NERVESKEY_AUX_DEVICE_CERT] = { CHIP, KEY_DATA_LOCKED,
					load_aux_device },
	[NERVESKEY_AUX_SIGNER_CERT] = { CHIP, KEY_DATA_LOCKED,
					load_aux_signer },
	[NERVESKEY_AUX_CHAIN] = { CHIP, KEY_DATA_LOCKED, load_aux_chain },
	[NERVESKEY_CHIP_SERIAL] = { ZONES, KEY_BLANK, load_chip_serial },
	[NERVESKEY_CHIP_MODEL] = { ZONES, KEY_BLANK, load_chip_model },
	[NERVESKEY_CHIP_REVISION] = { ZONES, KEY_BLANK, load_chip_revision },
	[NERVESKEY_CHIP_ADDRESS] = { ZONES, KEY_BLANK, load_chip_address },
	[NERVESKEY_CHIP_CONFIG] = { ZONES, KEY_BLANK, load_chip_config },
	[NERVESKEY_CHIP_OTP] = { ZONES, KEY_BLANK, load_chip_otp },
	[NERVESKEY_CHIP_LOCKS] = { ZONES, KEY_BLANK, load_chip_locks },
	[NERVESKEY_STATUS] = { COMPUTED, KEY_ABSENT, key_status },
	[NERVESKEY_METRICS] = { COMPUTED, KEY_ABSENT, key_metrics },
};

/* Whether the chip is far enough. Foreign chips show their zones only. */
static int require_state(enum key_state state, enum key_state from)
{
	if (state == KEY_FOREIGN && from > KEY_BLANK)
		return fail_because(
			ENODATA,
			"the chip's configuration is locked and is not a "
			"NervesKey's: chip/ and status show what is known of "
			"it");
	if (state < from)
		return fail_because(ENODATA,
				    "the chip is %s: it holds this only after "
				    "provisioning",
				    key_state_name(state));
	return 0;
}

int key_load(struct nerveskey *key, enum nerveskey_item item, struct bytes *out)
{
	struct cache *cache = &key->cache;
	struct bytes fresh = BYTES_INIT;
	int err = 0;

	if (!cache->item[item]) {
		err = require_state(cache->state, items[item].from);
		if (err == 0)
			err = items[item].load(key, &fresh);
		if (err == 0)
			err = content_new(&fresh, &cache->item[item]);
		cache->missing[item] = err == -ENODATA || err == -EUCLEAN;
	}
	bytes_free(&fresh);
	if (err < 0)
		return err;
	return bytes_set(out, cache->item[item]->bytes.data,
			 cache->item[item]->bytes.len);
}

/* Needs no session, and what cannot be had is looked for when it is asked for. */
void key_load_zones(struct nerveskey *key)
{
	struct bytes out = BYTES_INIT;

	for (enum nerveskey_item i = 0; i < NERVESKEY_ITEM_COUNT; i++)
		if (items[i].source == ZONES)
			key_load(key, i, &out);
	bytes_free(&out);
	fail_clear();
}

/* From the zones, which are known, or from what was loaded before. */
static bool needs_no_chip(const struct nerveskey *key, enum nerveskey_item item)
{
	return key->cache.item[item] ||
	       (items[item].source == ZONES && key->cache.state != KEY_ABSENT);
}

int nerveskey_get(struct nerveskey *key, enum nerveskey_item item,
		  struct bytes *out)
{
	int err;

	fail_clear();
	if (items[item].source == COMPUTED) {
		bytes_free(out);
		return items[item].load(key, out);
	}
	if (needs_no_chip(key, item))
		key_look_around(key);
	fail_clear();
	if (needs_no_chip(key, item)) {
		err = key_load(key, item, out);
		nerveskey_note_failure(key, true, err);
		return err;
	}
	err = key_enter(key, OP_READ);
	if (err < 0)
		return err;
	err = key_load(key, item, out);
	return key_leave(key, OP_READ, err);
}

/*
 * What nobody has asked for yet and never changes again. The request of a chip
 * whose key is not locked yet may be of a key that is made anew.
 */
static bool is_worth_loading(const struct nerveskey *key,
			     enum nerveskey_item item)
{
	return items[item].source == CHIP && !key->cache.item[item] &&
	       !key->cache.passed_over[item] && key->present && !key->trouble &&
	       !key->recheck && key->cache.state == KEY_COMPLETE;
}

bool nerveskey_preload(struct nerveskey *key)
{
	struct bytes out = BYTES_INIT;
	enum nerveskey_item item = 0;

	while (item < NERVESKEY_ITEM_COUNT && !is_worth_loading(key, item))
		item++;
	if (item == NERVESKEY_ITEM_COUNT)
		return false;
	key->cache.passed_over[item] = true;
	key->quiet = true;
	if (key_enter(key, OP_READ) == 0)
		key_leave(key, OP_READ, key_load(key, item, &out));
	key->quiet = false;
	bytes_free(&out);
	fail_clear();
	return true;
}
