/* SPDX-License-Identifier: Apache-2.0 */
/* UTF-8 (RFC 3629), read one character at a time from bytes of anyone's. */
#ifndef NK_UTF8_H
#define NK_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The character at `text`, of which there are `len` bytes, at least one: its
 * code point, and how many bytes it has; 0 when it is not well-formed, and then
 * `point` is untouched.
 */
size_t utf8_next(const uint8_t *text, size_t len, uint32_t *point);

/* C0, DEL or C1: a terminal would obey it. */
bool utf8_is_control(uint32_t point);

/* All of it is well-formed. Sets *points: how many characters there are. */
bool utf8_is_valid(const uint8_t *text, size_t len, size_t *points);

/* All of it is well-formed, and no control characters are in it. */
bool utf8_is_printable(const uint8_t *text, size_t len);

/*
 * The first or the last character is white space (Unicode's White_Space) or has
 * no width: nobody sees it. False for what is not well-formed.
 */
bool utf8_has_blank_end(const uint8_t *text, size_t len);

#endif
