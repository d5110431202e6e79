/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Hashes, and ECDSA on P-256, by nettle. A point is X then Y, a signature r then
 * s; each number has 32 bytes, big-endian. GMP, which nettle uses, ends the
 * process when it gets no memory.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

void crypto_sha256(const void *data, size_t len, uint8_t digest[static 32]);
void crypto_sha1(const void *data, size_t len, uint8_t digest[static 20]);
/* Random bytes of the system. It ends the process when there are none. */
void crypto_random(void *data, size_t len);

bool crypto_is_point(const uint8_t point[static 64]);
/* false also when `point` is not on the curve. */
bool crypto_verify(const uint8_t point[static 64],
		   const uint8_t digest[static 32],
		   const uint8_t signature[static 64]);

/*
 * A private key has 32 bytes. No copy of one stays in memory: these functions
 * make GMP wipe what it frees.
 */
void crypto_new_key(uint8_t key[static 32], uint8_t point[static 64]);
/* A sign_digest whose context is a private key. -EINVAL: it is none of P-256. */
int crypto_sign(void *key, const uint8_t digest[static 32],
		uint8_t signature[static 64]);
