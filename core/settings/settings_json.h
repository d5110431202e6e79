/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Terms to JSON and back, in the forms that mnt-layout.md lists. Parsing the
 * JSON of a term gives an equal term.
 */
#pragma once

#include "bytes.h"

/* Appends the JSON of a checked term. A tuple at the top is a plain array. */
int json_put_term(struct bytes *text, const struct bytes *term);
/*
 * Appends the term. `tuple`: an array at the top becomes a tuple. -EINVAL: `text`
 * is not JSON, or not that of a term; -EFBIG: a number is too long. On an error,
 * what was appended is no term.
 */
int json_parse_term(struct bytes *term, const char *text, size_t len,
		    bool tuple);
