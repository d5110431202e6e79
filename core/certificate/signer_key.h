/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "signer.h"
#include "token.h"

/* A private key in this process, or in a token that it has opened. */
struct signer_key {
	uint8_t secret[32]; /* unless `opened` */
	const struct token *token;
	void *opened;
};

/*
 * Sets `key` from `source` and proves that it belongs to `public_key`. -EINVAL
 * with the reason.
 */
int signer_key_open(const struct signer_source *source,
		    const uint8_t *public_key, struct signer_key *key);
/* -EIO: its token refuses. */
int signer_key_sign(const struct signer_key *key,
		    const uint8_t digest[static 32],
		    uint8_t signature[static 64]);
void signer_key_close(struct signer_key *key);
