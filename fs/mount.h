/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Mounting and unmounting.
 *
 * Root's daemon calls mount(2) and umount2(2) and runs no helper program. Other
 * users mount through libfuse, which runs fusermount3. With drop_privileges
 * mount.fuse3 mounts before it starts this program, and passes "/dev/fd/N" as
 * the mount point. That mount is used as it is, and this program does not unmount.
 */
#pragma once

#include <stdbool.h>

struct fuse_session;
struct mount_options;

struct mount {
	struct fuse_session *session;
	const char *mountpoint;
	int number; /* of the mount; -1: unknown */
	enum { BY_US, BY_LIBFUSE, BY_ANOTHER } made;
};

/* Whether it is "/dev/fd/N": another program has mounted. */
bool mount_is_made(const char *mountpoint);

/*
 * Connects `session` to a mount at `mountpoint`, an absolute path without
 * symbolic links or "/dev/fd/N". Sets *mount, which borrows both. -errno with
 * fail_reason().
 */
int mount_make(struct fuse_session *session,
	       const struct mount_options *options, const char *mountpoint,
	       struct mount *mount);

/*
 * Unmounts, and ends the connection to the kernel. Processes that wait for an
 * answer get an error. If the mount is gone already, another mount at its place
 * stays. Call fuse_session_destroy() afterwards, and never fuse_session_unmount().
 */
void mount_undo(const struct mount *mount);
