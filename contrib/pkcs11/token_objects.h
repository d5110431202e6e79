/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Makes a token's objects from the content of the mount's files. Each function
 * appends to the token's objects. token->err: out of memory.
 */
#pragma once

#include "token.h"

/* CKA_CERTIFICATE_CATEGORY */
enum { CATEGORY_TOKEN_USER = 1, CATEGORY_AUTHORITY = 2 };

struct token_certificate {
	ck_object_handle_t handle;
	const char *label;
	unsigned long category;
};

/* Adds nothing when `der` is not a certificate. */
void token_add_certificate(struct token *token,
			   const struct token_certificate *which,
			   const struct bytes *der);

/* A key pair of the chip, as the mount shows it. */
struct token_pair {
	const char *path; /* path of its files: "" or "keys/N/" */
	const char *label;
	ck_object_handle_t
		/* handle of the private key; the public key has the next one */
		handle;
	const struct bytes *spki; /* SubjectPublicKeyInfo */
	const uint8_t *point;	  /* in spki */
};

/* Adds the private and the public key, without CKA_SUBJECT. */
void token_add_pair(struct token *token, const struct token_pair *pair);
