/* SPDX-License-Identifier: Apache-2.0 */
/* Handles: made, created with their file, closed; one writer at a time. */
#include <errno.h>
#include <fcntl.h>

#include "ops_private.h"

static struct writer *writer_of(struct front *front, const struct node *node)
{
	return &front->writers[node->which];
}

int op_new_handle(struct front *front, fuse_req_t req, struct inode *inode,
		  int flags, struct handle **handle)
{
	const struct fuse_ctx *caller = fuse_req_ctx(req);
	bool member = caller->uid == 0 || caller->uid == front->uid ||
		      caller->gid == front->gid;
	int err;

	if (!member && handles_are_short(&front->handles))
		member = front_is_member(front, req);
	err = handle_new(&front->handles, inode, caller->uid, member, handle);
	if (err == 0)
		(*handle)->flags = flags;
	return err;
}

static void closed(struct front *front, struct request *request);

/* The chip's thread ends what it began. */
static void ask_to_close(struct front *front, struct inode *inode,
			 const struct node *node, void *open)
{
	struct request *request =
		front_request(front, NULL, inode, node->close, "close");

	if (!request)
		return;
	request->node = node;
	request->open = open;
	request->limit_ms = node->put_ms;
	request->first = true;
	front_ask(front, request, closed);
}

void op_close_handle(struct front *front, struct handle *handle)
{
	const struct node *node = handle->inode->node;

	if (handle->open || (node->one_writer && is_writer(handle->flags)))
		ask_to_close(front, handle->inode, node, handle->open);
	handle_free(&front->handles, &front->inodes, handle);
}

void front_close_all(struct front *front)
{
	while (front->handles.first)
		op_close_handle(front, front->handles.first);
}

/* `direct`: what the kernel keeps of the node is not what is read here. */
void op_reply_handle(struct front *front, fuse_req_t req, struct handle *handle,
		     bool direct)
{
	struct fuse_file_info fi = { .fh = (uintptr_t)handle,
				     .direct_io = direct,
				     .keep_cache = !direct,
				     .noflush =
					     !handle->inode->node->one_writer };

	/* It was interrupted, and nobody will release it. */
	if (fuse_reply_open(req, &fi) == -ENOENT)
		op_close_handle(front, handle);
}

/* Without content: what is read comes later. */
void op_open_empty(struct front *front, fuse_req_t req, struct inode *inode,
		   int flags)
{
	struct handle *handle;
	int err = op_new_handle(front, req, inode, flags, &handle);

	if (err < 0)
		fuse_reply_err(req, -err);
	else
		op_reply_handle(front, req, handle, true);
}

/*
 * For who writes, truncates or creates a file of settings/. Nobody may want it
 * any more.
 */
static struct handle *take_opened(struct front *front, struct request *request,
				  struct inode *inode)
{
	struct handle *handle;
	int err = request->err;

	if (err == 0 && !inode)
		err = -ENOENT;
	if (err == 0 && request->req)
		err = op_new_handle(front, request->req, inode, request->flags,
				    &handle);
	if (err == 0 && request->req) {
		handle->open = request->open;
		if (content_new(&request->reply, &handle->content) < 0)
			handle->content = NULL;
		return handle;
	}
	if (request->err == 0)
		ask_to_close(front, request->inode, request->node,
			     request->open);
	if (request->req)
		fuse_reply_err(request->req, -err);
	return NULL;
}

void op_opened(struct front *front, struct request *request)
{
	struct handle *handle = take_opened(front, request, request->inode);

	if (handle)
		op_reply_handle(front, request->req, handle, true);
}

static void created(struct front *front, struct request *request)
{
	struct inode *inode =
		front_setting(front, request->inode, request->name);
	struct handle *handle = take_opened(front, request, inode);
	struct fuse_file_info fi = { .fh = (uintptr_t)handle,
				     .direct_io = 1,
				     .noflush = 1 };
	struct fuse_entry_param entry;

	if (!handle)
		return;
	front_entry(front, inode, &entry);
	inode->lookups++;
	if (fuse_reply_create(request->req, &entry, &fi) < 0) {
		op_close_handle(front, handle);
		inode_forget(&front->inodes, inode, 1);
	}
}

/* Where nothing may be made, there is no place for the name either. */
void op_create(fuse_req_t req, fuse_ino_t number, const char *name, mode_t mode,
	       struct fuse_file_info *fi)
{
	struct front *front = front_of(req);
	struct inode *parent = front_inode(front, number);
	const struct node *child;
	struct request *request;

	(void)mode;
	if (!parent->node->directory) {
		fuse_reply_err(req, EPERM);
		return;
	}
	child = parent->node->directory->child;
	request = front_request_about(front, req, parent, name, child->open,
				      "open");
	if (!request)
		return;
	request->node = child;
	request->flags = fi->flags | O_CREAT;
	front_ask(front, request, created);
}

/* One who is about to be released is waited for: close(2) returns before that. */
void op_open_one_writer(struct front *front, fuse_req_t req,
			struct inode *inode, int flags)
{
	struct writer *writer = writer_of(front, inode->node);
	struct handle *handle;
	int err;

	if (writer->open && writer->closing) {
		front_park(front, req, inode, flags);
		return;
	}
	err = writer->open ? -EBUSY
			   : op_new_handle(front, req, inode, flags, &handle);
	if (err < 0) {
		fuse_reply_err(req, -err);
		return;
	}
	writer->open = true;
	writer->closing = false;
	handle->content = content_ref(front_content(front, inode));
	op_reply_handle(front, req, handle, true);
}

static void closed(struct front *front, struct request *request)
{
	struct request *parked;
	fuse_req_t req;

	if (!request->node->one_writer)
		return;
	writer_of(front, request->node)->open = false;
	parked = front_unpark(front, request->node);
	if (!parked)
		return;
	req = parked->req;
	parked->req = NULL;
	op_open_one_writer(front, req, parked->inode, parked->flags);
	front_drop(front, parked);
}

void op_flush(fuse_req_t req, fuse_ino_t number, struct fuse_file_info *fi)
{
	struct front *front = front_of(req);
	const struct handle *handle = handle_of(fi);

	(void)number;
	if (handle->inode->node->one_writer && is_writer(handle->flags))
		writer_of(front, handle->inode->node)->closing = true;
	fuse_reply_err(req, 0);
}

void op_release(fuse_req_t req, fuse_ino_t number, struct fuse_file_info *fi)
{
	(void)number;
	op_close_handle(front_of(req), handle_of(fi));
	fuse_reply_err(req, 0);
}
