/* SPDX-License-Identifier: Apache-2.0 */
/* Options of mount(8) and mount(2), as -o gives them. */
#pragma once

#include <fuse_opt.h>

#include "mount.h"

/*
 * Takes one option into `options`. Returns as a function of fuse_opt_parse()
 * does: 0 if libfuse need not see it, 1 if libfuse must see it and may refuse
 * it, -1 with fail_reason().
 */
int mount_options_take(struct mount_options *options, const char *text);

/*
 * Check the options of a mount that another program has made. -EINVAL with
 * fail_reason(): it allows all users, and the kernel does not check modes.
 */
int mount_options_check_made(const struct mount_options *options);

/*
 * Completes `options` for `device`, which may be NULL, and appends them to `args`
 * for libfuse and fusermount3. -ENOMEM.
 */
int mount_options_finish(struct mount_options *options, const char *device,
			 struct fuse_args *args);

/* Frees the fields, not the struct. */
void mount_options_free(struct mount_options *options);
