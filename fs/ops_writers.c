/* SPDX-License-Identifier: Apache-2.0 */
/* Files that are opened for writing by the chip's thread or by one process. */
#include <errno.h>

#include "front.h"

static struct writer *writer_of(struct front *front, const struct node *node)
{
	return &front->writers[node->which];
}

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
	front_ask(front, req, inode, NULL,
		  &(struct request){ .work = inode->node->open,
				     .verb = "open",
				     .done = opened,
				     .done_anyway = true,
				     .flags = flags });
}

static void created(struct front *front, struct request *request)
{
	struct inode *inode;
	int err = front_setting(front, request->inode, request->name, &inode);
	struct handle *handle = take_opened(front, request, inode,
					    request->err ? request->err : err);
	struct fuse_file_info fi = { .fh = (uintptr_t)handle,
				     .direct_io = 1,
				     .noflush = 1 };
	struct fuse_entry_param entry;

	if (!handle) {
		if (inode) /* the kernel does not hear of it */
			inode_forget(&front->inodes, inode, 0);
		return;
	}
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

	(void)mode;
	if (!directory)
		fuse_reply_err(req, EPERM);
	else
		front_ask(front, req, parent, NULL,
			  &(struct request){ .work = directory->child->open,
					     .verb = "open",
					     .done = created,
					     .done_anyway = true,
					     .node = directory->child,
					     .name = name,
					     .flags = fi->flags | O_CREAT });
}

static void released(struct front *front, struct request *request)
{
	op_open_one_writer(front, request->req, request->inode, request->flags);
}

/* close(2) returns before RELEASE, so wait for a writer that is closing. */
void op_open_one_writer(struct front *front, fuse_req_t req,
			struct inode *inode, int flags)
{
	struct writer *writer = writer_of(front, inode->node);
	struct handle *handle;
	int err;

	if (writer->open && writer->closing) {
		front_ask(front, req, inode, NULL,
			  &(struct request){ .verb = "open",
					     .done = released,
					     .parked = true,
					     .flags = flags });
		return;
	}
	err = writer->open
		      ? -EBUSY
		      : front_new_handle(front, req, inode, flags, &handle);
	if (err < 0) {
		fuse_reply_err(req, -err);
		return;
	}
	writer->open = true;
	writer->closing = false;
	handle->content = content_ref(front_content(front, inode));
	front_reply_handle(front, req, handle, true);
}

static void op_flush(fuse_req_t req, fuse_ino_t number,
		     struct fuse_file_info *fi)
{
	struct front *front = front_of(req);
	const struct handle *handle = handle_of(fi);

	(void)number;
	if (handle->inode->node->one_writer && is_writer(handle->flags))
		writer_of(front, handle->inode->node)->closing = true;
	fuse_reply_err(req, 0);
}

void ops_writers(struct fuse_lowlevel_ops *ops)
{
	ops->create = op_create;
	ops->flush = op_flush;
}
