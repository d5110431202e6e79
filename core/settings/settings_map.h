/* SPDX-License-Identifier: Apache-2.0 */
/* What settings.c and settings_edit.c share. */
#ifndef NK_SETTINGS_MAP_H
#define NK_SETTINGS_MAP_H

#include <stdbool.h>

#include "bytes.h"
#include "settings.h"

struct entry {
	struct bytes name, key, value; /* the last two as terms */
};

struct settings {
	struct entry *entries; /* in the order of the map */
	size_t count, cap;
	bool compressed; /* as it was found, and stays */
};

/* Nothing is stored there: what settings_decode() takes for an empty map. */
bool settings_is_blank(const uint8_t *space, size_t len);

/* Free what it holds. */
void entry_free(struct entry *entry);
/* NULL when there is none. The next insertion makes it invalid. */
struct entry *entry_find(const struct settings *settings, const char *name);
/* Takes over what `entry` holds, which is empty then. -ENOMEM. */
int entry_append(struct settings *settings, struct entry *entry);

#endif
