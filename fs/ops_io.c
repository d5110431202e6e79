/* SPDX-License-Identifier: Apache-2.0 */
/* Reading and writing open files. */
#include <errno.h>
#include <string.h>

#include "error.h"
#include "front.h"

static void reply_part(fuse_req_t req, const struct content *content,
		       size_t size, off_t offset)
{
	size_t len = content ? content->bytes.len : 0;
	size_t from = offset < (off_t)len ? (size_t)offset : len;

	if (size > len - from)
		size = len - from;
	fuse_reply_buf(
		req, content ? (const char *)content->bytes.data + from : NULL,
		size);
}

/* For the kernel's pages: the reply is behind the request, which was not kept. */
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
 * A program's offset counts what it has written as well: it says nothing here.
 * Only programs have a lock owner.
 */
static void read_reply(fuse_req_t req, struct handle *handle, size_t size,
		       off_t offset, const struct fuse_file_info *fi)
{
	size_t from = handle->cursor;

	if (!handle->content) {
		fuse_reply_err(req, ENODATA); /* nothing was asked for yet */
		return;
	}
	if (fi->lock_owner == 0) {
		read_page(req, handle, size, offset);
		return;
	}
	handle->cursor += size;
	if (handle->cursor > handle->content->bytes.len)
		handle->cursor = handle->content->bytes.len;
	reply_part(req, handle->content, size, (off_t)from);
}

static void read_made(struct front *front, struct request *request)
{
	(void)front;
	if (!request->req)
		return;
	if (request->err < 0)
		fuse_reply_err(request->req, -request->err);
	else
		fuse_reply_buf(request->req, (const char *)request->reply.data,
			       request->reply.len);
}

static void read_loaded(struct front *front, struct request *request)
{
	struct content *content = NULL;

	if (request->req && request->err == 0)
		request->err = content_new(&request->reply, &content);
	if (request->req && request->err < 0)
		fuse_reply_err(request->req, -request->err);
	else if (request->req)
		reply_part(request->req, content, request->size,
			   request->offset);
	content_unref(content);
	(void)front;
}

static void
ask_to_read(struct front *front, fuse_req_t req, struct inode *inode,
	    chip_work *work, size_t size, off_t offset,
	    void (*done)(struct front *front, struct request *request))
{
	struct request *request =
		front_request(front, req, inode, work, "read");

	if (!request)
		return;
	request->size = size;
	request->offset = offset;
	front_ask(front, request, done);
}

void op_read(fuse_req_t req, fuse_ino_t number, size_t size, off_t offset,
	     struct fuse_file_info *fi)
{
	struct front *front = front_of(req);
	struct handle *handle = handle_of(fi);
	struct inode *inode = handle->inode;
	const struct node *node = inode->node;
	bool writes = handle_can_write(handle);
	struct content *now = writes ? front_content(front, inode) : NULL;

	(void)number;
	if (node->fill)
		ask_to_read(front, req, inode, node->fill, size, offset,
			    read_made);
	else if (node->run && writes)
		read_reply(req, handle, size, offset, fi);
	else if (writes && node->load && !node->known && !inode->file)
		ask_to_read(front, req, inode, node->load, size, offset,
			    read_loaded);
	else
		reply_part(req, now ? now : handle->content, size, offset);
}

/* A refused request leaves no reply: the last one would be the wrong one. */
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
	struct content *content;

	(void)front;
	if (!request->req)
		return;
	if (request->err < 0) {
		fuse_reply_err(request->req, -request->err);
		return;
	}
	if (request->open && content_new(&request->reply, &content) == 0)
		content_replace(&request->handle->content, content);
	fuse_reply_write(request->req, request->data.len);
}

void op_write(fuse_req_t req, fuse_ino_t number, const char *data, size_t size,
	      off_t offset, struct fuse_file_info *fi)
{
	struct front *front = front_of(req);
	struct handle *handle = handle_of(fi);
	struct inode *inode = handle->inode;
	const struct node *node = inode->node;
	struct request *request = front_request(
		front, req, inode, node->run ? node->run : node->put, "write");

	if (!request)
		return;
	if (bytes_set(&request->data, data, size) < 0) {
		fuse_reply_err(req, ENOMEM);
		front_drop(front, request);
		return;
	}
	if (node->one_writer)
		front->writers[node->which].closing = false;
	request->offset = offset;
	request->handle = handle;
	request->open = handle->open;
	request->by_root = fuse_req_ctx(req)->uid == 0 && handle->uid == 0;
	if (node->run) {
		request->store_in = number;
		front_ask(front, request, ran);
		return;
	}
	request->changes = true;
	if (node->put_ms)
		request->limit_ms = node->put_ms;
	front_ask(front, request, put);
}

void op_fsync(fuse_req_t req, fuse_ino_t number, int only_data,
	      struct fuse_file_info *fi)
{
	struct front *front = front_of(req);
	struct handle *handle = handle_of(fi);

	(void)number;
	(void)only_data;
	front_settle(front, req, handle->inode, handle);
}
