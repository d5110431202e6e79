/* SPDX-License-Identifier: Apache-2.0 */
/* The provisioning state of a chip, and what each state permits. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "config_kind.h"

enum key_state {
	KEY_ABSENT, /* no chip has answered yet */
	KEY_BLANK,
	KEY_CONFIGURED,
	KEY_DATA_LOCKED,
	KEY_COMPLETE,
	KEY_FOREIGN,
	KEY_TRUSTFLEX, /* complete, but nothing is written to it */
	KEY_STATE_COUNT
};

/* What a caller wants to use a chip for. */
enum use {
	USE_ZONES,	  /* the contents of the configuration zone */
	USE_RANDOM,	  /* the random generator */
	USE_PUBLIC_KEY,	  /* of the device, or of any key */
	USE_DATA,	  /* certificates and other provisioned data */
	USE_CERTIFICATES, /* the device's and its signer's */
	USE_KEY,	  /* keys and the free slots */
	USE_SETTINGS,
	USE_COMMIT, /* provisioning */
	USE_BEGIN,
	USE_AUX, /* auxiliary certificates */
	USE_COUNT
};

/*
 * The state of a chip that has answered, from its configuration. The data zone
 * may have been locked over an OTP zone that was never written. Such a chip
 * counts as a NervesKey, but has no serial, board or device certificate.
 */
enum key_state key_state_of(const uint8_t config[static CONFIG_SIZE]);

/*
 * Returns 0 when a chip in this state permits that use; -ENODATA: not yet, or
 * it is no NervesKey; -EKEYREVOKED: never again. The sentence begins with `chip`:
 * "the chip" or "chip 0123...".
 */
int key_state_permits(enum key_state state, enum use use, const char *chip);

/* Returns a bit for each slot that is locked in a complete key of this kind. */
uint16_t key_slots_to_lock(enum config_kind kind);

/* The name as `status` shows it: "data-locked". */
const char *key_state_name(enum key_state state);
/* Whose configuration it is, as `status` shows it: "foreign"; "" when open. */
const char *key_type_name(enum key_state state, enum config_kind kind);
