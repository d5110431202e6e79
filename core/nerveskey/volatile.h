/* SPDX-License-Identifier: Apache-2.0 */
/* Volatile keys: the latch forbids their use until activation. */
#pragma once

#include <stdint.h>

struct nerveskey;

/* Open the latch. -EACCES: it is another activation key than the chip's. */
int nerveskey_activate(struct nerveskey *key,
		       const uint8_t activation_key[static 16]);
/* Sets `mac` to the MAC of `data`. -EACCES: the latch is closed. */
int nerveskey_derive(struct nerveskey *key, const uint8_t data[static 32],
		     uint8_t mac[static 32]);
