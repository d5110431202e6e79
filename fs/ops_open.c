/* SPDX-License-Identifier: Apache-2.0 */
/* Open, create and close files: which content, and whether it is known. */
#include <errno.h>

#include "front.h"

/* A whole provisioning request can come in one write. */
#define LONGEST_WRITE 65536

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
	const struct request what = {
		.work = store_size,
		.verb = "open",
		.done = size_stored,
		.handle = handle,
		.data = handle->content->bytes,
		.store_in = front_number(handle->inode),
		.surely = true, /* it takes no time, and has a handle */
		.first = true,
		.quiet = true,
	};

	if (!front_ask(front, req, handle->inode, &what))
		front_close_handle(front, handle);
}

/* These functions return an error, or 0 if they answer or will answer. */

static int open_content(struct front *front, fuse_req_t req,
			struct inode *inode, int flags, struct content *content)
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

	if (is_other && may_be_stale(front, pid, inode))
		return -ESTALE; /* the kernel looks the name up again */
	err = front_new_handle(front, req, inode, flags, &handle);
	if (err < 0)
		return err;
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
	return 0;
}

/* Open what the chip's thread has loaded: from the view, or from the reply. */
static void loaded(struct front *front, struct request *request)
{
	struct content *content =
		content_ref(front_content(front, request->inode));

	/* If the content could not be renewed, open what is known. */
	if (content && request->node->is_old && request->err != -ENODATA &&
	    request->err != -EUCLEAN)
		request->err = 0;
	if (!content && request->err == 0)
		request->err = request->inode->file
				       ? -ENOENT
				       : content_new(&request->reply, &content);
	if (request->req && request->err == 0)
		request->err = open_content(front, request->req, request->inode,
					    request->flags, content);
	front_has_failed(request);
	content_unref(content);
}

static int open_to_read(struct front *front, fuse_req_t req,
			struct inode *inode, int flags)
{
	const struct node *node = inode->node;
	struct content *known = front_content(front, inode);
	struct request what = { .work = known ? node->renew : node->load,
				.verb = "open",
				.done = loaded,
				.flags = flags };

	if (!known && !node->load)
		return -ENODATA;
	front->misses += node->known && !known;
	if (!known || front_is_old(front, node)) {
		front_ask(front, req, inode, &what);
		return 0;
	}
	front->hits++;
	return open_content(front, req, inode, flags, known);
}

static int open_latest(struct front *front, fuse_req_t req, struct inode *inode,
		       int flags)
{
	const uid_t uid = fuse_req_ctx(req)->uid;
	struct latest *latest = front_latest(front, uid, inode->number);

	if (latest->uid != uid || latest->file != inode->number ||
	    latest->chip != front->view->key->chip_number)
		return -ENODATA;
	return open_content(front, req, inode, flags, latest->signature);
}

/* Open without content, which a later request makes. */
static int open_empty(struct front *front, fuse_req_t req, struct inode *inode,
		      int flags)
{
	struct handle *handle;
	int err = front_new_handle(front, req, inode, flags, &handle);

	if (err < 0)
		return err;
	handle->content = content_ref(front_content(front, inode));
	front_reply_handle(front, req, handle, true);
	return 0;
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

static void created(struct front *front, struct request *request)
{
	struct fuse_file_info fi = { .direct_io = 1, .noflush = 1 };
	struct inode *inode = NULL, file;
	struct handle *handle;
	int err = request->err;

	if (err == 0 &&
	    !front_find(front, request->inode, request->name, &file))
		err = -ENOENT;
	if (err == 0) {
		inode = inodes_get(&front->inodes, &file);
		err = inode ? 0 : -ENOMEM;
	}
	handle = take_opened(front, request, inode, err);
	fi.fh = (uintptr_t)handle;
	if (!handle && inode) /* the kernel does not hear of it */
		inode_forget(&front->inodes, inode, 0);
	else if (handle &&
		 front_reply_entry(front, request->req, inode, &fi) < 0)
		front_close_handle(front, handle);
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

static int open_one_writer(struct front *front, fuse_req_t req,
			   struct inode *inode, int flags);

static void released(struct front *front, struct request *request)
{
	request->err = open_one_writer(front, request->req, request->inode,
				       request->flags);
	front_has_failed(request);
}

/* close(2) returns before the kernel sends RELEASE, so wait for that. */
static int open_one_writer(struct front *front, fuse_req_t req,
			   struct inode *inode, int flags)
{
	bool *has_writer = &front->has_writer[inode->node->which];
	int err;

	if (*has_writer) {
		front_ask(front, req, inode,
			  &(struct request){ .verb = "open",
					     .done = released,
					     .parked = true,
					     .flags = flags });
		return 0;
	}
	*has_writer = true;
	err = open_empty(front, req, inode, flags);
	if (err < 0)
		*has_writer = false;
	return err;
}

static int check_access(const struct node *node, int flags)
{
	int access = flags & O_ACCMODE;

	if (S_ISDIR(node->mode))
		return -EISDIR;
	if ((access != O_WRONLY && !(node->mode & S_IRUSR)) ||
	    (access != O_RDONLY && !(node->mode & S_IWUSR)))
		return -EACCES;
	return 0;
}

static int open_node(struct front *front, fuse_req_t req, struct inode *inode,
		     int flags)
{
	const struct node *node = inode->node;
	bool writes = is_writer(flags);

	if (node->one_writer && writes)
		return open_one_writer(front, req, inode, flags);
	if (node->open && (writes || (flags & O_TRUNC))) {
		front_ask(front, req, inode,
			  &(struct request){ .work = node->open,
					     .verb = "open",
					     .done = opened,
					     .flags = flags });
		return 0;
	}
	if ((flags & O_ACCMODE) == O_WRONLY || node->fill ||
	    (node->run && writes))
		return open_empty(front, req, inode, flags);
	if (node->keeps_latest)
		return open_latest(front, req, inode, flags);
	return open_to_read(front, req, inode, flags);
}

static void op_open(fuse_req_t req, fuse_ino_t number,
		    struct fuse_file_info *fi)
{
	struct front *front = front_of(req);
	struct inode *inode = front_inode(front, number);
	int err = check_access(inode->node, fi->flags);

	if (err == 0)
		err = open_node(front, req, inode, fi->flags);
	if (err < 0)
		fuse_reply_err(req, -err);
}

static void op_release(fuse_req_t req, fuse_ino_t number,
		       struct fuse_file_info *fi)
{
	front_close_handle(front_of(req), handle_of(fi));
	fuse_reply_err(req, 0);
}

static void op_init(void *userdata, struct fuse_conn_info *connection)
{
	struct front *front = userdata;

	/* What is written may be a key, and must not go through a pipe. */
	connection->want &= ~(unsigned int)FUSE_CAP_SPLICE_READ;
	/* A listing must not load the attributes of each file. */
	connection->want &= ~(unsigned int)FUSE_CAP_READDIRPLUS;
	connection->max_write = LONGEST_WRITE;
	front->initialized = true;
}

const struct fuse_lowlevel_ops *front_ops(void)
{
	static struct fuse_lowlevel_ops ops = { .init = op_init,
						.open = op_open,
						.create = op_create,
						.release = op_release,
						.releasedir = op_release };

	ops_io(&ops);
	ops_names(&ops);
	ops_attributes(&ops);
	return &ops;
}
