/* SPDX-License-Identifier: Apache-2.0 */
/* Items: what is read as a whole, through the cache. */
#pragma once

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
	SOURCE_COMPUTED, /* made again for each reader */
	SOURCE_ZONES,	 /* the configuration and OTP zones, always cached */
	SOURCE_CHIP,	 /* read from the chip the first time */
};

enum item_source item_source(enum nerveskey_item item);

/*
 * Sets `out` to an item: from the cache unless it is computed, else from the
 * chip. Needs a session. -ENODATA: it has no content yet.
 */
int item_load(struct nerveskey *key, enum nerveskey_item item,
	      struct bytes *out);
/* Load all items that the zones have. Needs no session. */
void items_load_zones(struct nerveskey *key);
