/* SPDX-License-Identifier: Apache-2.0 */
/* Random bytes, and secrets agreed upon. */
#ifndef NK_REQUESTS_H
#define NK_REQUESTS_H

#include "bytes.h"
#include "nerveskey.h"

/* `len` bytes of the chip's generator. */
int nerveskey_random(struct nerveskey *key, uint8_t *random, size_t len);
/* With the key in slot `which`, or NERVESKEY_MAIN_KEY. */
int nerveskey_ecdh(struct nerveskey *key, unsigned int which,
		   const uint8_t peer[static 64], uint8_t secret[static 32]);
/* A peer public key as 64 raw bytes or PEM. -EINVAL when it is no P-256 point. */
int nerveskey_parse_peer(const struct bytes *text, uint8_t peer[static 64]);

#endif
