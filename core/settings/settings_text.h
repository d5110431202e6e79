/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Values as the text of a file: a binary is its bytes, an atom its text,
 * numbers are decimal, the rest is JSON (settings_json.h). No newline is added;
 * one at the end of what is written to a value that is no binary is ignored.
 */
#ifndef NK_SETTINGS_TEXT_H
#define NK_SETTINGS_TEXT_H

#include "bytes.h"

/* "binary", "atom", "integer", "float", "list", "tuple", "map", "bitstring", "other" */
const char *value_type(const struct bytes *term);
/* Appended. -ENOMEM. */
int value_show(const struct bytes *term, struct bytes *text);
/* `term` is set. -EINVAL: no such type, or the text is none of it; -EFBIG. */
int value_parse(const char *type, const struct bytes *text, struct bytes *term);
/* What an empty file becomes when it is given that type: 0, [], nil, ... */
int value_blank(const char *type, struct bytes *term);

#endif
