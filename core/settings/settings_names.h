/* SPDX-License-Identifier: Apache-2.0 */
/*
 * File names of keys: mnt-layout.md lists their forms. Each key has one name,
 * and each name one key, but for "%long-" and a hash: that is made of a key, and
 * never parsed. Escapes have upper-case digits, %term- has lower-case ones.
 */
#pragma once

#include "bytes.h"

/* Sets `name`. `key` is a checked term. -ENOMEM. */
int settings_name_of(const struct bytes *key, struct bytes *name);
/* Sets `key`, which may be NULL. -EINVAL: not a key's name; -ENAMETOOLONG. */
int settings_name_parse(const char *name, struct bytes *key);
