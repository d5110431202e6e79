/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What SlotConfig and KeyConfig let anybody do with a slot, on a chip whose
 * configuration is locked (ATECC508A data sheet, sections 2.2.1 and 2.2.5).
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "zones.h"

enum slot_use {
	SLOT_SIGN, /* digests of anybody's, with the private key in it */
	SLOT_ECDH, /* with the secret in the reply */
	SLOT_PUBLIC_KEY,
	SLOT_USE_COUNT
};

struct slot_rule {
	const char *name;     /* the field of the configuration: "ReqAuth" */
	const char *sentence; /* a format, whose argument is the slot */
};

/*
 * What forbids that use of the slot's private key; NULL when nothing does.
 * Whether the slot holds a key is not seen here.
 */
const struct slot_rule *
slot_rule_against(const uint8_t config[static CONFIG_SIZE], unsigned int slot,
		  enum slot_use use);

/*
 * Returns a bit for each slot whose private key may sign, or might if its uses
 * were not counted.
 */
uint16_t slot_keys(const uint8_t config[static CONFIG_SIZE]);

/* Whether WriteConfig is Always, and the slot is not locked. */
bool slot_is_writable(const uint8_t config[static CONFIG_SIZE],
		      unsigned int slot);

/* A bit for each slot that may be read in the clear, once its zone is locked. */
uint16_t slots_readable(const uint8_t config[static CONFIG_SIZE]);
