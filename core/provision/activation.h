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

/*
 * The messages whose SHA-256 the host and the chip both compute. ATECC508A data
 * sheet, sections "Nonce Command" and "CheckMac Command". They contain keys: the
 * caller wipes them.
 */
#define NONCE_MESSAGE_SIZE    55
#define CHECKMAC_MESSAGE_SIZE 88

/* Sets `message`. Its digest is TempKey after atecc_nonce(). */
void nonce_message(const uint8_t random[static 32],
		   const uint8_t seed[static 20],
		   uint8_t message[static NONCE_MESSAGE_SIZE]);
/*
 * Sets `message`. Its digest is the response for atecc_checkmac(). `key` is the
 * first 32 bytes of the slot.
 */
void checkmac_message(const uint8_t key[static 32],
		      const uint8_t tempkey[static 32],
		      const uint8_t chip_serial[static 9],
		      uint8_t message[static CHECKMAC_MESSAGE_SIZE]);
