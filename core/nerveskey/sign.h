/* SPDX-License-Identifier: Apache-2.0 */
/* What the chip's keys and its generator make: signatures, secrets, bytes. */
#pragma once

#include "items.h"

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

/* Sets `len` bytes of `random` from the chip's generator. */
int nerveskey_random(struct nerveskey *key, uint8_t *random, size_t len);
/*
 * Sets `secret` to the shared secret of `peer` and the key in slot `which`, or
 * NERVESKEY_MAIN_KEY.
 */
int nerveskey_ecdh(struct nerveskey *key, unsigned int which,
		   const uint8_t peer[static 64], uint8_t secret[static 32]);
/* Sets `peer` from 64 raw bytes or PEM. -EINVAL: it is not a point of P-256. */
int nerveskey_parse_peer(const struct bytes *text, uint8_t peer[static 64]);

/* Loads the request of a slot of NERVESKEY_KEY_REQUEST. Needs a session. */
int request_load(struct nerveskey *key, enum nerveskey_item item,
		 struct bytes *out);
/* Read whether the latch is open. Needs a session. */
int note_latch(struct nerveskey *key);
/* Returns -EACCES instead of -EPERM if the latch is closed, else `err`. */
int explain_latch(struct nerveskey *key, int err);
