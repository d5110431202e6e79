/* SPDX-License-Identifier: Apache-2.0 */
/* What the chip's thread publishes for the front. A view never changes. */
#pragma once

#include <time.h>

#include "content.h"
#include "snapshot.h"
#include "system_clock.h"

/* One file of settings/. */
struct setting_shown {
	char *name;
	uint64_t id; /* of the file, which keeps it when it is renamed */
	struct content *content;
	const char *type;
	struct timespec changed; /* 0: not since mounting */
};

struct view {
	struct nerveskey_snapshot *key;
	struct content *etf;  /* NULL: the map is not known */
	int settings_error;   /* the error of the last read of the map */
	uint64_t settings_ms; /* CLOCK_MONOTONIC: when the map was read */
	size_t count;
	struct setting_shown *settings;
};

/* NULL does nothing. */
void view_free(struct view *view);

/* A file of settings/ by its name, or by its id if `name` is NULL; or NULL. */
const struct setting_shown *view_setting(const struct view *view,
					 const char *name, uint64_t id);
