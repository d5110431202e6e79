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
#include "mount_options.h"
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

enum key { KEY_HELP, KEY_VERSION, KEY_SINGLE, KEY_FOREGROUND, KEY_DEBUG };

/* The text of options with values, before it is parsed. */
struct raw {
	struct options *options;
	char *uid, *gid, *umask, *state, *log, *key;
	int wait;
};

#define VALUE(format, field)                           \
	{                                              \
		format, offsetof(struct raw, field), 0 \
	}

/* FUSE_OPT_KEY without clang's warning. */
#define WORD(text, key)                            \
	{                                          \
		text, (unsigned long)UINT_MAX, key \
	}

static const struct fuse_opt table[] = {
	VALUE("uid=%s", uid),
	VALUE("gid=%s", gid),
	VALUE("umask=%s", umask),
	VALUE("state=%s", state),
	VALUE("log=%s", log),
	VALUE("key=%s", key),
	{ "wait", offsetof(struct raw, wait), 1 },
	WORD("-h", KEY_HELP),
	WORD("--help", KEY_HELP),
	WORD("-V", KEY_VERSION),
	WORD("--version", KEY_VERSION),
	WORD("-s", KEY_SINGLE),
	WORD("-f", KEY_FOREGROUND),
	WORD("-d", KEY_DEBUG),
	WORD("debug", KEY_DEBUG),
	FUSE_OPT_END,
};

/* fuse_opt expects -1 for an error. */
static int refuse(const char *sentence, const char *what)
{
	fail_because(EINVAL, sentence, what);
	return -1;
}

/* DEVICE, then MOUNTPOINT. */
static int take_argument(struct options *options, const char *text)
{
	char **place =
		options->device ? &options->mountpoint : &options->device;

	if (*place)
		return refuse("%s: only DEVICE and MOUNTPOINT are expected",
			      text);
	*place = strdup(text);
	return *place ? 0 : refuse("%s: no memory", text);
}

static int take(void *data, const char *text, int key, struct fuse_args *args)
{
	struct options *options = ((struct raw *)data)->options;

	(void)args;
	switch (key) {
	case KEY_HELP:
		options->want = OPTIONS_HELP;
		return 0;
	case KEY_VERSION:
		options->want = OPTIONS_VERSION;
		return 0;
	case KEY_SINGLE:
		return refuse("%s: one thread would make every `ls` wait "
			      "behind a signature; it is not offered",
			      text);
	case KEY_FOREGROUND:
		options->foreground = true;
		return 0;
	case KEY_DEBUG:
		options->foreground = true;
		options->debug = true;
		return 1;
	case FUSE_OPT_KEY_NONOPT:
		return take_argument(options, text);
	default:
		return mount_options_take(&options->mount, text);
	}
}

/* How a number is written. */
struct number_form {
	int base;
	unsigned long most;
	const char *what;
};

static int parse_number(const char *name, const char *text,
			const struct number_form *form, unsigned int *number)
{
	unsigned long value;
	char *end;

	if (!text)
		return 0;
	errno = 0;
	value = strtoul(text, &end, form->base);
	if (errno || *end || *text < '0' || *text > '9' || value > form->most)
		return fail_because(EINVAL, "%s=%s is not %s", name, text,
				    form->what);
	*number = (unsigned int)value;
	return 0;
}

/* A name, or any number. */
static int parse_user(const char *text, unsigned int *uid)
{
	static const struct number_form form = { 10, UINT_MAX - 1,
						 "a user or a number" };
	const struct passwd *user = text ? getpwnam(text) : NULL;

	if (!user)
		return parse_number("uid", text, &form, uid);
	*uid = user->pw_uid;
	return 0;
}

static int parse_group(const char *text, unsigned int *gid)
{
	static const struct number_form form = { 10, UINT_MAX - 1,
						 "a group or a number" };
	const struct group *group = text ? getgrnam(text) : NULL;

	if (!group)
		return parse_number("gid", text, &form, gid);
	*gid = group->gr_gid;
	return 0;
}

static int parse_log_level(const char *text, enum log_level *level)
{
	static const struct {
		const char *name;
		enum log_level level;
	} levels[] = {
		{ "error", LOG_LEVEL_ERROR },
		{ "warning", LOG_LEVEL_WARNING },
		{ "info", LOG_LEVEL_INFO },
		{ "debug", LOG_LEVEL_DEBUG },
	};

	if (!text)
		return 0;
	for (size_t i = 0; i < sizeof(levels) / sizeof(*levels); i++)
		if (strcmp(text, levels[i].name) == 0) {
			*level = levels[i].level;
			return 0;
		}
	return fail_because(
		EINVAL, "log=%s is not error, warning, info or debug", text);
}

static int parse_key(const char *text, int *key)
{
	static const struct number_form form = { 10, NERVESKEY_SLOTS - 1,
						 "a slot from 0 to 15" };
	unsigned int slot = 0;
	int err;

	err = parse_number("key", text, &form, &slot);
	if (err == 0)
		*key = text ? (int)slot : -1;
	return err;
}

static int parse_values(struct raw *raw, struct options *options)
{
	static const struct number_form mask = { 8, 0777, "an octal number" };
	int err;

	if (raw->state && !*raw->state)
		return fail_because(EINVAL,
				    "state= is empty: a directory is expected");
	err = parse_user(raw->uid, &options->uid);
	if (err == 0)
		err = parse_group(raw->gid, &options->gid);
	if (err == 0)
		err = parse_number("umask", raw->umask, &mask, &options->umask);
	if (err == 0)
		err = parse_log_level(raw->log, &options->log_level);
	if (err == 0)
		err = parse_key(raw->key, &options->key);
	options->wait = raw->wait;
	return err;
}

/* The daemon changes its directory, so paths must be absolute. */
static char *absolute(const char *path)
{
	char *cwd, *full = NULL;

	if (path[0] == '/')
		return strdup(path);
	cwd = getcwd(NULL, 0);
	if (cwd && asprintf(&full, "%s/%s", cwd, path) < 0)
		full = NULL;
	free(cwd);
	return full;
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

/* A second mount would hide the first one, and that would keep the chip. */
static int check_mountpoint(const char *path)
{
	struct statfs fs;
	struct stat st;

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

/* Resolve symbolic links: unmounting must find the same place later. */
static int resolve_mountpoint(struct options *options)
{
	char *real;

	if (mount_is_made(options->mountpoint))
		return mount_options_check_made(&options->mount);
	real = realpath(options->mountpoint, NULL);
	if (!real)
		return no_mountpoint(options->mountpoint, errno);
	free(options->mountpoint);
	options->mountpoint = real;
	return check_mountpoint(real);
}

/* A DEVICE that is a directory is probably MOUNTPOINT. */
static int check_order(const struct options *options)
{
	struct stat st;

	if (stat(options->device, &st) < 0 || !S_ISDIR(st.st_mode))
		return 0;
	return fail_because(EINVAL,
			    "DEVICE %s is a directory: DEVICE comes first, "
			    "then MOUNTPOINT",
			    options->device);
}

int options_check(struct options *options)
{
	int err;

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
	err = check_order(options);
	return err < 0 ? err : resolve_mountpoint(options);
}

int options_parse(int argc, char **argv, struct options *options)
{
	struct raw raw = { .options = options };
	int err;

	*options = (struct options){
		.uid = getuid(),
		.gid = getgid(),
		.log_level = LOG_LEVEL_INFO,
		.fuse = FUSE_ARGS_INIT(argc, argv),
	};
	fail_clear();
	if (fuse_opt_parse(&options->fuse, &raw, table, take) < 0) {
		err = -EINVAL;
		if (fail_reason()[0] == '\0')
			fail_because(
				EINVAL,
				"the options cannot be read: --help lists them");
	} else {
		err = parse_values(&raw, options);
	}
	if (err == 0) {
		options->state_dir =
			absolute(raw.state ? raw.state : DEFAULT_STATE_DIR);
		err = options->state_dir ? mount_options_finish(&options->mount,
								options->device,
								&options->fuse)
					 : -ENOMEM;
	}
	if (options->debug)
		options->log_level = LOG_LEVEL_DEBUG;
	free(raw.uid);
	free(raw.gid);
	free(raw.umask);
	free(raw.state);
	free(raw.log);
	free(raw.key);
	return err;
}

void options_free(struct options *options)
{
	fuse_opt_free_args(&options->fuse);
	free(options->device);
	free(options->mountpoint);
	free(options->state_dir);
	mount_options_free(&options->mount);
}
