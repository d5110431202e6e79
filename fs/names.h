/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names that the kernel has looked up, and libfuse with it, stay until memory
 * is short. In signatures/ each digest is a new one, so a long life would be
 * one of growth: they are forgotten by the thousand.
 */
#ifndef NK_NAMES_H
#define NK_NAMES_H

struct fuse;
struct names;

/*
 * A thread of its own, because the kernel may wait for a handler's answer while
 * it forgets. `mountpoint` must stay. -errno; the caller ends it with names_stop().
 */
int names_start(struct fuse *fuse, const char *mountpoint,
		struct names **names);
/*
 * One more name in the directory `path` of the mount's root. `path` must stay.
 * Never waits. NULL is fine.
 */
void names_looked_up(struct names *names, const char *path);
/* After the last request was served, before it is unmounted. NULL is fine. */
void names_stop(struct names *names);

#endif
