/* SPDX-License-Identifier: Apache-2.0 */
/* The command line: ours, and what goes on to FUSE. */
#ifndef NK_OPTIONS_H
#define NK_OPTIONS_H

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
 * 0, or -EINVAL with fail_reason(). Unknown mount options are for fuse_session_new() to
 * refuse. The caller frees with options_free(), after an error too.
 */
int options_parse(int argc, char **argv, struct options *options);
/*
 * Once libfuse has refused what nobody knows: whether DEVICE and MOUNTPOINT are
 * there and may be used.
 */
int options_check(struct options *options);
void options_free(struct options *options);

extern const char options_help[];

#endif
