/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the chip's thread has published: all that the front knows. It never
 * changes once it is made.
 */
#ifndef NK_VIEW_H
#define NK_VIEW_H

#include <time.h>

#include "content.h"
#include "snapshot.h"
#include "system_clock.h"

/* One file of settings/. */
struct setting_shown {
	char *name;
	uint64_t id; /* of the file: it keeps it under another name */
	struct content *content;
	const char *type;
	struct timespec changed; /* 0: not since the mount */
};

struct view {
	struct nerveskey_snapshot *key;
	struct content *etf;  /* NULL: the map is not known */
	int settings_error;   /* of the last try to read the map */
	uint64_t settings_ms; /* CLOCK_MONOTONIC, when the chip held the map */
	size_t count;
	struct setting_shown *settings;
};

void view_free(struct view *view); /* NULL is fine */

/* NULL when there is none. */
const struct setting_shown *view_setting(const struct view *view,
					 const char *name);
const struct setting_shown *view_setting_by_id(const struct view *view,
					       uint64_t id);

#endif
