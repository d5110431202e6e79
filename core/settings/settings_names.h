/* SPDX-License-Identifier: Apache-2.0 */
/*
 * File names of keys. Each key has one name, and each name one key.
 *
 *   a binary              its bytes
 *   an atom               ":" and its text in UTF-8
 *   any other term, ""    "%term-" and the hex of its canonical bytes
 *
 * In a binary and in an atom, "/", NUL, and a "%" before two hex digits are
 * escaped: %2F, %00, %25. At the front of a binary, ":" and "%" are escaped,
 * too (%3A, %25), and so is the first dot of "." and "..". Escapes have
 * upper-case digits, %term- has lower-case ones. Any other spelling is refused.
 *
 * A key whose name would be longer than NAME_MAX is named "%long-" and a hash.
 * It can be read, changed and removed, but not created.
 */
#pragma once

#include "bytes.h"

/* Sets `name`. `key` is a checked term. -ENOMEM. */
int settings_name_of(const struct bytes *key, struct bytes *name);
/*
 * Sets `key`, which may be NULL. -EINVAL: not the name of a key; -ENAMETOOLONG,
 * -ENOMEM.
 */
int settings_name_parse(const char *name, struct bytes *key);
