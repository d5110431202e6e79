/* SPDX-License-Identifier: Apache-2.0 */
/* Items for who asks for them, and before anybody does. */
#ifndef NK_GET_H
#define NK_GET_H

#include "items.h"

/* A fresh copy of an item, `out` is set. -ENODATA when it has no content yet. */
int nerveskey_get(struct nerveskey *key, enum nerveskey_item item,
		  struct bytes *out);

/*
 * For a time in which nobody asks: load one thing that is cached for good.
 * False when there is nothing left to do.
 */
bool nerveskey_preload(struct nerveskey *key);

#endif
