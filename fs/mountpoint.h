/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Our mount may be taken away while files are open, and another be put in its
 * place: that one stays when we end.
 */
#ifndef NK_MOUNTPOINT_H
#define NK_MOUNTPOINT_H

struct fuse;

/* The number of the mount that is at `path`, or -1. Asks none of the daemons. */
int mountpoint_number(const char *path);
/* fuse_unmount(), if `ours` is still the number of the mount there. */
void mountpoint_leave(struct fuse *fuse, const char *path, int ours);

#endif
