/* SPDX-License-Identifier: Apache-2.0 */
/* What programs do with files of a mount, as calls of the front. */
#pragma once

#include <fuse_lowlevel.h>
#include <stddef.h>

struct activity {
	const char *name;
	/* Returns 0 or the first error, which ends it. EPROTO: wrong content. */
	int (*run)(void);
};

extern const struct activity activities[];
extern const size_t activity_count;

/* Make "a" in settings/, which stays the last node. */
void make_setting(void);
