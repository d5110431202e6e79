/* SPDX-License-Identifier: Apache-2.0 */
/* Look up, open and close files: which content, and whether it is known. */
#include <errno.h>

#include "front.h"

static void op_lookup(fuse_req_t req, fuse_ino_t number, const char *name)
{
	struct front *front = front_of(req);
	struct inode *parent = front_inode(front, number);
	unsigned int param = parent->param;
	const struct node *node;
	struct inode *inode;

	if (parent->node->directory) {
		op_lookup_setting(front, req, parent, name);
		return;
	}
	front_take_view(front); /* names last: what is new counts now */
	node = nodes_find(front->view, parent->node, name, &param);
	if (!node) {
		fuse_reply_err(req, ENOENT);
		return;
	}
	front->rendered_ms = 0; /* show the present counts */
	inode = inodes_get(
		&front->inodes,
		&(struct inode_key){ .node = node,
				     .param = param,
				     .name = node->match ? name : NULL },
		front_known(front, node, param));
	front_reply_inode(front, req, inode);
	if (node->match)
		op_note_name(front, parent, name);
}

/* The place of a process among those that got ESTALE; NULL: it did not. */
static pid_t *find_stale(struct front *front, pid_t pid)
{
	for (size_t i = 0; i < STALE_MOST; i++)
		if (front->stale[i] == pid)
			return &front->stale[i];
	return NULL;
}

/* ESTALE at most once for a node, and not twice in a row for a process. */
static bool may_be_stale(struct front *front, pid_t pid, struct inode *inode)
{
	if (inode->stale_told || inode->node->is_private ||
	    find_stale(front, pid))
		return false;
	inode->stale_told = true;
	front->stale[front->stale_next++ % STALE_MOST] = pid;
	return true;
}

/*
 * Store the content in the kernel's pages before it is read. Otherwise the kernel
 * may take the file for empty, and so would programs that use its size. The node
 * is not open yet, so this waits for no page.
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
	fuse_lowlevel_notify_store(front->session, front_number(inode), 0,
				   &buffer, 0);
}

/* Store the content for its size only: the open drops the pages. */
static int store_size(struct chip *chip, struct request *request)
{
	(void)chip;
	bytes_move(&request->reply, &request->data);
	return 0;
}

static void size_stored(struct front *front, struct request *request)
{
	if (request->req)
		front_reply_handle(front, request->req, request->handle, true);
	else
		front_close_handle(front, request->handle);
}

/*
 * Open a node whose pages have other content, which may be shorter. Other
 * processes may be reading its pages, so the chip's thread waits for them.
 */
static void open_other_content(struct front *front, fuse_req_t req,
			       struct handle *handle)
{
	const struct bytes *content = &handle->content->bytes;
	const struct request what = {
		.work = store_size,
		.verb = "open",
		.done = size_stored,
		.done_anyway = true,
		.handle = handle,
		.size = content->len,
		.store_in = front_number(handle->inode),
		.changes = true, /* it takes no time, and has a handle */
		.surely = true,
		.first = true,
		.quiet = true,
	};

	if (!front_ask(front, req, handle->inode, content->data, &what))
		front_close_handle(front, handle);
}

static void open_content(struct front *front, fuse_req_t req,
			 struct inode *inode, int flags,
			 struct content *content)
{
	const struct node *node = inode->node;
	const pid_t pid = fuse_req_ctx(req)->pid;
	bool is_other = inode->content && inode->content != content;
	/* Content that is made for this open is only for its caller. */
	bool is_own =
		node->load && !node->known && !inode->file && !node->is_private;
	bool direct = is_writer(flags) || is_own || is_other;
	struct handle *handle;
	pid_t *stale;
	int err;

	/* After ESTALE the kernel looks the name up again. */
	err = is_other && may_be_stale(front, pid, inode) ? -ESTALE : 0;
	if (err == 0)
		err = front_new_handle(front, req, inode, flags, &handle);
	if (err < 0) {
		fuse_reply_err(req, -err);
		return;
	}
	stale = find_stale(front, pid);
	if (stale)
		*stale = 0;
	handle->content = content_ref(content);
	if (!direct && !inode->is_shown)
		show_content(front, inode, content);
	if (is_other && !node->is_private)
		open_other_content(front, req, handle);
	else
		front_reply_handle(front, req, handle, direct);
}

/* Open what the chip's thread has loaded: from the view, or from the reply. */
static void loaded(struct front *front, struct request *request)
{
	struct content *known = front_content(front, request->inode);
	struct content *own = NULL;
	int err = 0;

	if (!known && request->inode->file)
		err = -ENOENT;
	else if (!known)
		err = content_new(&request->reply, &own);
	if (err < 0)
		fuse_reply_err(request->req, -err);
	else
		open_content(front, request->req, request->inode,
			     request->flags, known ? known : own);
	content_unref(own);
}

/* If the content could not be renewed, open what is known. */
static void renewed(struct front *front, struct request *request)
{
	struct content *known = front_content(front, request->inode);

	if (!request->req)
		return;
	if (request->err == 0 ||
	    (known && request->err != -ENODATA && request->err != -EUCLEAN))
		loaded(front, request);
	else
		fuse_reply_err(request->req, -request->err);
}

/* Old content is served while the chip works for other requests. */
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
	struct request what = { .verb = "open", .flags = flags };

	if (!known && !node->load) {
		fuse_reply_err(req, ENODATA);
	} else if (!known) {
		front->misses += node->known != NULL;
		what.work = node->load;
		what.done = loaded;
		front_ask(front, req, inode, NULL, &what);
	} else if (is_too_old(front, inode)) {
		what.work = node->renew;
		what.done = renewed;
		what.done_anyway = true;
		front_ask(front, req, inode, NULL, &what);
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

/* Open without content, which a later request makes. */
static void open_empty(struct front *front, fuse_req_t req, struct inode *inode,
		       int flags)
{
	struct handle *handle;
	int err = front_new_handle(front, req, inode, flags, &handle);

	if (err < 0)
		fuse_reply_err(req, -err);
	else
		front_reply_handle(front, req, handle, true);
}

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

static void op_open(fuse_req_t req, fuse_ino_t number,
		    struct fuse_file_info *fi)
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
		op_open_on_chip(front, req, inode, fi->flags);
	else if ((fi->flags & O_ACCMODE) == O_WRONLY || node->fill ||
		 (node->run && writes))
		open_empty(front, req, inode, fi->flags);
	else if (node->keeps_latest)
		open_latest(front, req, inode, fi->flags);
	else
		open_to_read(front, req, inode, fi->flags);
}

static void op_release(fuse_req_t req, fuse_ino_t number,
		       struct fuse_file_info *fi)
{
	(void)number;
	front_close_handle(front_of(req), handle_of(fi));
	fuse_reply_err(req, 0);
}

void ops_open(struct fuse_lowlevel_ops *ops)
{
	ops->lookup = op_lookup;
	ops->open = op_open;
	ops->release = op_release;
}
