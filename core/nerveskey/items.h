/* SPDX-License-Identifier: Apache-2.0 */
/* Items: what is read as a whole, through the cache. */
#pragma once

#include <stdbool.h>

#include "bytes.h"
#include "nerveskey.h"

enum nerveskey_item {
	/* Certificates come first, and number their notes. */
	NERVESKEY_SIGNER_CERT,
	NERVESKEY_DEVICE_CERT,
	NERVESKEY_AUX_SIGNER_CERT,
	NERVESKEY_AUX_DEVICE_CERT,
	NERVESKEY_CHAIN,
	NERVESKEY_AUX_CHAIN,
	NERVESKEY_PUBLIC_KEY,
	NERVESKEY_REQUEST, /* device.csr */
	NERVESKEY_EUI48,
	/* From the zones, which the cache always has. */
	NERVESKEY_SERIAL,
	NERVESKEY_BOARD,
	NERVESKEY_USER,
	NERVESKEY_CHIP_SERIAL,
	NERVESKEY_CHIP_MODEL,
	NERVESKEY_CHIP_REVISION,
	NERVESKEY_CHIP_ADDRESS,
	NERVESKEY_CHIP_CONFIG,
	NERVESKEY_CHIP_OTP,
	NERVESKEY_CHIP_LOCKS,
	/* One of each for each slot. */
	NERVESKEY_KEY_PUBLIC_KEY,
	NERVESKEY_KEY_REQUEST = NERVESKEY_KEY_PUBLIC_KEY + NERVESKEY_SLOTS,
	NERVESKEY_ITEM_COUNT = NERVESKEY_KEY_REQUEST + NERVESKEY_SLOTS
};

/* Whether the item is made from the zones. */
bool item_is_of_zones(enum nerveskey_item item);
/*
 * Sets `out` to an item: from the cache, else from the chip. Needs a session
 * unless it is of the zones. -ENODATA: it has no content yet.
 */
int item_load(struct nerveskey *key, enum nerveskey_item item,
	      struct bytes *out);
/* Load all items of the zones into the cache. */
void items_load_zones(struct nerveskey *key);
/* -ENODATA unless the OTP zone holds a NervesKey's serial. */
int require_otp(const struct nerveskey *key);
