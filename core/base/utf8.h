/* SPDX-License-Identifier: Apache-2.0 */
/* UTF-8 (RFC 3629) in untrusted bytes. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Sets *point to the first character of `text`, which has `len` bytes, at least
 * one. Returns the length of the character in bytes. 0: it is not well-formed,
 * and *point is unchanged.
 */
size_t utf8_next(const uint8_t *text, size_t len, uint32_t *point);

/* Whether it is C0, DEL or C1, which control a terminal. */
bool utf8_is_control(uint32_t point);

/* Whether all is well-formed. Sets *points to the number of characters. */
bool utf8_is_valid(const uint8_t *text, size_t len, size_t *points);

/* Whether all is well-formed and without control characters. */
bool utf8_is_printable(const uint8_t *text, size_t len);

/*
 * Whether the first or the last character is invisible: white space (Unicode's
 * White_Space) or without width. False for text that is not well-formed.
 */
bool utf8_has_blank_end(const uint8_t *text, size_t len);
