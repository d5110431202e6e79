/* SPDX-License-Identifier: Apache-2.0 */
/* The table of items, which are read as a whole and cached. */
#include "items.h"

#include <errno.h>

#include "error.h"
#include "load_certificates.h"
#include "load_zones.h"
#include "status.h"

#define ITEM(source_, use_, load_)                            \
	{                                                     \
		.source = source_, .use = use_, .load = load_ \
	}
#define SLOT_ITEMS(first_, load_)                                           \
	[first_... first_ + NERVESKEY_SLOTS - 1] = { .source = SOURCE_CHIP, \
						     .use = USE_PUBLIC_KEY, \
						     .load_slot = load_,    \
						     .first = first_ }

static const struct item {
	enum item_source source;
	enum use use; /* chips in a state that permits this have the item */
	int (*load)(struct nerveskey *key, struct bytes *out);
	/* For rows of one item for each slot. */
	int (*load_slot)(struct nerveskey *key, unsigned int slot,
			 struct bytes *out);
	enum nerveskey_item first;
} items[NERVESKEY_ITEM_COUNT] = {
	[NERVESKEY_DEVICE_CERT] =
		ITEM(SOURCE_CHIP, USE_CERTIFICATES, load_device),
	[NERVESKEY_SIGNER_CERT] =
		ITEM(SOURCE_CHIP, USE_CERTIFICATES, load_signer),
	[NERVESKEY_CHAIN] = ITEM(SOURCE_CHIP, USE_CERTIFICATES, load_chain),
	[NERVESKEY_PUBLIC_KEY] =
		ITEM(SOURCE_CHIP, USE_PUBLIC_KEY, load_public_key),
	[NERVESKEY_REQUEST] = ITEM(SOURCE_CHIP, USE_PUBLIC_KEY, load_request),
	[NERVESKEY_SERIAL] = ITEM(SOURCE_ZONES, USE_DATA, load_serial),
	[NERVESKEY_BOARD] = ITEM(SOURCE_ZONES, USE_DATA, load_board),
	[NERVESKEY_USER] = ITEM(SOURCE_ZONES, USE_DATA, load_user),
	[NERVESKEY_EUI48] = ITEM(SOURCE_CHIP, USE_DATA, load_eui48),
	[NERVESKEY_AUX_DEVICE_CERT] =
		ITEM(SOURCE_CHIP, USE_DATA, load_aux_device),
	[NERVESKEY_AUX_SIGNER_CERT] =
		ITEM(SOURCE_CHIP, USE_DATA, load_aux_signer),
	[NERVESKEY_AUX_CHAIN] = ITEM(SOURCE_CHIP, USE_DATA, load_aux_chain),
	[NERVESKEY_CHIP_SERIAL] =
		ITEM(SOURCE_ZONES, USE_ZONES, load_chip_serial),
	[NERVESKEY_CHIP_MODEL] = ITEM(SOURCE_ZONES, USE_ZONES, load_chip_model),
	[NERVESKEY_CHIP_REVISION] =
		ITEM(SOURCE_ZONES, USE_ZONES, load_chip_revision),
	[NERVESKEY_CHIP_ADDRESS] =
		ITEM(SOURCE_ZONES, USE_ZONES, load_chip_address),
	[NERVESKEY_CHIP_CONFIG] =
		ITEM(SOURCE_ZONES, USE_ZONES, load_chip_config),
	[NERVESKEY_CHIP_OTP] = ITEM(SOURCE_ZONES, USE_ZONES, load_chip_otp),
	[NERVESKEY_CHIP_LOCKS] = ITEM(SOURCE_ZONES, USE_ZONES, load_chip_locks),
	[NERVESKEY_STATUS] = ITEM(SOURCE_COMPUTED, USE_ZONES, status_now),
	[NERVESKEY_METRICS] = ITEM(SOURCE_COMPUTED, USE_ZONES, metrics_now),
	SLOT_ITEMS(NERVESKEY_KEY_PUBLIC_KEY, load_slot_public_key),
	SLOT_ITEMS(NERVESKEY_KEY_REQUEST, load_slot_request),
};

enum item_source item_source(enum nerveskey_item item)
{
	return items[item].source;
}

static int load(struct nerveskey *key, enum nerveskey_item item,
		struct bytes *out)
{
	const struct item *row = &items[item];

	return row->load ? row->load(key, out)
			 : row->load_slot(key, item - row->first, out);
}

int item_load(struct nerveskey *key, enum nerveskey_item item,
	      struct bytes *out)
{
	struct cache *cache = &key->cache;
	struct bytes fresh = BYTES_INIT;
	int err = 0;

	if (items[item].source == SOURCE_COMPUTED) {
		bytes_free(out);
		return items[item].load(key, out);
	}
	if (!cache->item[item]) {
		err = key_state_permits(key->cache.state, items[item].use,
					"the chip");
		if (err == 0)
			err = load(key, item, &fresh);
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

/* An item that cannot be loaded now is tried again when it is requested. */
void items_load_zones(struct nerveskey *key)
{
	struct bytes out = BYTES_INIT;

	for (enum nerveskey_item i = 0; i < NERVESKEY_ITEM_COUNT; i++)
		if (items[i].source == SOURCE_ZONES)
			item_load(key, i, &out);
	bytes_free(&out);
	fail_clear();
}
