/* SPDX-License-Identifier: Apache-2.0 */
/* Get items, and load them before they are requested. */
#pragma once

#include "items.h"

/* Sets `out` to a copy of an item. -ENODATA: it has no content yet. */
int nerveskey_get(struct nerveskey *key, enum nerveskey_item item,
		  struct bytes *out);

/*
 * Load one item that can be cached and is not yet. Call it while no request
 * waits. Returns false when nothing is left to load.
 */
bool nerveskey_preload(struct nerveskey *key);
