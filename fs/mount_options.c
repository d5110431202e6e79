/* SPDX-License-Identifier: Apache-2.0 */
#include "mount_options.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#include "error.h"

enum kind {
	FLAG,	 /* flags of mount(2): `set` and `clear` */
	DATA,	 /* text in data of mount(2); `set` is for mount_options.said */
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
	{ "allow_other", DATA, MOUNT_ALLOW_OTHER, 0 },
	{ "default_permissions", DATA, MOUNT_DEFAULT_PERMISSIONS, 0 },
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

/* Options for mount(8) and systemd only, or without an effect here. */
static const char *const ignored[] = {
	/* The mount has no devices and no set-user-ID programs. */
	"dev",
	"nodev",
	"suid",
	"nosuid",
	/* Files have no access time. */
	"atime",
	"noatime",
	"diratime",
	"nodiratime",
	"lazytime",
	"nolazytime",
	"relatime",
	"norelatime",
	"strictatime",
	"nostrictatime",
	/* fstab's. */
	"auto",
	"noauto",
	"comment=",
	"defaults",
	"group",
	"nogroup",
	"iversion",
	"noiversion",
	"loud",
	"silent",
	"mand",
	"nomand",
	"-n",
	"_netdev",
	"nofail",
	"nonempty",
	"owner",
	"noowner",
	"user",
	"user=",
	"nouser",
	"users",
	"nousers",
	"x-",
	"X-",
	/* An empty list, such as OPTIONS= of a service. */
	"",
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

static int no_memory(const char *text)
{
	fail_because(ENOMEM, "%s: no memory", text);
	return -1;
}

static int set_value(char **place, const char *text)
{
	free(*place);
	*place = strdup(strchr(text, '=') + 1);
	return *place ? 0 : no_memory(text);
}

/* For root, no helper program runs. */
static int take_for_helper(const char *text)
{
	if (geteuid() != 0)
		return 1;
	fail_because(EINVAL,
		     "%s is for users who mount by fusermount3, not for root",
		     text);
	return -1;
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
		options->said |= row->set;
		return fuse_opt_add_opt(&options->data, text) < 0
			       ? no_memory(text)
			       : 1;
	case SOURCE:
		return set_value(&options->source, text);
	case SUBTYPE:
		return set_value(&options->subtype, text);
	case HELPER:
		return take_for_helper(text);
	}
	return 1;
}

/* Append `name` with `value`. Commas in the value are escaped. */
static int add_value(char **list, const char *name, const char *value)
{
	char *text = NULL;
	int err = -ENOMEM;

	if (asprintf(&text, "%s=%s", name, value) < 0)
		return err;
	if (fuse_opt_add_opt_escaped(list, text) == 0)
		err = 0;
	free(text);
	return err;
}

static int default_to(char **place, const char *text)
{
	if (!*place)
		*place = strdup(text);
	return *place ? 0 : -ENOMEM;
}

int mount_options_check_made(const struct mount_options *options)
{
	if (!(options->said & MOUNT_ALLOW_OTHER) ||
	    options->said & MOUNT_DEFAULT_PERMISSIONS)
		return 0;
	return fail_because(EINVAL,
			    "drop_privileges and allow_other need "
			    "default_permissions as well: without it nobody "
			    "checks the modes of files");
}

int mount_options_finish(struct mount_options *options, const char *device,
			 struct fuse_args *args)
{
	char *list = NULL;
	int err = -ENOMEM;

	options->flags |= MS_NOSUID | MS_NODEV;
	if (default_to(&options->source, device ? device : "") < 0 ||
	    default_to(&options->subtype, "nerveskeyfs") < 0 ||
	    fuse_opt_add_opt(&options->data, "default_permissions") < 0)
		return err;
	if (fuse_opt_add_opt(&list, "default_permissions") == 0 &&
	    add_value(&list, "subtype", options->subtype) == 0 &&
	    add_value(&list, "fsname", options->source) == 0 &&
	    fuse_opt_insert_arg(args, 1, list) == 0 &&
	    fuse_opt_insert_arg(args, 1, "-o") == 0)
		err = 0;
	free(list);
	return err;
}

void mount_options_free(struct mount_options *options)
{
	free(options->data);
	free(options->source);
	free(options->subtype);
}
