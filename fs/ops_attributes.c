/* SPDX-License-Identifier: Apache-2.0 */
/* Times, modes, owners and extended attributes. */
#include "ops_private.h"

#include <errno.h>
#include <string.h>
#include <sys/xattr.h>

/* A program that sets times has made its file: touch(1). */
int op_utimens(const char *path, const struct timespec times[2],
	       struct fuse_file_info *fi)
{
	struct place at;
	int err;

	(void)times;
	err = op_locate(path, fi, &at);
	return err < 0 ? err : op_settle(&at);
}

int op_chmod(const char *path, mode_t mode, struct fuse_file_info *fi)
{
	struct place at;
	struct stat st;
	int err;

	err = op_locate(path, fi, &at);
	if (err == 0)
		err = node_stat(&at, &st);
	if (err < 0 || at.node->takes_attributes)
		return err;
	return (mode & 07777) == (st.st_mode & 07777) ? 0 : -EPERM;
}

int op_chown(const char *path, uid_t uid, gid_t gid, struct fuse_file_info *fi)
{
	struct place at;
	int err;

	err = op_locate(path, fi, &at);
	if (err < 0 || at.node->takes_attributes)
		return err;
	if ((uid != (uid_t)-1 && uid != at.fs->uid) ||
	    (gid != (gid_t)-1 && gid != at.fs->gid))
		return -EPERM;
	return 0;
}

static int locate_attribute(const char *path, const char *name,
			    struct place *at)
{
	int err = op_locate(path, NULL, at);

	if (err < 0)
		return err;
	if (!at->node->attribute || strcmp(at->node->attribute->name, name))
		return -EOPNOTSUPP;
	return 0;
}

/* The size of `value` when there is no buffer for it yet. */
static int give_text(const char *value, size_t len, char *buffer, size_t size)
{
	if (size == 0)
		return (int)len;
	if (size < len)
		return -ERANGE;
	memcpy(buffer, value, len);
	return (int)len;
}

int op_getxattr(const char *path, const char *name, char *buffer, size_t size)
{
	const char *value;
	struct place at;
	int err;

	err = locate_attribute(path, name, &at);
	if (err < 0)
		return err == -EOPNOTSUPP ? -ENODATA : err;
	err = at.node->attribute->get(&at, &value);
	if (err < 0)
		return op_finish(&at, "read attribute of", err);
	return give_text(value, strlen(value), buffer, size);
}

int op_setxattr(const char *path, const char *name, const char *value,
		size_t size, int flags)
{
	char text[32];
	struct place at;
	int err;

	err = locate_attribute(path, name, &at);
	if (err < 0)
		return err;
	/* Who has it has it always. */
	if (flags & XATTR_CREATE)
		return -EEXIST;
	if (size >= sizeof(text))
		return -EINVAL;
	memcpy(text, value, size);
	text[size] = '\0';
	return op_finish(&at, "set attribute of",
			 at.node->attribute->set(&at, text));
}

int op_listxattr(const char *path, char *buffer, size_t size)
{
	struct place at;
	int err;

	err = op_locate(path, NULL, &at);
	if (err < 0 || !at.node->attribute)
		return err;
	return give_text(at.node->attribute->name,
			 strlen(at.node->attribute->name) + 1, buffer, size);
}

int op_removexattr(const char *path, const char *name)
{
	struct place at;
	int err = locate_attribute(path, name, &at);

	return err < 0 ? err : -EPERM;
}
