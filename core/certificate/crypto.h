/* SPDX-License-Identifier: Apache-2.0 */
/* GnuTLS public keys, signatures and errors. */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <gnutls/abstract.h>

#include "certificate.h"
#include "digest.h"

/*
 * Returns -ENOMEM for a lack of memory, else -`otherwise`, with a sentence that
 * begins with `what`.
 */
int crypto_failed(int gnutls, int otherwise, const char *what);

/*
 * Sets the key; the caller calls gnutls_pubkey_deinit(). -EINVAL: the point is
 * not on P-256.
 */
int crypto_public_key(const uint8_t public_key[static 64],
		      gnutls_pubkey_t *key);

/*
 * A sign_digest whose context is a gnutls_privkey_t. -EIO: its token refuses.
 */
int crypto_sign(void *key, const uint8_t digest[static 32],
		uint8_t signature[static 64]);
