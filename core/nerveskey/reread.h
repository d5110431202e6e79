/* SPDX-License-Identifier: Apache-2.0 */
/* The layer above sessions: read again what has changed. */
#pragma once

#include <stdbool.h>

struct nerveskey;

/*
 * A request is some calls of functions of this folder, and is run as
 *
 *	do
 *		err = run(...);
 *	while (nerveskey_catch_up(key, &err));
 *
 * The functions for signatures, random bytes, ECDH, activation, derived keys,
 * slots and settings do not search for a chip and do not fill the cache. They
 * return -EREMCHG, and have changed nothing, when no chip answers at once, when
 * another one answers, or when the cache lacks what they need. Then this function
 * gets what is lacking and returns true, and the request is run once more. It
 * returns false when the request has ended, and sets *err to its result. All
 * other functions, also nerveskey_settings_tidy(), do this themselves.
 */
bool nerveskey_catch_up(struct nerveskey *key, int *err);
/* Another chip answers than when the request began. */
bool nerveskey_is_another(const struct nerveskey *key);

/* Read the zones after they were changed. Needs a session. */
int reread_zones(struct nerveskey *key);
