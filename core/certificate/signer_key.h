/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NK_SIGNER_KEY_H
#define NK_SIGNER_KEY_H

#include <gnutls/abstract.h>

#include "signer.h"

/* A private key and the PIN that its token may ask for again. */
struct signer_key {
	gnutls_privkey_t key; /* NULL: none */
	struct bytes pin;
};

/*
 * Open the key of `source`, if it has one, and prove that it is the one of
 * `public_key`. -EINVAL with the reason. `key` stays where it is: GnuTLS keeps
 * a pointer to its PIN.
 */
int signer_key_open(const struct signer_source *source,
		    const uint8_t *public_key, struct signer_key *key);
void signer_key_close(struct signer_key *key);

#endif
