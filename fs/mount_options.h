/* SPDX-License-Identifier: Apache-2.0 */
/* Options of mount(8) and mount(2), as -o gives them. */
#pragma once

#include <fuse_opt.h>

/* Arguments of mount(2). */
struct mount_options {
	unsigned long flags; /* MS_... */
	char *data;	     /* "allow_other,...", or NULL */
	char *source;	     /* what the mount table shows */
	char *subtype;	     /* what follows "fuse." there */
};

/*
 * Takes one option into `options`. Returns as a function of fuse_opt_parse()
 * does: 0 if libfuse need not see it, 1 if libfuse must see it and may refuse
 * it, -1 with fail_reason().
 */
int mount_options_take(struct mount_options *options, const char *text);

/*
 * Completes `options` for a device and a mount point, which may be NULL, and
 * appends them to `args` for libfuse and fusermount3. -ENOMEM. -EINVAL with
 * fail_reason(): another program has made the mount for all users, and the kernel
 * does not check modes there.
 */
int mount_options_finish(struct mount_options *options, const char *device,
			 const char *mountpoint, struct fuse_args *args);

/* Frees the fields, not the struct. */
void mount_options_free(struct mount_options *options);
