/* SPDX-License-Identifier: Apache-2.0 */
/* Files that are opened for writing by the chip's thread or by one process. */
#include <errno.h>

#include "front.h"

/*
 * Make a handle for a file of settings/ that was opened to write, truncate or
 * create, unless there is an error `err`. Returns NULL when the request is
 * answered, also when its process does not wait any more.
 */
static struct handle *take_opened(struct front *front, struct request *request,
				  struct inode *inode, int err)
{
	struct handle *handle = NULL;

	if (err == 0 && request->req)
		err = front_new_handle(front, request->req, inode,
				       request->flags, &handle);
	if (handle) {
		handle->open = request->open;
		err = content_new(&request->reply, &handle->content);
		if (err == 0)
			return handle;
		front_close_handle(front, handle);
	} else if (request->err == 0) {
		front_close_on_chip(front, request->inode, request->node,
				    request->open);
	}
	if (request->req)
		fuse_reply_err(request->req, -err);
	return NULL;
}

static void opened(struct front *front, struct request *request)
{
	struct handle *handle =
		take_opened(front, request, request->inode, request->err);

	if (handle)
		front_reply_handle(front, request->req, handle, true);
}

void op_open_on_chip(struct front *front, fuse_req_t req, struct inode *inode,
		     int flags)
{
	front_ask(front, req, inode,
		  &(struct request){ .work = inode->node->open,
				     .verb = "open",
				     .done = opened,
				     .flags = flags });
}

static void created(struct front *front, struct request *request)
{
	struct fuse_file_info fi = { .direct_io = 1, .noflush = 1 };
	struct inode *inode = NULL, file;
	struct fuse_entry_param entry;
	struct handle *handle;
	int err = request->err;

	if (err == 0)
		err = front_find(front, request->inode, request->name, &file)
			      ? 0
			      : -ENOENT;
	if (err == 0) {
		inode = inodes_get(&front->inodes, &file);
		err = inode ? 0 : -ENOMEM;
	}
	handle = take_opened(front, request, inode, err);
	if (!handle) {
		if (inode) /* the kernel does not hear of it */
			inode_forget(&front->inodes, inode, 0);
		return;
	}
	fi.fh = (uintptr_t)handle;
	front_entry(front, inode, &entry);
	inode->lookups++;
	if (fuse_reply_create(request->req, &entry, &fi) < 0) {
		front_close_handle(front, handle);
		inode_forget(&front->inodes, inode, 1);
	}
}

/* In a directory where no file can be created, this is EPERM. */
static void op_create(fuse_req_t req, fuse_ino_t number, const char *name,
		      mode_t mode, struct fuse_file_info *fi)
{
	struct front *front = front_of(req);
	struct inode *parent = front_inode(front, number);
	const struct directory *directory = parent->node->directory;

	if (!directory)
		fuse_reply_err(req, EPERM);
	else
		front_ask(front, req, parent,
			  &(struct request){ .work = directory->child->open,
					     .verb = "open",
					     .done = created,
					     .node = directory->child,
					     .name = name,
					     .flags = fi->flags | O_CREAT });
}

static void released(struct front *front, struct request *request)
{
	op_open_one_writer(front, request->req, request->inode, request->flags);
}

/* close(2) returns before the kernel sends RELEASE, so wait for that. */
void op_open_one_writer(struct front *front, fuse_req_t req,
			struct inode *inode, int flags)
{
	bool *has_writer = &front->has_writer[inode->node->which];
	struct handle *handle;
	int err;

	if (*has_writer) {
		front_ask(front, req, inode,
			  &(struct request){ .verb = "open",
					     .done = released,
					     .parked = true,
					     .flags = flags });
		return;
	}
	err = front_new_handle(front, req, inode, flags, &handle);
	if (err < 0) {
		fuse_reply_err(req, -err);
		return;
	}
	*has_writer = true;
	handle->content = content_ref(front_content(front, inode));
	front_reply_handle(front, req, handle, true);
}

void ops_writers(struct fuse_lowlevel_ops *ops)
{
	ops->create = op_create;
}
