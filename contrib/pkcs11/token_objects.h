/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Makes a token's objects from the content of the mount's files. Each function
 * appends to the token's objects. token->err: out of memory.
 */
#pragma once

#include "token.h"

/* CKA_CERTIFICATE_CATEGORY */
enum { CATEGORY_TOKEN_USER = 1, CATEGORY_AUTHORITY = 2 };

/* Adds nothing when `der` is not a certificate. */
void token_add_certificate(struct token *token, ck_object_handle_t handle,
			   const char *label, unsigned long category,
			   const struct bytes *der);

/*
 * Adds a private key, and its public key with the next handle, both without
 * CKA_SUBJECT. `path` is that of the key's files: "" or "keys/N/". Adds nothing
 * when `spki` is not a key of P-256, or the token has a pair for it.
 */
void token_add_pair(struct token *token, ck_object_handle_t handle,
		    const char *label, const char *path,
		    const struct bytes *spki);
