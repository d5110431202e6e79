/* SPDX-License-Identifier: Apache-2.0 */
/* The chips that are mounted, as their mounts describe them. */
#pragma once

#include <limits.h>
#include <stddef.h>
#include <stdint.h>

#include "survey.h"

struct list_mount {
	char bus[PATH_MAX]; /* as list_bus_name() sets it */
	char where[PATH_MAX];
	char type[24], state[24];
	struct survey_chip chip; /* texts are empty if it cannot be read */
};

/*
 * Sets `mounts` to those of this mount namespace, at most `max`, and returns
 * their number. Reads only the mounts, not the chips.
 */
size_t list_mounts(struct list_mount *mounts, size_t max);

/* Sets `name` to "i2c-1", however DEVICE spells it, or to "sim:FILE". */
void list_bus_name(const char *device, char name[static PATH_MAX]);
