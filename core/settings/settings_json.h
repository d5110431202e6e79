/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Terms as JSON, and back: reading what was shown gives the same term.
 *
 *   integer, float           a number (a float always has a "." or an "e")
 *   true, false, nil         true, false, null
 *   any other atom           ":name"
 *   binary that is UTF-8     "text"; a ":" or "%" at its front is "%3A", "%25"
 *   proper list              [...]
 *   map                      {...}; its keys are binaries and atoms, as above
 *                            (":true" for true)
 *
 * and what JSON has nothing for is an object with one member:
 *
 *   {"%tuple": [...]}        a tuple
 *   {"%binary": "00ff"}      a binary that is not UTF-8
 *   {"%integer": "123..."}   an integer beyond 64 bits
 *   {"%term": "6702..."}     anything else, a map with keys of other types
 *                            too: the hex of its external term
 */
#ifndef NK_SETTINGS_JSON_H
#define NK_SETTINGS_JSON_H

#include "bytes.h"

/* `term` is checked; text is appended. At the top a tuple is a plain array. */
int json_put_term(struct bytes *text, const struct bytes *term);
/* Appended, in the shortest forms. -EINVAL with what is wrong; -EFBIG. */
int json_parse_term(const char *text, size_t len, struct bytes *term);
/* The array at the top of `text` as a tuple. */
int json_parse_tuple(const char *text, size_t len, struct bytes *term);

#endif
