/* SPDX-License-Identifier: Apache-2.0 */
/* Names: removing and renaming where children change, refused elsewhere. */
#include "ops_private.h"

#include <errno.h>

/* The directory and name of a file that may come and go. */
static int locate_name(const char *path, struct place *at,
		       const struct directory **directory, const char **name)
{
	int err = op_locate(path, NULL, at);

	if (err < 0)
		return err == -ENOENT ? -EPERM : err;
	return nodes_parent(at->fs, path, directory, name);
}

int op_unlink(const char *path)
{
	const struct directory *directory;
	const char *name;
	struct place at;
	int err;

	err = locate_name(path, &at, &directory, &name);
	if (err == 0)
		err = op_finish(&at, "remove", directory->remove(at.fs, name));
	return err;
}

int op_rename(const char *from, const char *to, unsigned int flags)
{
	const struct directory *directory, *target;
	const char *name, *target_name;
	struct place at;
	int err;

	err = locate_name(from, &at, &directory, &name);
	if (err == 0)
		err = nodes_parent(at.fs, to, &target, &target_name);
	if (err < 0)
		return err;
	if (directory != target)
		return -EPERM;
	return op_finish(&at, "rename",
			 directory->rename(at.fs, name, target_name, flags));
}

/* Directories and links are never made or removed. */
int op_mkdir(const char *path, mode_t mode)
{
	(void)path;
	(void)mode;
	return -EPERM;
}

int op_rmdir(const char *path)
{
	(void)path;
	return -EPERM;
}

int op_mknod(const char *path, mode_t mode, dev_t device)
{
	(void)path;
	(void)mode;
	(void)device;
	return -EPERM;
}

int op_link(const char *from, const char *to)
{
	(void)from;
	(void)to;
	return -EPERM;
}
