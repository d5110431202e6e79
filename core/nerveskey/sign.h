/* SPDX-License-Identifier: Apache-2.0 */
/* Signatures by the chip's keys. */
#ifndef NK_SIGN_H
#define NK_SIGN_H

#include "bytes.h"
#include "nerveskey.h"

/*
 * With the key in `slot`, or NERVESKEY_MAIN_KEY. Each signature is checked
 * against the cached public key, so that a reply of another chip, or a broken
 * one, is noticed and asked for again; -EIO when that is no better.
 */
int nerveskey_sign(struct nerveskey *key, unsigned int slot,
		   const uint8_t digest[static 32],
		   uint8_t signature[static 64]);

/* The same as DER (appended), which always has this length. */
#define NERVESKEY_DER_SIZE 71
int nerveskey_sign_der(struct nerveskey *key, unsigned int slot,
		       const uint8_t digest[static 32], struct bytes *der);

/* -EACCES in the place of -EPERM when it is the closed latch's doing. */
int explain_latch(struct nerveskey *key, int err);
/*
 * Sign, within a session, when the public key is known. -EKEYREJECTED when the
 * signature is not of `digest` by that key: another chip's, or another program
 * came in between.
 */
int sign_checked(struct nerveskey *key, unsigned int slot,
		 const uint8_t digest[static 32], uint8_t signature[static 64]);
/* When that is so again: -EIO, with the sentence. */
int signature_mismatch(unsigned int slot);

#endif
