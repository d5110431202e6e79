/* SPDX-License-Identifier: Apache-2.0 */
/* Bytes as text: hex, Base32, base64url; and text that stays on its line. */
#ifndef NK_TEXT_H
#define NK_TEXT_H

#include <stddef.h>
#include <stdint.h>

#include "bytes.h"

/* Lower-case hex of `len` bytes and a NUL: 2 * len + 1 chars into `hex`. */
void hex_encode(const uint8_t *data, size_t len, char *hex);

/* Exactly `len` bytes from 2 * len digits of either case; what follows is not looked at. 0 or -EINVAL, then `data` is untouched. */
int hex_decode(const char *hex, uint8_t *data, size_t len);

/* RFC 4648 Base32, upper case, no padding, and a NUL: (8 * len + 4) / 5 + 1 chars into `text`. */
void base32_encode(const uint8_t *data, size_t len, char *text);

/* RFC 4648 base64url, no padding, appended. 0 or -ENOMEM. */
int base64url_append(struct bytes *out, const uint8_t *data, size_t len);

/*
 * Control characters, and what is no UTF-8, become '?': `text` is one line, and
 * harmless to a terminal.
 */
void text_flatten(char *text);

#endif
