/* SPDX-License-Identifier: Apache-2.0 */
/* The command line: own options, and options for FUSE. */
#pragma once

#include <fuse_lowlevel.h>
#include <limits.h>
#include <sys/types.h>

#include "log.h"
#include "mount_options.h"

struct options {
	const char *device;	/* argv's */
	const char *mountpoint; /* argv's; `resolved` after options_check() */
	char resolved[PATH_MAX];
	char *state_dir;
	uid_t uid;
	gid_t gid;
	mode_t umask;
	int wait;
	int key; /* slot of the key for the files at the top; -1: the first */
	int foreground;
	enum log_level log_level;
	int want; /* OPTIONS_... */
	struct mount_options mount;
	struct fuse_args fuse; /* for fuse_session_new() */
};

enum { OPTIONS_MOUNT, OPTIONS_HELP, OPTIONS_VERSION };

/*
 * Sets *options. -ENOMEM, or -EINVAL with fail_reason(). fuse_session_new()
 * refuses unknown mount options later. The caller calls options_free(), also after
 * an error.
 */
int options_parse(int argc, char **argv, struct options *options);
/*
 * Check that DEVICE and MOUNTPOINT exist and may be used. Call it when libfuse has
 * refused unknown options. -errno with fail_reason().
 */
int options_check(struct options *options);
void options_free(struct options *options);

extern const char options_help[];
