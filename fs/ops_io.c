/* SPDX-License-Identifier: Apache-2.0 */
/* Reading and writing open files. */
#include <errno.h>
#include <string.h>

#include "front.h"

static void reply_part(fuse_req_t req, const struct bytes *bytes, size_t size,
		       off_t offset)
{
	size_t from = offset < (off_t)bytes->len ? (size_t)offset : bytes->len;

	if (size > bytes->len - from)
		size = bytes->len - from;
	fuse_reply_buf(req, bytes_text(bytes) + from, size);
}

static void reply_content(fuse_req_t req, const struct content *content,
			  size_t size, off_t offset)
{
	reply_part(req, content ? &content->bytes : &BYTES_INIT, size, offset);
}

/* A read into the kernel's pages: zeros for the request, then the reply. */
static void read_page(fuse_req_t req, const struct handle *handle, size_t size,
		      off_t offset)
{
	const struct content *reply = handle->content;
	struct bytes page = BYTES_INIT;
	size_t end = (size_t)handle->inode->end;
	size_t start = (size_t)offset < end ? (size_t)offset : end;

	if (size > end - start)
		size = end - start;
	if (bytes_resize(&page, end) == 0) {
		memcpy(page.data + end - reply->bytes.len, reply->bytes.data,
		       reply->bytes.len);
		fuse_reply_buf(req, (const char *)page.data + start, size);
	} else {
		fuse_reply_err(req, ENOMEM);
	}
	bytes_free(&page);
}

/*
 * The offset of a program also counts what it has written, so the handle's cursor
 * is used instead. Only reads by programs have a lock owner.
 */
static void read_reply(fuse_req_t req, struct handle *handle, size_t size,
		       off_t offset, const struct fuse_file_info *fi)
{
	size_t from = handle->cursor;

	if (!handle->content) {
		fuse_reply_err(req, ENODATA); /* nothing was written yet */
		return;
	}
	if (fi->lock_owner == 0) {
		read_page(req, handle, size, offset);
		return;
	}
	handle->cursor += size;
	if (handle->cursor > handle->content->bytes.len)
		handle->cursor = handle->content->bytes.len;
	reply_content(req, handle->content, size, (off_t)from);
}

static void read_made(struct front *front, struct request *request)
{
	(void)front;
	fuse_reply_buf(request->req, bytes_text(&request->reply),
		       request->reply.len);
}

static void read_loaded(struct front *front, struct request *request)
{
	(void)front;
	reply_part(request->req, &request->reply, request->size,
		   request->offset);
}

static void op_read(fuse_req_t req, fuse_ino_t number, size_t size,
		    off_t offset, struct fuse_file_info *fi)
{
	struct front *front = front_of(req);
	struct handle *handle = handle_of(fi);
	struct inode *inode = handle->inode;
	const struct node *node = inode->node;
	bool writes = is_writer(handle->flags);
	struct content *now = writes ? front_content(front, inode) : NULL;

	(void)number;
	if (node->fill)
		front_ask(front, req, inode, NULL,
			  &(struct request){ .work = node->fill,
					     .verb = "read",
					     .done = read_made,
					     .size = size });
	else if (node->run && writes)
		read_reply(req, handle, size, offset, fi);
	else if (writes && node->load && !node->known && !inode->file)
		front_ask(front, req, inode, NULL,
			  &(struct request){ .work = node->load,
					     .verb = "read",
					     .done = read_loaded,
					     .size = size,
					     .offset = offset });
	else
		reply_content(req, now ? now : handle->content, size, offset);
}

/* A refused request removes the reply, which belonged to an earlier one. */
static void ran(struct front *front, struct request *request)
{
	struct handle *handle = request->handle;

	if (!request->req)
		return;
	handle->cursor = 0;
	content_replace(&handle->content, NULL);
	if (request->err == 0)
		request->err = content_new(&request->reply, &handle->content);
	if (request->err < 0) {
		fuse_reply_err(request->req, -request->err);
		return;
	}
	request->inode->end = request->offset + (off_t)request->data.len +
			      (off_t)handle->content->bytes.len;
	if (request->node->keeps_latest)
		latest_set(&front->latest, request->uid,
			   front->view->key->chip_number,
			   request->inode->number, handle->content);
	fuse_reply_write(request->req, request->data.len);
}

static void put(struct front *front, struct request *request)
{
	int err = 0;

	(void)front;
	if (request->open)
		err = content_update(&request->handle->content,
				     &request->reply);
	if (err == 0)
		fuse_reply_write(request->req, request->data.len);
	else
		fuse_reply_err(request->req, -err);
}

static void op_write(fuse_req_t req, fuse_ino_t number, const char *data,
		     size_t size, off_t offset, struct fuse_file_info *fi)
{
	struct front *front = front_of(req);
	struct handle *handle = handle_of(fi);
	const struct node *node = handle->inode->node;
	struct request what = {
		.work = node->put,
		.verb = "write",
		.done = put,
		.size = size,
		.offset = offset,
		.handle = handle,
		.open = handle->open,
		.by_root = fuse_req_ctx(req)->uid == 0 && handle->uid == 0,
		.limit_ms = node->put_ms,
		.changes = true,
	};

	if (node->one_writer)
		front->writers[node->which].closing = false;
	if (node->run) {
		what.work = node->run;
		what.done = ran;
		what.done_anyway = true;
		what.store_in = number;
		what.changes = false;
	}
	front_ask(front, req, handle->inode, data, &what);
}

/* Store what an open file of settings/ has only in memory. */
static void op_fsync(fuse_req_t req, fuse_ino_t number, int only_data,
		     struct fuse_file_info *fi)
{
	struct handle *handle = handle_of(fi);
	const struct node *node = handle->inode->node;

	(void)number;
	(void)only_data;
	if (!node->settle || !handle->open)
		fuse_reply_err(req, 0);
	else
		front_ask(front_of(req), req, handle->inode, NULL,
			  &(struct request){ .work = node->settle,
					     .verb = "store",
					     .open = handle->open,
					     .changes = true,
					     .limit_ms = node->put_ms });
}

void ops_io(struct fuse_lowlevel_ops *ops)
{
	ops->read = op_read;
	ops->write = op_write;
	ops->fsync = op_fsync;
}
