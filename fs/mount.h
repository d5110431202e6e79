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
struct mount;

#define MOUNT_ALLOW_OTHER	  1
#define MOUNT_DEFAULT_PERMISSIONS 2

/* Arguments of mount(2). */
struct mount_options {
	unsigned long flags; /* MS_... */
	char *data;	     /* "allow_other,...", or NULL */
	unsigned long said;  /* which words of those the user gave: MOUNT_... */
	char *source;	     /* what the mount table shows */
	char *subtype;	     /* what follows "fuse." there */
};

/* Whether it is "/dev/fd/N": another program has mounted. */
bool mount_is_made(const char *mountpoint);

/*
 * Connects `session` to a mount at `mountpoint`, an absolute path without
 * symbolic links or "/dev/fd/N". Sets *mount, which mount_undo() frees and
 * which borrows the session and the mount point. -errno with fail_reason().
 */
int mount_make(struct fuse_session *session,
	       const struct mount_options *options, const char *mountpoint,
	       struct mount **mount);

/*
 * Unmounts, ends the connection to the kernel, and frees. Processes that wait for
 * an answer get an error. If the mount is gone already, another mount at its place
 * stays. Call fuse_session_destroy() afterwards, and never fuse_session_unmount().
 * `mount` may be NULL.
 */
void mount_undo(struct mount *mount);
