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
	const struct bytes *reply = &handle->content->bytes;
	BYTES_LOCAL(page);

	bytes_resize(&page, (size_t)handle->inode->end - reply->len);
	if (bytes_append(&page, reply->data, reply->len) == 0)
		reply_part(req, &page, size, offset);
	else
		fuse_reply_err(req, ENOMEM);
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
	if (!front_has_failed(request))
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
	bool writes = handle->writes;
	struct content *now = writes ? front_content(front, inode) : NULL;

	struct request what = { .work = node->load,
				.verb = "read",
				.done = read_made,
				.size = size,
				.offset = offset };

	if (node->fill) {
		what.work = node->fill;
		what.offset = 0;
		front_ask(front, req, inode, &what);
	} else if (node->run && writes) {
		read_reply(req, handle, size, offset, fi);
	} else if (writes && node->load && !node->known && !inode->file) {
		front_ask(front, req, inode, &what);
	} else {
		reply_content(req, now ? now : handle->content, size, offset);
	}
}

/* It becomes the newest. */
static void keep_latest(struct front *front, const struct request *request)
{
	struct latest *latest = front->latest;
	struct latest *place =
		front_latest(front, request->uid, request->inode->number);

	content_unref(place->signature);
	memmove(latest + 1, latest, (size_t)(place - latest) * sizeof(*place));
	*latest = (struct latest){
		.uid = request->uid,
		.file = request->inode->number,
		.chip = front->view->key->chip_number,
		.signature = content_ref(request->handle->content),
	};
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
	if (front_has_failed(request))
		return;
	request->inode->end = request->offset + (off_t)request->data.len +
			      (off_t)handle->content->bytes.len;
	if (request->node->keeps_latest)
		keep_latest(front, request);
	fuse_reply_write(request->req, request->data.len);
}

static void put(struct front *front, struct request *request)
{
	if (request->req && request->err == 0 && request->open)
		request->err = content_update(&request->handle->content,
					      &request->reply);
	if (!front_has_failed(request))
		fuse_reply_write(request->req, request->data.len);
}

static void op_write(fuse_req_t req, fuse_ino_t number, const char *data,
		     size_t size, off_t offset, struct fuse_file_info *fi)
{
	struct handle *handle = handle_of(fi);
	const struct node *node = handle->inode->node;
	const struct request what = {
		.work = node->run ? node->run : node->put,
		.verb = "write",
		.done = node->run ? ran : put,
		.data = { .data = (uint8_t *)(uintptr_t)data, .len = size },
		.offset = offset,
		.handle = handle,
		.open = handle->open,
		.by_root = fuse_req_ctx(req)->uid == 0 && handle->uid == 0,
		.store_in = node->run ? number : 0,
		.changes = !node->run,
	};

	front_ask(front_of(req), req, handle->inode, &what);
}

/* Store what an open file of settings/ has only in memory. */
static void op_fsync(fuse_req_t req, fuse_ino_t number, int only_data,
		     struct fuse_file_info *fi)
{
	struct handle *handle = handle_of(fi);

	if (handle->open)
		front_ask(
			front_of(req), req, handle->inode,
			&(struct request){ .work = handle->inode->node->settle,
					   .verb = "store",
					   .open = handle->open,
					   .changes = true });
	else
		fuse_reply_err(req, 0);
}

void ops_io(struct fuse_lowlevel_ops *ops)
{
	ops->read = op_read;
	ops->write = op_write;
	ops->fsync = op_fsync;
}
