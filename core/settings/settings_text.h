/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Values as the text of a file. A binary is its bytes, an atom its text, a
 * number is decimal, the rest is JSON. No newline is added; one at the end of a
 * written text is ignored, unless the value is a binary.
 */
#pragma once

#include "bytes.h"

/* The type's name, as mnt-layout.md lists them. */
const char *value_type(const struct bytes *term);
int value_show(const struct bytes *term, struct bytes *text);
/*
 * Sets `term`, whose atoms keep their form (etf_keep_atoms()). `text` NULL: to the
 * value of an empty file: 0, [], nil, ...
 * -EINVAL: no such type, or not a text of it; -EFBIG: too long.
 */
int value_parse(const char *type, const struct bytes *text, struct bytes *term);
/* The same with the type that `term` has. It stays if it shows as `text`. */
int value_change(struct bytes *term, const struct bytes *text);
