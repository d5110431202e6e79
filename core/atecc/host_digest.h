/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the host hashes (SHA-256) to know what the chip knows. ATECC508A data
 * sheet, sections "Nonce Command" and "CheckMac Command". The messages contain
 * keys: wipe them.
 */
#ifndef NK_HOST_DIGEST_H
#define NK_HOST_DIGEST_H

#include <stdint.h>

#define NONCE_MESSAGE_SIZE    55
#define CHECKMAC_MESSAGE_SIZE 88

/* TempKey after atecc_nonce(). */
void nonce_message(const uint8_t random[static 32],
		   const uint8_t seed[static 20],
		   uint8_t message[static NONCE_MESSAGE_SIZE]);

/*
 * The response that atecc_checkmac() wants: `key` is the slot's first 32 bytes,
 * `serial` the chip's 9.
 */
void checkmac_message(const uint8_t key[static 32],
		      const uint8_t tempkey[static 32],
		      const uint8_t serial[static 9],
		      uint8_t message[static CHECKMAC_MESSAGE_SIZE]);

#endif
