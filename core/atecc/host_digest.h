/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The messages whose SHA-256 the host and the chip both compute. ATECC508A data
 * sheet, sections "Nonce Command" and "CheckMac Command". They contain keys: the
 * caller wipes them.
 */
#pragma once

#include <stdint.h>

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
		      const uint8_t serial[static 9],
		      uint8_t message[static CHECKMAC_MESSAGE_SIZE]);
