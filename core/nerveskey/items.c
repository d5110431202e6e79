/* SPDX-License-Identifier: Apache-2.0 */
/* Things that are read as a whole: one row each, by way of the cache. */
#include <errno.h>

#include "error.h"
#include "load.h"

enum source {
	COMPUTED,  /* anew for each reader */
	ZONES,	   /* from the configuration and OTP zones, always cached */
	CHIP,	   /* asks the chip the first time */
	EACH_TIME, /* asks the chip every time */
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
	[NERVESKEY_REQUEST] = { EACH_TIME, KEY_CONFIGURED, load_request },
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
		return fail_because(ENODATA,
				    "the chip's locked configuration is not "
				    "a NervesKey's");
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
	int err;

	if (cache->have[item])
		return bytes_set(out, cache->item[item].data,
				 cache->item[item].len);
	err = require_state(cache->state, items[item].from);
	if (err == 0)
		err = items[item].load(key, &fresh);
	if (err == 0)
		err = bytes_set(out, fresh.data, fresh.len);
	if (err == 0 && items[item].source != EACH_TIME) {
		pthread_mutex_lock(&key->cache_lock);
		bytes_move(&cache->item[item], &fresh);
		cache->have[item] = true;
		pthread_mutex_unlock(&key->cache_lock);
	}
	bytes_free(&fresh);
	return err;
}

static bool is_known(const struct nerveskey *key, enum nerveskey_item item)
{
	return key->cache.have[item] ||
	       (items[item].source == ZONES && key->cache.state != KEY_ABSENT);
}

/* Served without the chip: 1 when it was, 0 when it has to be asked, or -errno. */
static int peek(struct nerveskey *key, enum nerveskey_item item,
		struct bytes *out)
{
	struct cache *cache = &key->cache;
	int err;

	if (!is_known(key, item))
		return 0;
	if (cache->have[item]) {
		err = bytes_set(out, cache->item[item].data,
				cache->item[item].len);
	} else {
		bytes_free(out);
		err = require_state(cache->state, items[item].from);
		if (err == 0)
			err = items[item].load(key, out);
	}
	return err < 0 ? err : 1;
}

static int from_cache(struct nerveskey *key, enum nerveskey_item item,
		      struct bytes *out)
{
	int err;

	pthread_mutex_lock(&key->cache_lock);
	err = peek(key, item, out);
	key->cache_hits += err == 1;
	key->cache_misses += err == 0;
	pthread_mutex_unlock(&key->cache_lock);
	return err;
}

/* Before the cache is believed; who asks the chip anyway sees who it is. */
static void look_if_known(struct nerveskey *key, enum nerveskey_item item)
{
	bool known;

	pthread_mutex_lock(&key->cache_lock);
	known = is_known(key, item);
	pthread_mutex_unlock(&key->cache_lock);
	if (known)
		key_look_around(key);
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
	look_if_known(key, item);
	fail_clear();
	err = from_cache(key, item, out);
	nerveskey_note_failure(key, true, err);
	if (err != 0)
		return err < 0 ? err : 0;
	err = key_enter(key, OP_READ);
	if (err < 0)
		return err;
	err = key_load(key, item, out);
	return key_leave(key, OP_READ, err);
}

ssize_t nerveskey_known_size(struct nerveskey *key, enum nerveskey_item item)
{
	struct bytes copy = BYTES_INIT;
	ssize_t size = -1;

	if (items[item].source == COMPUTED)
		return -1;
	pthread_mutex_lock(&key->cache_lock);
	if (peek(key, item, &copy) > 0)
		size = (ssize_t)copy.len;
	pthread_mutex_unlock(&key->cache_lock);
	bytes_free(&copy);
	return size;
}

bool nerveskey_is_final(struct nerveskey *key, enum nerveskey_item item)
{
	switch (item) {
	case NERVESKEY_STATUS:
	case NERVESKEY_METRICS:
	case NERVESKEY_REQUEST:
	case NERVESKEY_AUX_DEVICE_CERT:
	case NERVESKEY_AUX_SIGNER_CERT:
	case NERVESKEY_AUX_CHAIN:
		return false;
	default:
		return key_state(key) == KEY_COMPLETE;
	}
}
