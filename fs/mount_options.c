/* SPDX-License-Identifier: Apache-2.0 */
#include "mount_options.h"

#include <errno.h>
#include <mntent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#include "error.h"
#include "mount.h"

enum kind {
	FLAG,	 /* flags of mount(2): `set` and `clear` */
	DATA,	 /* text in data of mount(2) */
	SOURCE,	 /* the value is the source of mount(2) */
	SUBTYPE, /* the value follows "fuse." in the type of mount(2) */
	HELPER,	 /* only for fusermount3 */
};

/* Anything may follow a name that ends with "=" or "-". */
static const struct row {
	const char *name;
	enum kind kind;
	unsigned long set, clear;
} rows[] = {
	{ "ro", FLAG, MS_RDONLY, 0 },
	{ "-r", FLAG, MS_RDONLY, 0 },
	{ "rw", FLAG, 0, MS_RDONLY },
	{ "noexec", FLAG, MS_NOEXEC, 0 },
	{ "exec", FLAG, 0, MS_NOEXEC },
	{ "sync", FLAG, MS_SYNCHRONOUS, 0 },
	{ "async", FLAG, 0, MS_SYNCHRONOUS },
	{ "dirsync", FLAG, MS_DIRSYNC, 0 },
	{ "allow_other", DATA, 0, 0 },
	{ "default_permissions", DATA, 0, 0 },
	{ "max_read=", DATA, 0, 0 },
	{ "context=", DATA, 0, 0 },
	{ "fscontext=", DATA, 0, 0 },
	{ "defcontext=", DATA, 0, 0 },
	{ "rootcontext=", DATA, 0, 0 },
	{ "fsname=", SOURCE, 0, 0 },
	{ "subtype=", SUBTYPE, 0, 0 },
	{ "auto_unmount", HELPER, 0, 0 },
	{ "blkdev", HELPER, 0, 0 },
};

/*
 * For mount(8) and systemd only, or without an effect: the mount has no devices
 * and no set-user-ID programs, and files have no access time. "" is an empty
 * list, such as OPTIONS= of a service.
 */
static const char *const ignored[] = {
	"",	   "-n",	 "X-",	       "_netdev", "atime",
	"auto",	   "comment=",	 "defaults",   "dev",	  "diratime",
	"group",   "iversion",	 "lazytime",   "loud",	  "mand",
	"noatime", "noauto",	 "nodev",      "nofail",  "nodiratime",
	"nogroup", "noiversion", "nolazytime", "nomand",  "nonempty",
	"noowner", "norelatime", "nosuid",     "nouser",  "nostrictatime",
	"nousers", "owner",	 "relatime",   "silent",  "strictatime",
	"suid",	   "user",	 "user=",      "users",	  "x-"
};

static bool matches(const char *name, const char *text)
{
	size_t len = strlen(name);
	char last = len > 0 ? name[len - 1] : '\0';

	if (last == '=' || last == '-')
		return strncmp(name, text, len) == 0;
	return strcmp(name, text) == 0;
}

static const struct row *find(const char *text)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		if (matches(rows[i].name, text))
			return &rows[i];
	return NULL;
}

static bool is_ignored(const char *text)
{
	for (size_t i = 0; i < sizeof(ignored) / sizeof(*ignored); i++)
		if (matches(ignored[i], text))
			return true;
	return false;
}

/* fuse_opt expects -1 for an error. */
static int refuse(int err, const char *text, const char *why)
{
	fail_because(err, "%s%s", text, why);
	return -1;
}

static int set_value(char **place, const char *text)
{
	free(*place);
	*place = strdup(strchr(text, '=') + 1);
	return *place ? 0 : refuse(ENOMEM, text, ": no memory");
}

int mount_options_take(struct mount_options *options, const char *text)
{
	const struct row *row = find(text);

	if (!row)
		return is_ignored(text) ? 0 : 1;
	switch (row->kind) {
	case FLAG:
		options->flags = (options->flags & ~row->clear) | row->set;
		return 1;
	case DATA:
		if (fuse_opt_add_opt(&options->data, text) == 0)
			return 1;
		return refuse(ENOMEM, text, ": no memory");
	case SOURCE:
		return set_value(&options->source, text);
	case SUBTYPE:
		return set_value(&options->subtype, text);
	case HELPER:
		/* For root, no helper program runs. */
		if (geteuid() != 0)
			return 1;
		return refuse(EINVAL, text,
			      " is for users who mount by "
			      "fusermount3, not for root");
	}
	return 1;
}

static bool has(const struct mount_options *options, const char *word)
{
	const struct mntent entry = { .mnt_opts = options->data };

	return options->data && hasmntopt(&entry, word);
}

/* Append `name` with `value`. Commas in the value are escaped. */
static int add_value(char **list, const char *name, const char *value)
{
	char *text;
	int err;

	if (asprintf(&text, "%s=%s", name, value) < 0)
		return -ENOMEM;
	err = fuse_opt_add_opt_escaped(list, text);
	free(text);
	return err;
}

static int default_to(char **place, const char *text)
{
	if (!*place)
		*place = strdup(text);
	return *place ? 0 : -ENOMEM;
}

int mount_options_finish(struct mount_options *options, const char *device,
			 const char *mountpoint, struct fuse_args *args)
{
	char *list = NULL;
	int err = 0;

	if (mountpoint && mount_is_made(mountpoint) &&
	    has(options, "allow_other") && !has(options, "default_permissions"))
		return fail_because(EINVAL, "drop_privileges and allow_other "
					    "need default_permissions as well: "
					    "without it nobody checks the "
					    "modes of files");
	options->flags |= MS_NOSUID | MS_NODEV;
	if (default_to(&options->source, device ? device : "") < 0 ||
	    default_to(&options->subtype, "nerveskeyfs") < 0 ||
	    fuse_opt_add_opt(&options->data, "default_permissions") < 0 ||
	    fuse_opt_add_opt(&list, "default_permissions") < 0 ||
	    add_value(&list, "subtype", options->subtype) < 0 ||
	    add_value(&list, "fsname", options->source) < 0 ||
	    fuse_opt_insert_arg(args, 1, list) < 0 ||
	    fuse_opt_insert_arg(args, 1, "-o") < 0)
		err = -ENOMEM;
	free(list);
	return err;
}

void mount_options_free(struct mount_options *options)
{
	free(options->data);
	free(options->source);
	free(options->subtype);
}
