/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NK_SIGNER_KEY_H
#define NK_SIGNER_KEY_H

#include <gnutls/abstract.h>

#include "signer.h"

/*
 * A private key in this process, and the PIN that its token may ask for again.
 * GnuTLS leaves copies of both behind: see signing.h.
 */
struct signer_key {
	gnutls_privkey_t key;
	struct bytes pin;
};

/*
 * Sets `key` to that of `source`, and has it prove that it is the one of
 * `public_key`. -EINVAL with the reason. `key` stays where it is: GnuTLS keeps
 * a pointer to its PIN.
 */
int signer_key_open(const struct signer_source *source,
		    const uint8_t *public_key, struct signer_key *key);
/* -EIO: its token refuses. */
int signer_key_sign(const struct signer_key *key,
		    const uint8_t digest[static 32],
		    uint8_t signature[static 64]);
void signer_key_close(struct signer_key *key);

#endif
