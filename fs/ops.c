/* SPDX-License-Identifier: Apache-2.0 */
#include "ops.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "daemon.h"
#include "error.h"
#include "ops_private.h"
#include "report.h"

/* A whole provisioning request comes in one piece. */
#define LONGEST_WRITE 65536

struct handle *op_handle(const struct fuse_file_info *fi)
{
	return fi ? (struct handle *)(uintptr_t)fi->fh : NULL;
}

int op_locate(const char *path, const struct fuse_file_info *fi,
	      struct place *at)
{
	struct fuse_context *context = fuse_get_context();
	int err;

	fail_clear();
	if (op_handle(fi)) {
		*at = handle_place(op_handle(fi), context->uid);
		return 0;
	}
	if (!path)
		return -ENOENT;
	err = nodes_find(context->private_data, path, at);
	if (err == 0)
		at->uid = context->uid;
	return err;
}

int op_finish(const struct place *at, const char *verb, int err)
{
	if (err < 0 && err != -ENOENT && fail_reason()[0] != '\0') {
		nerveskey_note_failure(at->fs->key, at->node->mode & S_IROTH,
				       err);
		report_failure(verb, at->node->path, at->name, err);
	}
	return err;
}

int op_settle(const struct place *at)
{
	return at->node->settle ? op_finish(at, "store", at->node->settle(at))
				: 0;
}

static void *op_init(struct fuse_conn_info *connection,
		     struct fuse_config *config)
{
	/* What is written may be a key: it must not go through a pipe. */
	connection->want &= ~(unsigned int)FUSE_CAP_SPLICE_READ;
	connection->max_write = LONGEST_WRITE;
	config->attr_timeout = 0;
	config->entry_timeout = 0;
	config->negative_timeout = 0;
	config->hard_remove = 1;
	config->nullpath_ok = 1;
	daemon_ready();
	return fuse_get_context()->private_data;
}

static int op_getattr(const char *path, struct stat *st,
		      struct fuse_file_info *fi)
{
	struct place at;
	int err;

	err = op_locate(path, fi, &at);
	return err < 0 ? err : node_stat(&at, st);
}

struct filling {
	void *buffer;
	fuse_fill_dir_t fill;
};

static int fill_name(void *context, const char *name)
{
	const struct filling *filling = context;

	return filling->fill(filling->buffer, name, NULL, 0, 0) ? -ENOMEM : 0;
}

/* A directory's handle is its row: that is all that listing wants. */
static int op_opendir(const char *path, struct fuse_file_info *fi)
{
	struct place at;
	int err;

	err = op_locate(path, NULL, &at);
	if (err == 0)
		fi->fh = (uintptr_t)at.node;
	return err;
}

static int op_readdir(const char *path, void *buffer, fuse_fill_dir_t fill,
		      off_t offset, struct fuse_file_info *fi,
		      enum fuse_readdir_flags flags)
{
	struct filling filling = { buffer, fill };
	const struct place at = {
		.fs = fuse_get_context()->private_data,
		.node = (const struct node *)(uintptr_t)fi->fh,
		.name = "",
	};
	int err;

	(void)path;
	(void)offset;
	(void)flags;
	fail_clear();
	err = fill_name(&filling, ".");
	if (err == 0)
		err = fill_name(&filling, "..");
	if (err == 0)
		err = nodes_list(&at, fill_name, &filling);
	return op_finish(&at, "list", err);
}

static int open_place(const struct place *at, struct fuse_file_info *fi)
{
	struct handle *handle;
	int err;

	err = handle_open(at, fi->flags, &handle);
	if (err < 0)
		return op_finish(at, "open", err);
	fi->fh = (uintptr_t)handle;
	fi->keep_cache = handle_is_final(handle);
	/* Otherwise the kernel would believe the size, and keep what it read. */
	fi->direct_io = !fi->keep_cache;
	return 0;
}

static int op_open(const char *path, struct fuse_file_info *fi)
{
	struct place at;
	int err;

	err = op_locate(path, NULL, &at);
	return err < 0 ? err : open_place(&at, fi);
}

/* Where nothing may be made, there is no place for the name either. */
static int op_create(const char *path, mode_t mode, struct fuse_file_info *fi)
{
	struct place at;
	int err;

	(void)mode;
	err = op_locate(path, NULL, &at);
	if (err < 0)
		return err == -ENOENT ? -EPERM : err;
	fi->flags |= O_CREAT;
	return open_place(&at, fi);
}

static int op_read(const char *path, char *data, size_t len, off_t offset,
		   struct fuse_file_info *fi)
{
	struct place at;
	ssize_t done;

	op_locate(path, fi, &at);
	done = handle_read(op_handle(fi), at.uid, (uint8_t *)data, len, offset);
	return op_finish(&at, "read", (int)done);
}

static int op_write(const char *path, const char *data, size_t len,
		    off_t offset, struct fuse_file_info *fi)
{
	struct place at;
	ssize_t done;

	op_locate(path, fi, &at);
	done = handle_write(op_handle(fi), at.uid, (const uint8_t *)data, len,
			    offset);
	/* It is libfuse's own buffer, and may hold a key. */
	explicit_bzero((void *)(uintptr_t)data, len);
	return op_finish(&at, "write", (int)done);
}

static int op_flush(const char *path, struct fuse_file_info *fi)
{
	(void)path;
	handle_flush(op_handle(fi));
	return 0;
}

static int op_release(const char *path, struct fuse_file_info *fi)
{
	(void)path;
	handle_close(op_handle(fi));
	return 0;
}

static int op_fsync(const char *path, int only_data, struct fuse_file_info *fi)
{
	struct place at;
	int err;

	(void)only_data;
	err = op_locate(path, fi, &at);
	return err < 0 ? err : op_settle(&at);
}

static int op_truncate(const char *path, off_t size, struct fuse_file_info *fi)
{
	struct place at;
	int err;

	err = op_locate(path, fi, &at);
	if (err == 0 && !node_can_write(at.node))
		err = -EACCES;
	if (err < 0 || !at.node->resize)
		return err;
	return op_finish(&at, "truncate", at.node->resize(&at, size));
}

/* No storage of the kind that df(1) counts; names are as long as anywhere. */
static int op_statfs(const char *path, struct statvfs *st)
{
	(void)path;
	memset(st, 0, sizeof(*st));
	st->f_bsize = 4096;
	st->f_frsize = 4096;
	st->f_namemax = 255;
	return 0;
}

const struct fuse_operations ops = {
	.init = op_init,
	.getattr = op_getattr,
	.opendir = op_opendir,
	.readdir = op_readdir,
	.open = op_open,
	.create = op_create,
	.read = op_read,
	.write = op_write,
	.flush = op_flush,
	.release = op_release,
	.fsync = op_fsync,
	.truncate = op_truncate,
	.utimens = op_utimens,
	.chmod = op_chmod,
	.chown = op_chown,
	.unlink = op_unlink,
	.rename = op_rename,
	.mkdir = op_mkdir,
	.rmdir = op_rmdir,
	.mknod = op_mknod,
	.link = op_link,
	.symlink = op_link,
	.getxattr = op_getxattr,
	.setxattr = op_setxattr,
	.listxattr = op_listxattr,
	.removexattr = op_removexattr,
	.statfs = op_statfs,
};
