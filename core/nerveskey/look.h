/* SPDX-License-Identifier: Apache-2.0 */
/* Read the chip's content, and look whether others have changed it. */
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

/*
 * Read which chip answers, and all that `status` shows. Slots that another
 * program may write, and a key that it may make, are compared with what they
 * held before. `status` shows a failure.
 */
void nerveskey_look(struct nerveskey *key);
/* All that `status` shows is known. */
bool look_is_complete(const struct nerveskey *key);
