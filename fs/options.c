/* SPDX-License-Identifier: Apache-2.0 */
#include "options.h"

#include <errno.h>
#include <fuse_lowlevel.h>
#include <grp.h>
#include <limits.h>
#include <pwd.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>
#include <linux/magic.h>

#include "error.h"
#include "mount.h"
#include "nerveskey.h"

#define DEFAULT_STATE_DIR "/var/lib/nerveskeyfs"

const char options_help[] =
	"usage: nerveskeyfs DEVICE MOUNTPOINT [-o OPTIONS] [-f] [-d]\n"
	"       nerveskeyfs --list [--json] [DEVICE...]\n"
	"\n"
	"Show a NervesKey (ATECC508A, 608A, 608B) as a directory of files.\n"
	"\n"
	"DEVICE is where the chip is:\n"
	"    /dev/i2c-1, i2c-1, 1  that bus; looks at 0x60, 0x35, 0x36, 0x38\n"
	"    i2c-1:0x35            bus and address\n"
	"    sim:FILE              a simulated chip, kept in FILE\n"
	"    sim:FILE,model=508a,timing=typical,...\n"
	"\n"
	"OPTIONS, with commas between them:\n"
	"    uid=USER gid=GROUP       owner of the files, name or number\n"
	"    umask=OCTAL              mode bits to clear on all files\n"
	"    wait                     mount even when no chip answers yet\n"
	"    state=DIR                for the settings journal, instead of\n"
	"                             " DEFAULT_STATE_DIR "\n"
	"    key=SLOT                 the key that the files at the top use\n"
	"    log=LEVEL                error, warning, info or debug\n"
	"    allow_other, ro, ...     as for every FUSE program\n"
	"\n"
	"    -f         stay in the foreground, log to standard error\n"
	"    -d         the same, and log each FUSE request\n"
	"    -h, --help, -V, --version\n"
	"    --list     print a line for each chip on all buses or those DEVICEs\n"
	"    --json     print them as JSON\n"
	"\n"
	"See nerveskeyfs(8), and nerveskey-layout(5) for the files.\n";

#define OFFSET(field) offsetof(struct options, field)
/* The word sets an int. */
#define SETS(word, field, value)           \
	{                                  \
		word, OFFSET(field), value \
	}
/* FUSE_OPT_KEY without clang's warning. */
#define WORD(text, key)                            \
	{                                          \
		text, (unsigned long)UINT_MAX, key \
	}

enum { KEY_UID, KEY_GID, KEY_UMASK, KEY_SLOT, KEY_LOG, KEY_SINGLE };

/* fuse_opt does what each row says that fits. */
static const struct fuse_opt table[] = {
	WORD("uid=", KEY_UID),
	WORD("gid=", KEY_GID),
	WORD("umask=", KEY_UMASK),
	WORD("key=", KEY_SLOT),
	WORD("log=", KEY_LOG),
	WORD("-s", KEY_SINGLE),
	SETS("state=%s", state_dir, 0),
	SETS("wait", wait, 1),
	SETS("-f", foreground, 1),
	SETS("-d", foreground, 1),
	SETS("-d", log_level, LOG_LEVEL_DEBUG),
	WORD("-d", FUSE_OPT_KEY_KEEP),
	SETS("debug", foreground, 1),
	SETS("debug", log_level, LOG_LEVEL_DEBUG),
	WORD("debug", FUSE_OPT_KEY_KEEP),
	SETS("-h", want, OPTIONS_HELP),
	SETS("--help", want, OPTIONS_HELP),
	SETS("-V", want, OPTIONS_VERSION),
	SETS("--version", want, OPTIONS_VERSION),
	FUSE_OPT_END,
};

static bool find_user(const char *name, unsigned int *uid)
{
	const struct passwd *user = getpwnam(name);

	if (user)
		*uid = user->pw_uid;
	return user;
}

static bool find_group(const char *name, unsigned int *gid)
{
	const struct group *group = getgrnam(name);

	if (group)
		*gid = group->gr_gid;
	return group;
}

static bool find_level(const char *name, unsigned int *level)
{
	static const char *const names[] = {
		[LOG_LEVEL_ERROR] = "error",
		[LOG_LEVEL_WARNING] = "warning",
		[LOG_LEVEL_INFO] = "info",
		[LOG_LEVEL_DEBUG] = "debug",
	};

	for (unsigned int i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (names[i] && strcmp(name, names[i]) == 0) {
			*level = i;
			return true;
		}
	return false;
}

/* By key: a value is a name that is found, or a number if there is a base. */
static const struct value {
	bool (*find)(const char *name, unsigned int *value);
	int base;
	unsigned long most;
	size_t place;
	const char *wrong;
} values[] = {
	[KEY_UID] = { find_user, 10, UINT_MAX - 1, OFFSET(uid),
		      "is not a user or a number" },
	[KEY_GID] = { find_group, 10, UINT_MAX - 1, OFFSET(gid),
		      "is not a group or a number" },
	[KEY_UMASK] = { NULL, 8, 0777, OFFSET(umask),
			"is not an octal number" },
	[KEY_SLOT] = { NULL, 10, NERVESKEY_SLOTS - 1, OFFSET(key),
		       "is not a slot from 0 to 15" },
	[KEY_LOG] = { find_level, 0, 0, OFFSET(log_level),
		      "is not error, warning, info or debug" },
	[KEY_SINGLE] = { .wrong = "(one thread) would make every `ls` wait "
				  "behind a signature; it is not offered" },
};

static bool take_value(const struct value *value, const char *text, void *data)
{
	unsigned int *place = (unsigned int *)((char *)data + value->place);
	unsigned long number;
	char *end;

	if (value->find && value->find(text, place))
		return true;
	if (!value->base || *text < '0' || *text > '9')
		return false;
	errno = 0;
	number = strtoul(text, &end, value->base);
	if (errno || *end || number > value->most)
		return false;
	*place = (unsigned int)number;
	return true;
}

/* fuse_opt expects -1 for an error. */
static int take(void *data, const char *text, int key, struct fuse_args *args)
{
	struct options *options = data;

	(void)args;
	if (key == FUSE_OPT_KEY_OPT)
		return mount_options_take(&options->mount, text);
	if (key != FUSE_OPT_KEY_NONOPT) {
		if (take_value(&values[key], strchrnul(text, '=') + 1, options))
			return 0;
		fail_because(EINVAL, "%s %s", text, values[key].wrong);
		return -1;
	}
	if (options->mountpoint) {
		fail_because(EINVAL,
			     "%s: only DEVICE and MOUNTPOINT are expected",
			     text);
		return -1;
	}
	*(options->device ? &options->mountpoint : &options->device) = text;
	return 0;
}

/* The daemon changes its directory, so the path must be absolute. */
static int finish_state(struct options *options)
{
	char *given = options->state_dir, cwd[PATH_MAX];

	if (!given || given[0] == '/')
		return given ? 0 : -ENOMEM;
	if (!*given)
		return fail_because(EINVAL,
				    "state= is empty: a directory is expected");
	if (!getcwd(cwd, sizeof(cwd)))
		return fail_because(errno, "the working directory: %s",
				    strerror(errno));
	if (asprintf(&options->state_dir, "%s/%s", cwd, given) < 0)
		options->state_dir = NULL;
	free(given);
	return options->state_dir ? 0 : -ENOMEM;
}

int options_parse(int argc, char **argv, struct options *options)
{
	int err;

	*options = (struct options){
		.uid = getuid(),
		.gid = getgid(),
		.key = -1,
		.log_level = LOG_LEVEL_INFO,
		.state_dir = strdup(DEFAULT_STATE_DIR),
		.fuse = FUSE_ARGS_INIT(argc, argv),
	};
	fail_clear();
	if (fuse_opt_parse(&options->fuse, options, table, take) < 0)
		return fail_reason()[0]
			       ? -EINVAL
			       : fail_because(EINVAL,
					      "the options cannot be "
					      "read: --help lists them");
	err = finish_state(options);
	return err < 0 ? err
		       : mount_options_finish(&options->mount, options->device,
					      options->mountpoint,
					      &options->fuse);
}

static int no_mountpoint(const char *path, int err)
{
	if (err == ENOTCONN)
		return fail_because(
			err,
			"%s was left mounted by a program that has "
			"died: unmount it first (fusermount3 -u %s)",
			path, path);
	return fail_because(err, "MOUNTPOINT %s: %s", path, strerror(err));
}

/*
 * Resolve symbolic links: unmounting must find the same place later. A second
 * mount would hide the first one, and that would keep the chip.
 */
static int resolve_mountpoint(struct options *options)
{
	const char *path = options->resolved;
	struct statfs fs;
	struct stat st;

	if (mount_is_made(options->mountpoint))
		return 0;
	if (!realpath(options->mountpoint, options->resolved))
		return no_mountpoint(options->mountpoint, errno);
	options->mountpoint = path;
	if (stat(path, &st) < 0 || statfs(path, &fs) < 0)
		return no_mountpoint(path, errno);
	if (!S_ISDIR(st.st_mode))
		return no_mountpoint(path, ENOTDIR);
	if (fs.f_type == FUSE_SUPER_MAGIC && st.st_ino == FUSE_ROOT_ID)
		return fail_because(EBUSY,
				    "%s is mounted already: unmount it first "
				    "(fusermount3 -u %s)",
				    path, path);
	return 0;
}

int options_check(struct options *options)
{
	struct stat st;

	if (!options->device)
		return fail_because(
			EINVAL,
			"DEVICE is missing: --help says what it can be");
	if (!options->mountpoint)
		return fail_because(
			EINVAL,
			"MOUNTPOINT is missing: the directory that is "
			"to show %s",
			options->device);
	if (stat(options->device, &st) == 0 && S_ISDIR(st.st_mode))
		return fail_because(EINVAL,
				    "DEVICE %s is a directory: DEVICE comes "
				    "first, then MOUNTPOINT",
				    options->device);
	return resolve_mountpoint(options);
}

void options_free(struct options *options)
{
	fuse_opt_free_args(&options->fuse);
	free(options->state_dir);
	mount_options_free(&options->mount);
}
