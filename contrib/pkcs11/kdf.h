/* SPDX-License-Identifier: Apache-2.0 */
/* Key derivation functions of CKM_ECDH1_DERIVE. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include <nettle/nettle-meta.h>

#include "cryptoki.h"

/* The hash of CKD_SHA*_KDF; NULL for any other function. */
const struct nettle_hash *kdf_hash(unsigned long kdf);

struct kdf_input {
	const uint8_t *secret;
	size_t secret_len;
	const uint8_t *shared; /* may be NULL when its length is 0 */
	size_t shared_len;
};

/* Sets `len` bytes of `key`, by ANSI X9.63 (SEC 1, 3.6.1). */
void kdf_x963(const struct nettle_hash *hash, const struct kdf_input *input,
	      uint8_t *key, size_t len);
