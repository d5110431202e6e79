/* SPDX-License-Identifier: Apache-2.0 */
/* What the chip's thread publishes for the front. A view never changes. */
#pragma once

#include "settings_shown.h"
#include "snapshot.h"
#include "system_clock.h"

struct view {
	struct nerveskey_snapshot *key;
	int settings_error;   /* the error of the last read of the map */
	uint64_t settings_ms; /* CLOCK_MONOTONIC: when the map was read */
	struct settings_shown *settings; /* NULL: the map is not known */
};

/* NULL does nothing. */
void view_free(struct view *view);
