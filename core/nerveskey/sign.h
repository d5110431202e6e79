/* SPDX-License-Identifier: Apache-2.0 */
/* Signatures by the chip's keys. */
#pragma once

#include "bytes.h"
#include "nerveskey.h"

/*
 * Sign with the key in `slot`, or NERVESKEY_MAIN_KEY. The signature is verified
 * with the cached public key, which detects another chip and a damaged reply. If
 * it does not verify, this signs once more. -EIO: that did not verify either.
 */
int nerveskey_sign(struct nerveskey *key, unsigned int slot,
		   const uint8_t digest[static 32],
		   uint8_t signature[static 64]);

/* The same, but appends DER to `der`, which always has this length. */
#define NERVESKEY_DER_SIZE 71
int nerveskey_sign_der(struct nerveskey *key, unsigned int slot,
		       const uint8_t digest[static 32], struct bytes *der);

/* Returns -EACCES instead of -EPERM if the latch is closed, else `err`. */
int explain_latch(struct nerveskey *key, int err);
/*
 * Sign within a session; the public key must be known. -EKEYREJECTED: the
 * signature does not verify. It is another chip's, or another program has used
 * the chip in between.
 */
int sign_checked(struct nerveskey *key, unsigned int slot,
		 const uint8_t digest[static 32], uint8_t signature[static 64]);
/* The error after the second such signature: -EIO, with a sentence. */
int signature_mismatch(unsigned int slot);
