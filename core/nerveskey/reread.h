/* SPDX-License-Identifier: Apache-2.0 */
/* The layer above sessions: it reads anew what has changed. */
#ifndef NK_REREAD_H
#define NK_REREAD_H

#include <stdbool.h>

struct nerveskey;

/*
 * A request is some calls of functions of this folder, and is run as
 *
 *	do
 *		err = run(...);
 *	while (nerveskey_catch_up(key, &err));
 *
 * Those that sign, draw, agree, activate, derive, and those of slots and of
 * settings look for no chip and read nothing anew of who is there: when no chip
 * answers at once, when another one does, or when something that they need of it
 * is not known, they report -EREMCHG, nothing has changed, and what they lack is
 * read here. Then the request is run once more (true), or has ended: *err is
 * what came of it. All other functions, nerveskey_settings_tidy() too, do this
 * by themselves.
 */
bool nerveskey_catch_up(struct nerveskey *key, int *err);
/* Another chip answers than when the request that is run began. */
bool nerveskey_is_another(const struct nerveskey *key);

/* Read the zones, after something has changed them. In a session. */
int reread_zones(struct nerveskey *key);
/*
 * Before the cache is believed: see who is there, unless that was done within a
 * second.
 */
void look_around(struct nerveskey *key);

#endif
