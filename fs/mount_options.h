/* SPDX-License-Identifier: Apache-2.0 */
/* Options of mount(8) and mount(2), as -o gives them. */
#ifndef NK_MOUNT_OPTIONS_H
#define NK_MOUNT_OPTIONS_H

#include <fuse_opt.h>

#include "mount.h"

/*
 * Takes one option into `options`. Returns as a function of fuse_opt_parse()
 * does: 0 if libfuse need not see it, 1 if libfuse must see it and may refuse
 * it, -1 with fail_reason().
 */
int mount_options_take(struct mount_options *options, const char *text);

/*
 * For a mount that somebody else has made with these options: -EINVAL with
 * fail_reason() when it lets all users in and the kernel does not check modes.
 */
int mount_options_check_made(const struct mount_options *options);

/*
 * Completes `options` for `device`, which may be NULL, and tells libfuse the same, which passes it
 * on to fusermount3. -ENOMEM.
 */
int mount_options_finish(struct mount_options *options, const char *device,
			 struct fuse_args *args);

/* Frees what it holds, not itself. */
void mount_options_free(struct mount_options *options);

#endif
