/* SPDX-License-Identifier: Apache-2.0 */
/* The contents of the sixteen slots of a NervesKey's data zone. */
#pragma once

#include <stdint.h>

#include "zones.h"

enum slot_number {
	SLOT_DEVICE_KEY = 0,
	SLOT_ACTIVATION_KEY = 1, /* volatile parts; else free */
	SLOT_ENCRYPTION_KEY = 2, /* volatile parts; else free */
	SLOT_FREE_FIRST = 1,
	SLOT_FREE_LAST = 4,
	SLOT_SETTINGS_FOURTH = 5,
	SLOT_SETTINGS_THIRD = 6,
	SLOT_SETTINGS_SECOND = 7,
	SLOT_SETTINGS_FIRST = 8,
	SLOT_AUX_DEVICE_CERT = 9,
	SLOT_DEVICE_CERT = 10,
	SLOT_SIGNER_KEY = 11,
	SLOT_SIGNER_CERT = 12,
	SLOT_SIGNER_SERIAL = 13,
	SLOT_AUX_SIGNER_KEY = 14,
	SLOT_AUX_SIGNER_CERT = 15,
};

struct slot_settings {
	uint8_t slot_config[2]; /* configuration bytes 20 + 2 * slot */
	uint8_t key_config[2];	/* configuration bytes 96 + 2 * slot */
};

struct slot {
	struct slot_settings regular, on_volatile_part;
	const char *role; /* "device private key" */
};

extern const struct slot slot_table[SLOT_COUNT];
