/* SPDX-License-Identifier: Apache-2.0 */
/* The command line: own options, and options for FUSE. */
#pragma once

#include <fuse_lowlevel.h>
#include <stdbool.h>
#include <sys/types.h>

#include "log.h"
#include "mount.h"

struct options {
	char *device;
	char *mountpoint;
	char *state_dir;
	uid_t uid;
	gid_t gid;
	mode_t umask;
	bool wait;
	int key; /* slot of the key for the files at the top; -1: the first */
	bool foreground;
	bool debug;
	enum log_level log_level;
	enum { OPTIONS_MOUNT, OPTIONS_HELP, OPTIONS_VERSION } want;
	struct mount_options mount;
	struct fuse_args fuse; /* for fuse_session_new() */
};

/*
 * Sets *options. -ENOMEM, or -EINVAL with fail_reason(). fuse_session_new()
 * refuses unknown mount options later. The caller calls options_free(), also after an
 * error.
 */
int options_parse(int argc, char **argv, struct options *options);
/*
 * Check that DEVICE and MOUNTPOINT exist and may be used. Call it when libfuse has
 * refused unknown options. -errno with fail_reason().
 */
int options_check(struct options *options);
void options_free(struct options *options);

extern const char options_help[];
