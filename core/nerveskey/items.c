/* SPDX-License-Identifier: Apache-2.0 */
/* Things that are read as a whole: one row each, by way of the cache. */
#include <errno.h>

#include "error.h"
#include "load.h"

const struct item items[NERVESKEY_ITEM_COUNT] = {
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
