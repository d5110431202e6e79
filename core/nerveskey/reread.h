/* SPDX-License-Identifier: Apache-2.0 */
/* The layer above sessions: it reads anew what has changed. */
#ifndef NK_REREAD_H
#define NK_REREAD_H

#include "key.h"

/* Read the zones, after something has changed them. In a session. */
int reread_zones(struct nerveskey *key);
/*
 * Before the cache is believed: see who is there, unless that was done within a
 * second.
 */
void look_around(struct nerveskey *key);

#endif
