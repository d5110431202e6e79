/* SPDX-License-Identifier: Apache-2.0 */
/* The activation key of volatile parts, in slot 1. */
#pragma once

#include <stdint.h>

#include "atecc.h"

/*
 * Prove to the chip that the host knows the key (Nonce, CheckMac). Call it
 * between atecc_begin() and atecc_end(). After it the latch can be set until the
 * chip sleeps. -EACCES: the chip has another key.
 */
int activation_authorise(struct atecc *chip, const uint8_t key[static 16],
			 const uint8_t chip_serial[static 9]);
