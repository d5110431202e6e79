/* SPDX-License-Identifier: Apache-2.0 */
/* Bytes as text (hex, Base32, base64url), and text that is safe in one line. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "bytes.h"

/* Sets `hex` to lower-case hex and a NUL: 2 * len + 1 chars. */
void hex_encode(const uint8_t *data, size_t len, char *hex);

/*
 * Sets `len` bytes of `data` from 2 * len hex digits of either case, and
 * ignores what follows. 0 or -EINVAL, and then `data` is unchanged.
 */
int hex_decode(const char *hex, uint8_t *data, size_t len);

/*
 * Sets `text` to Base32 (RFC 4648), upper case, without padding, and a NUL:
 * (8 * len + 4) / 5 + 1 chars.
 */
void base32_encode(const uint8_t *data, size_t len, char *text);

/* Appends base64url (RFC 4648) without padding. 0 or -ENOMEM. */
int base64url_append(struct bytes *out, const uint8_t *data, size_t len);

/*
 * Replaces control characters and invalid UTF-8 by '?', so that `text` is one
 * line and safe on a terminal.
 */
void text_flatten(char *text);
