/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A signer's key in a token, by its URL, through GnuTLS. Loading GnuTLS takes as
 * long as the rest of the daemon's start, and a token is rare. So this is a
 * module of its own, which the process that signs loads when it is given a URL.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#define TOKEN_PIN_MAX 255 /* bytes */
#define TOKEN_DER_MAX 80  /* bytes of an ECDSA-Sig-Value of P-256, at most */

/* Each returns NULL, or why not: a text that stays. */
struct token {
	/* Sets `*key`. `pin` may be NULL. */
	const char *(*open)(const char *url, const char *pin, void **key);
	/* Sets `der` and `*len`. */
	const char *(*sign)(void *key, const uint8_t digest[static 32],
			    uint8_t der[static TOKEN_DER_MAX], size_t *len);
	void (*close)(void *key);
};

/*
 * What the module exports. An older daemon may load it: give it another name
 * when the struct changes.
 */
#define TOKEN_SYMBOL nerveskey_token_1
extern const struct token TOKEN_SYMBOL;

/*
 * Returns the functions, linked in or of the module; NULL with the reason when it
 * cannot be loaded.
 */
const struct token *token_load(void);
