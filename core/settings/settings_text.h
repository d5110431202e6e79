/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Values and keys as people write them. A binary is its bytes, an atom its text,
 * a number is decimal, the rest is JSON. No newline is added; one at the end of a
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

/*
 * Appends the JSON of a checked term, in the forms that mnt-layout.md lists. A
 * tuple at the top is a plain array.
 */
int json_put_term(struct bytes *text, const struct bytes *term);
/*
 * Appends a term that is equal to the one of the JSON. `tuple`: an array at the
 * top becomes a tuple. -EINVAL, -EFBIG: then what was appended is no term.
 */
int json_parse_term(struct bytes *term, const char *text, size_t len,
		    bool tuple);

/*
 * Sets `name` to the file name of `key`, a checked term. Each key has one name,
 * and each name one key, but for "%long-" and a hash, never parsed. -ENOMEM.
 */
int settings_name_of(const struct bytes *key, struct bytes *name);
/* Sets `key`, which may be NULL. -EINVAL: not a key's name; -ENAMETOOLONG. */
int settings_name_parse(const char *name, struct bytes *key);
