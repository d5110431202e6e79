/* SPDX-License-Identifier: Apache-2.0 */
/* Shared by settings.c and settings_edit.c. */
#ifndef NK_SETTINGS_MAP_H
#define NK_SETTINGS_MAP_H

#include <stdbool.h>

#include "bytes.h"
#include "settings.h"

struct entry {
	struct bytes name, key, value; /* key and value are terms */
};

struct settings {
	struct entry *entries; /* in the order of the map */
	size_t count, cap;
	bool compressed; /* settings_decode() found it compressed */
};

/* Whether settings_decode() takes the space for an empty map. */
bool settings_is_blank(const uint8_t *space, size_t len);

/* Frees the fields, not `entry` itself. */
void entry_free(struct entry *entry);
/* NULL: there is none. Valid until entry_append() or a removal. */
struct entry *entry_find(const struct settings *settings, const char *name);
/* Takes over the fields of `entry` and empties it. -ENOMEM: it is unchanged. */
int entry_append(struct settings *settings, struct entry *entry);

#endif
