/* SPDX-License-Identifier: Apache-2.0 */
/* One mount: what its nodes share. */
#ifndef NK_FS_H
#define NK_FS_H

#include <stdatomic.h>
#include <sys/types.h>
#include <time.h>

#include "latest.h"
#include "names.h"
#include "nerveskey.h"
#include "settings_files.h"
#include "writer.h"

struct fs {
	struct nerveskey *key;
	uid_t uid;
	gid_t gid;
	mode_t umask;
	struct timespec started; /* the age of everything without its own */
	/* Whose content the kernel was told to keep, by item. */
	_Atomic uint64_t kept[NERVESKEY_ITEM_COUNT];
	struct latest latest;
	struct names *names; /* NULL until the mount is served */
	struct settings_files *settings;
	struct writer provision[2]; /* by enum nerveskey_provision */
};

#endif
