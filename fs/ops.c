/* SPDX-License-Identifier: Apache-2.0 */
/* The file operations that FUSE asks for. They know no file by name. */
#include <string.h>

#include "front.h"

/* A whole provisioning request comes in one piece. */
#define LONGEST_WRITE 65536
/* Seconds: a node's content never changes, and names do within one. */
#define FOR_EVER   (365 * 86400.0)
#define NAMES_LAST 1.0

static void op_init(void *userdata, struct fuse_conn_info *connection)
{
	struct front *front = userdata;

	/* What is written may be a key: it must not go through a pipe. */
	connection->want &= ~(unsigned int)FUSE_CAP_SPLICE_READ;
	/* Names are listed, and nothing is loaded for that. */
	connection->want &= ~(unsigned int)FUSE_CAP_READDIRPLUS;
	connection->max_write = LONGEST_WRITE;
	front->initialized = true;
}

/* A file of settings/ may change behind its node, and others with a reply. */
static bool is_fixed(const struct inode *inode)
{
	const struct node *node = inode->node;

	return !inode->file && (inode->content || node->size || node->run ||
				node->fill || S_ISDIR(node->mode));
}

double front_attr_timeout(const struct inode *inode)
{
	return is_fixed(inode) ? FOR_EVER : 0;
}

static off_t size_of(struct front *front, const struct inode *inode,
		     const struct handle *handle)
{
	const struct content *content = inode->content;

	if (inode->node->size)
		return inode->node->size;
	if (inode->node->run)
		return inode->end;
	if (inode->file && front_content(front, inode))
		content = front_content(front, inode);
	else if (handle && handle->content)
		content = handle->content;
	return content ? (off_t)content->bytes.len : 0;
}

void front_stat(struct front *front, const struct inode *inode,
		const struct handle *handle, struct stat *st)
{
	const struct node *node = inode->node;
	const struct setting_shown *setting =
		inode->file ? view_setting_by_id(front->view, inode->file)
			    : NULL;

	memset(st, 0, sizeof(*st));
	st->st_ino = inode->number;
	st->st_mode =
		(node->mode & S_IFMT) | (node->mode & 0777 & ~front->umask);
	st->st_nlink = S_ISDIR(node->mode) ? 2 : 1;
	st->st_uid = front->uid;
	st->st_gid = front->gid;
	st->st_size = size_of(front, inode, handle);
	st->st_blocks = (st->st_size + 511) / 512;
	st->st_mtim = setting && setting->changed.tv_sec ? setting->changed
							 : front->started;
	st->st_atim = st->st_mtim;
	st->st_ctim = st->st_mtim;
}

/* Names whose node may be another the next time are looked up each time. */
static bool name_lasts(const struct inode *inode)
{
	const struct node *node = inode->node;

	return is_fixed(inode) && !node->is_volatile && !node->is_private;
}

void front_entry(struct front *front, const struct inode *inode,
		 struct fuse_entry_param *entry)
{
	memset(entry, 0, sizeof(*entry));
	entry->ino = front_number(front, inode);
	entry->generation = 1;
	entry->attr_timeout = front_attr_timeout(inode);
	entry->entry_timeout = name_lasts(inode) ? NAMES_LAST : 0;
	front_stat(front, inode, NULL, &entry->attr);
}

/* No storage of the kind that df(1) counts; names are as long as anywhere. */
void op_statfs(fuse_req_t req, fuse_ino_t number)
{
	const struct statvfs st = { .f_bsize = 4096,
				    .f_frsize = 4096,
				    .f_namemax = 255 };

	(void)number;
	fuse_reply_statfs(req, &st);
}

const struct fuse_lowlevel_ops front_ops = {
	.init = op_init,
	.lookup = op_lookup,
	.forget = op_forget,
	.forget_multi = op_forget_multi,
	.getattr = op_getattr,
	.setattr = op_setattr,
	.opendir = op_opendir,
	.readdir = op_readdir,
	.releasedir = op_releasedir,
	.open = op_open,
	.create = op_create,
	.read = op_read,
	.write = op_write,
	.flush = op_flush,
	.release = op_release,
	.fsync = op_fsync,
	.unlink = op_unlink,
	.rename = op_rename,
	.mkdir = op_mkdir,
	.rmdir = op_rmdir,
	.mknod = op_mknod,
	.link = op_link,
	.symlink = op_symlink,
	.getxattr = op_getxattr,
	.setxattr = op_setxattr,
	.listxattr = op_listxattr,
	.removexattr = op_removexattr,
	.statfs = op_statfs,
};
