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
};

/*
 * The state of a chip that has answered, from its configuration. A data zone may
 * have been locked with an OTP zone that was never written: such a chip is no
 * less a NervesKey, but has no serial, board or device certificate.
 */
enum key_state key_state_of(const uint8_t config[static CONFIG_SIZE]);

/* Bits of the slots that are locked when a key of this kind is complete. */
uint16_t key_slots_to_lock(enum config_kind kind);

/* "data-locked" */
const char *key_state_name(enum key_state state);

#endif
