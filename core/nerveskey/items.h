/* SPDX-License-Identifier: Apache-2.0 */
/* Things that are read as a whole, by way of the cache. */
#ifndef NK_ITEMS_H
#define NK_ITEMS_H

#include "bytes.h"
#include "nerveskey.h"

enum nerveskey_item {
	NERVESKEY_DEVICE_CERT,
	NERVESKEY_SIGNER_CERT,
	NERVESKEY_CHAIN,
	NERVESKEY_PUBLIC_KEY,
	NERVESKEY_REQUEST, /* device.csr */
	NERVESKEY_SERIAL,
	NERVESKEY_BOARD,
	NERVESKEY_USER,
	NERVESKEY_EUI48,
	NERVESKEY_AUX_DEVICE_CERT,
	NERVESKEY_AUX_SIGNER_CERT,
	NERVESKEY_AUX_CHAIN,
	NERVESKEY_CHIP_SERIAL,
	NERVESKEY_CHIP_MODEL,
	NERVESKEY_CHIP_REVISION,
	NERVESKEY_CHIP_ADDRESS,
	NERVESKEY_CHIP_CONFIG,
	NERVESKEY_CHIP_OTP,
	NERVESKEY_CHIP_LOCKS,
	NERVESKEY_STATUS,
	NERVESKEY_METRICS,
	/* One of each for each slot. */
	NERVESKEY_KEY_PUBLIC_KEY,
	NERVESKEY_KEY_REQUEST = NERVESKEY_KEY_PUBLIC_KEY + NERVESKEY_SLOTS,
	NERVESKEY_ITEM_COUNT = NERVESKEY_KEY_REQUEST + NERVESKEY_SLOTS
};

enum item_source {
	SOURCE_COMPUTED, /* anew for each reader */
	SOURCE_ZONES,	 /* the configuration and OTP zones, always cached */
	SOURCE_CHIP,	 /* asks the chip the first time */
};

enum item_source item_source(enum nerveskey_item item);

/*
 * Load an item within a session, by way of the cache unless it is computed;
 * `out` is set.
 */
int item_load(struct nerveskey *key, enum nerveskey_item item,
	      struct bytes *out);
/* Load what the zones hold; no session. */
void items_load_zones(struct nerveskey *key);

#endif
