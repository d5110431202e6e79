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

/* The error of a call, which is answered once; 0: none. */
int outcome(fuse_req_t req);
/* Single calls. They return 0 or an error. */
int open_node(int flags);
int look_up(fuse_ino_t parent, const char *name);
int remove_in(fuse_ino_t parent, const char *name);
/* Make "a" in settings/, which stays the last node. */
void make_setting(void);
