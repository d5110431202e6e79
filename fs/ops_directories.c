/* SPDX-License-Identifier: Apache-2.0 */
/* Listing. The names of a listing are fixed when the directory is opened. */
#include <errno.h>
#include <string.h>

#include "front.h"

static int add_name(void *context, const char *name)
{
	return bytes_append(context, name, strlen(name) + 1);
}

static int list(struct front *front, const struct inode *inode,
		struct bytes *names)
{
	int err = add_name(names, ".");

	if (err == 0)
		err = add_name(names, "..");
	if (err == 0)
		err = nodes_list(front->view, inode->node, inode->param,
				 add_name, names);
	if (!inode->node->directory)
		return err;
	for (size_t i = 0; i < front->view->count && err == 0; i++)
		err = add_name(names, front->view->settings[i].name);
	return err;
}

static void open_list(struct front *front, fuse_req_t req, struct inode *inode)
{
	struct fuse_file_info fi = { .fh = 0 };
	struct bytes names = BYTES_INIT;
	struct handle *handle = NULL;
	int err;

	err = front_new_handle(front, req, inode, O_RDONLY, &handle);
	if (err == 0)
		err = list(front, inode, &names);
	if (err == 0)
		err = content_new(&names, &handle->content);
	bytes_free(&names);
	fi.fh = (uintptr_t)handle;
	if (err < 0)
		fuse_reply_err(req, -err);
	else
		err = fuse_reply_open(req, &fi);
	if (err < 0 && handle)
		handle_free(&front->inodes, handle);
}

/* Without a known map a listing would be too short, so it is an error. */
static void listed(struct front *front, struct request *request)
{
	if (!request->req)
		return;
	/* -ENODATA: the chip has no place for settings, so the list is empty. */
	if (request->err == 0 || request->err == -ENODATA)
		open_list(front, request->req, request->inode);
	else
		fuse_reply_err(request->req, -request->err);
}

static void op_opendir(fuse_req_t req, fuse_ino_t number,
		       struct fuse_file_info *fi)
{
	struct front *front = front_of(req);
	struct inode *inode = front_inode(front, number);

	(void)fi;
	if (!inode->node->directory || front_map_is_fresh(front))
		open_list(front, req, inode);
	else
		front_ask(
			front, req, inode, NULL,
			&(struct request){ .work = inode->node->directory->load,
					   .verb = "list",
					   .done = listed,
					   .done_anyway = true,
					   .first = true });
}

/* The attributes that readdir(3) returns with a name. */
static void entry_stat(struct front *front, const struct inode *directory,
		       const char *name, struct stat *st)
{
	const struct setting_shown *setting;
	const struct node *node;
	unsigned int param = directory->param;

	memset(st, 0, sizeof(*st));
	st->st_ino = directory->number;
	st->st_mode = S_IFDIR;
	if (directory->node->directory) {
		node = directory->node->directory->child;
		setting = view_setting(front->view, name);
		st->st_mode = node->mode & S_IFMT;
		if (setting)
			st->st_ino = inode_number(node, 0, NULL, setting->id);
		return;
	}
	node = nodes_find(front->view, directory->node, name, &param);
	if (!node)
		return;
	st->st_mode = node->mode & S_IFMT;
	st->st_ino = inode_number(node, param, NULL, 0);
}

static void op_readdir(fuse_req_t req, fuse_ino_t number, size_t size,
		       off_t offset, struct fuse_file_info *fi)
{
	struct front *front = front_of(req);
	const struct bytes *names = &handle_of(fi)->content->bytes;
	struct inode *inode = front_inode(front, number);
	char buffer[4096];
	size_t used = 0, at = (size_t)offset;
	struct stat st;

	if (size > sizeof(buffer))
		size = sizeof(buffer);
	while (at < names->len) {
		const char *name = (const char *)names->data + at;
		size_t next = at + strlen(name) + 1, took;

		entry_stat(front, inode, name, &st);
		took = fuse_add_direntry(req, buffer + used, size - used, name,
					 &st, (off_t)next);
		if (took > size - used)
			break;
		used += took;
		at = next;
	}
	fuse_reply_buf(req, buffer, used);
}

static void op_releasedir(fuse_req_t req, fuse_ino_t number,
			  struct fuse_file_info *fi)
{
	struct front *front = front_of(req);

	(void)number;
	handle_free(&front->inodes, handle_of(fi));
	fuse_reply_err(req, 0);
}

void ops_directories(struct fuse_lowlevel_ops *ops)
{
	ops->opendir = op_opendir;
	ops->readdir = op_readdir;
	ops->releasedir = op_releasedir;
}
