/* SPDX-License-Identifier: Apache-2.0 */
/* Opening: which content, and whether it is known. */
#include <errno.h>
#include <fcntl.h>

#include "ops_private.h"

static int check_access(const struct node *node, int flags)
{
	int access = flags & O_ACCMODE;

	if (S_ISDIR(node->mode))
		return -EISDIR;
	if (access != O_WRONLY && !node_can_read(node))
		return -EACCES;
	if (access != O_RDONLY && !node_can_write(node))
		return -EACCES;
	return 0;
}

/* At most once for a node, and not twice in a row to one process. */
static bool may_be_stale(struct front *front, fuse_req_t req,
			 struct inode *inode)
{
	pid_t pid = fuse_req_ctx(req)->pid;

	if (inode->stale_told || inode->node->is_private)
		return false;
	for (size_t i = 0; i < STALE_MOST; i++)
		if (front->stale[i] == pid)
			return false;
	inode->stale_told = true;
	front->stale[front->stale_next++ % STALE_MOST] = pid;
	return true;
}

static void note_opened(struct front *front, fuse_req_t req)
{
	pid_t pid = fuse_req_ctx(req)->pid;

	for (size_t i = 0; i < STALE_MOST; i++)
		if (front->stale[i] == pid)
			front->stale[i] = 0;
}

/*
 * Into the kernel's pages, before anybody reads: it may think that the file is
 * empty, and programs that go by that would believe it. Nobody has this node
 * open yet, so this waits for no page.
 */
static void show_content(struct front *front, struct inode *inode,
			 struct content *content)
{
	struct fuse_bufvec buffer = FUSE_BUFVEC_INIT(content->bytes.len);

	if (!inode->content)
		inode->content = content_ref(content);
	if (inode->node->run)
		inode->end = (off_t)content->bytes.len;
	inode->is_shown = true;
	if (content->bytes.len == 0)
		return;
	buffer.buf[0].mem = content->bytes.data;
	fuse_lowlevel_notify_store(front->session, front_number(front, inode),
				   0, &buffer, 0);
}

/* The size is all that is kept: the open lets go of the pages. */
static int store_size(struct chip *chip, struct request *request)
{
	(void)chip;
	(void)request;
	return 0;
}

static void size_stored(struct front *front, struct request *request)
{
	if (request->req)
		op_reply_handle(front, request->req, request->handle, true);
	else
		op_close_handle(front, request->handle);
}

/*
 * A node that shows another content, which may be shorter than this one. Others
 * may be reading its pages, so that the chip's thread has to wait for them.
 */
static void open_other_content(struct front *front, fuse_req_t req,
			       struct handle *handle)
{
	struct content *content = handle->content;
	struct request *request =
		front_request(front, req, handle->inode, store_size, "open");

	if (!request) {
		op_close_handle(front, handle);
		return;
	}
	request->handle = handle;
	request->changes = true; /* it takes no time, and has a handle */
	request->surely = true;
	request->first = true;
	request->quiet = true;
	request->store_in = front_number(front, handle->inode);
	if (bytes_set(&request->reply, content->bytes.data,
		      content->bytes.len) < 0)
		request->store_in = 0;
	front_ask(front, request, size_stored);
}

static void open_content(struct front *front, fuse_req_t req,
			 struct inode *inode, int flags,
			 struct content *content)
{
	struct handle *handle;
	bool direct;
	int err;

	if (inode->content && inode->content != content &&
	    may_be_stale(front, req, inode)) {
		fuse_reply_err(req, ESTALE); /* it looks the name up again */
		return;
	}
	err = op_new_handle(front, req, inode, flags, &handle);
	if (err < 0) {
		fuse_reply_err(req, -err);
		return;
	}
	note_opened(front, req);
	handle->content = content_ref(content);
	/* What is made for each open is nobody else's. */
	direct =
		is_writer(flags) || (inode->node->load && !inode->node->known &&
				     !inode->file && !inode->node->is_private);
	direct |= inode->content && inode->content != content;
	if (!direct && !inode->is_shown)
		show_content(front, inode, content);
	if (inode->content && inode->content != content &&
	    !inode->node->is_private)
		open_other_content(front, req, handle);
	else
		op_reply_handle(front, req, handle, direct);
}

/* What the chip's thread has loaded is known now, or is this reply's alone. */
static void loaded(struct front *front, struct request *request)
{
	struct content *known, *own = NULL;

	if (!request->req)
		return;
	if (request->err < 0) {
		fuse_reply_err(request->req, -request->err);
		return;
	}
	known = front_content(front, request->inode);
	if (!known && request->inode->file) {
		fuse_reply_err(request->req, ENOENT);
		return;
	}
	if (!known && content_new(&request->reply, &own) < 0) {
		fuse_reply_err(request->req, ENOMEM);
		return;
	}
	open_content(front, request->req, request->inode, request->flags,
		     known ? known : own);
	content_unref(own);
}

/* What is known is opened also when it could not be made new. */
static void renewed(struct front *front, struct request *request)
{
	struct content *known = front_content(front, request->inode);

	if (known && request->err != -ENODATA && request->err != -EUCLEAN)
		request->err = 0;
	loaded(front, request);
}

static void ask_to_open(struct front *front, fuse_req_t req,
			struct inode *inode, int flags, chip_work *work,
			void (*done)(struct front *front,
				     struct request *request))
{
	struct request *request =
		front_request(front, req, inode, work, "open");

	if (!request)
		return;
	request->flags = flags;
	front_ask(front, request, done);
}

/* What many may read is served while the chip works for others. */
static bool is_too_old(const struct front *front, const struct inode *inode)
{
	return inode->node->is_old && inode->node->is_old(front->view) &&
	       queue_is_idle(front->queue);
}

static void open_to_read(struct front *front, fuse_req_t req,
			 struct inode *inode, int flags)
{
	const struct node *node = inode->node;
	struct content *known = front_content(front, inode);

	if (!known && !node->load) {
		fuse_reply_err(req, ENODATA);
	} else if (!known) {
		front->misses += node->known != NULL;
		ask_to_open(front, req, inode, flags, node->load, loaded);
	} else if (is_too_old(front, inode)) {
		ask_to_open(front, req, inode, flags, node->renew, renewed);
	} else {
		front->hits++;
		open_content(front, req, inode, flags, known);
	}
}

static void open_latest(struct front *front, fuse_req_t req,
			struct inode *inode, int flags)
{
	struct content *signature =
		latest_get(&front->latest, fuse_req_ctx(req)->uid,
			   front->view->key->chip_number, inode->number);

	if (signature)
		open_content(front, req, inode, flags, signature);
	else
		fuse_reply_err(req, ENODATA);
}

void op_open(fuse_req_t req, fuse_ino_t number, struct fuse_file_info *fi)
{
	struct front *front = front_of(req);
	struct inode *inode = front_inode(front, number);
	const struct node *node = inode->node;
	bool writes = is_writer(fi->flags);
	int err = check_access(node, fi->flags);

	if (err < 0)
		fuse_reply_err(req, -err);
	else if (node->one_writer && writes)
		op_open_one_writer(front, req, inode, fi->flags);
	else if (node->open && (writes || (fi->flags & O_TRUNC)))
		ask_to_open(front, req, inode, fi->flags, node->open,
			    op_opened);
	else if ((fi->flags & O_ACCMODE) == O_WRONLY || node->fill ||
		 (node->run && writes))
		op_open_empty(front, req, inode, fi->flags);
	else if (node->keeps_latest)
		open_latest(front, req, inode, fi->flags);
	else
		open_to_read(front, req, inode, fi->flags);
}
