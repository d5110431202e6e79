/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Terms to JSON and back. Parsing the JSON of a term gives an equal term.
 *
 *   integer, float           a number (a float always has a "." or an "e")
 *   true, false, nil         true, false, null
 *   any other atom           ":name"
 *   binary that is UTF-8     "text"; a ":" or "%" at its front is "%3A", "%25"
 *   proper list              [...]
 *   map                      {...}; its keys are binaries and atoms, as above
 *                            (":true" for true)
 *
 * What JSON has no form for becomes an object with one member:
 *
 *   {"%tuple": [...]}        a tuple
 *   {"%binary": "00ff"}      a binary that is not UTF-8
 *   {"%integer": "123..."}   an integer beyond 64 bits
 *   {"%term": "6702..."}     anything else, also a map with keys of other types:
 *                            its external term in hex
 */
#pragma once

#include "bytes.h"

/* Appends the JSON of a checked term. A tuple at the top is a plain array. */
int json_put_term(struct bytes *text, const struct bytes *term);
/*
 * Appends the term. `tuple`: an array at the top becomes a tuple. -EINVAL: `text`
 * is not JSON, or not that of a term; -EFBIG: it is too long. On an error, what
 * was appended is no term.
 */
int json_parse_term(struct bytes *term, const char *text, size_t len,
		    bool tuple);
