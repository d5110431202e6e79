/* SPDX-License-Identifier: Apache-2.0 */
/* Random bytes and ECDH. */
#pragma once

#include "bytes.h"
#include "nerveskey.h"

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
