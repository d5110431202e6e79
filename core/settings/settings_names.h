/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Keys as file names; one name for a key, one key for a name.
 *
 *   a binary              its bytes
 *   an atom               ":" and its text in UTF-8
 *   any other term, ""    "%term-" and the hex of its canonical bytes
 *
 * In the first two a "/" and a NUL are %2F and %00, and so is a "%" that two
 * hex digits follow (%25); at the front of a binary also ":" and "%" (%3A,
 * %25), and the first dot of "." and "..". Upper-case digits in escapes, lower
 * case after %term-; any other spelling is refused.
 *
 * A key whose name would be longer than NAME_MAX is "%long-" and a hash: it
 * can be read, changed and removed, but not be made.
 */
#ifndef NK_SETTINGS_NAMES_H
#define NK_SETTINGS_NAMES_H

#include "bytes.h"

/* `key` is a checked term; `name` is set. -ENOMEM. */
int settings_name_of(const struct bytes *key, struct bytes *name);
/* -EINVAL, -ENAMETOOLONG, -ENOMEM. */
int settings_name_parse(const char *name, struct bytes *key);

#endif
