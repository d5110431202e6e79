/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <gnutls/abstract.h>

#include "signer.h"

/*
 * A private key in this process, with the PIN that its token may ask for again.
 * GnuTLS leaves copies of both in memory: see signing.h.
 */
struct signer_key {
	gnutls_privkey_t key;
	struct bytes pin;
};

/*
 * Sets `key` from `source` and proves that it belongs to `public_key`. -EINVAL
 * with the reason. `key` must not move: GnuTLS keeps a pointer to its PIN.
 */
int signer_key_open(const struct signer_source *source,
		    const uint8_t *public_key, struct signer_key *key);
/* -EIO: its token refuses. */
int signer_key_sign(const struct signer_key *key,
		    const uint8_t digest[static 32],
		    uint8_t signature[static 64]);
void signer_key_close(struct signer_key *key);
