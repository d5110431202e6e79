/* SPDX-License-Identifier: Apache-2.0 */
/* How far a chip is on its way to a complete NervesKey. */
#ifndef NK_KEY_STATE_H
#define NK_KEY_STATE_H

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
	KEY_STATE_COUNT
};

/* What a chip is to be used for. */
enum use {
	USE_ZONES,	/* what the configuration tells */
	USE_RANDOM,	/* its generator */
	USE_PUBLIC_KEY, /* the device's */
	USE_DATA,	/* what provisioning has left there */
	USE_KEY,	/* the device's, and free slots */
	USE_SETTINGS,
	USE_COMMIT, /* provisioning */
	USE_BEGIN,
	USE_AUX, /* auxiliary certificates */
	USE_COUNT
};

/*
 * The state of a chip that has answered, from its configuration. A data zone may
 * have been locked with an OTP zone that was never written: such a chip is no
 * less a NervesKey, but has no serial, board or device certificate.
 */
enum key_state key_state_of(const uint8_t config[static CONFIG_SIZE]);

/*
 * Whether a chip in this state permits that: -ENODATA: not yet, or it is no
 * NervesKey; -EPERM: never again. `chip` is what the sentence begins with, "the
 * chip" or "chip 0123...".
 */
int key_state_permits(enum key_state state, enum use use, const char *chip);

/* Bits of the slots that are locked when a key of this kind is complete. */
uint16_t key_slots_to_lock(enum config_kind kind);

/* "data-locked" */
const char *key_state_name(enum key_state state);

#endif
