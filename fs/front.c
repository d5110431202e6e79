/* SPDX-License-Identifier: Apache-2.0 */
/* The loop, the known content of files, and open files. */
#include "front.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>
#include <linux/fuse.h>

#include "error.h"
#include "log.h"
#include "notify.h"

/* How often to look for requests whose deadline has passed. */
#define TICK_MS 250
/* Seconds. The content of a node never changes; names change within one. */
#define FOR_EVER   (365 * 86400.0)
#define NAMES_LAST 1.0

void front_take_view(struct front *front)
{
	struct view *view = chip_take_view(front->chip);

	if (!view)
		return;
	view_free(front->view);
	front->view = view;
}

static struct content *render(struct front *front, const struct node *node)
{
	struct nerveskey_counts counts = front->view->key->counts;
	BYTES_LOCAL(text);

	if (front->rendered && now_ms() - front->rendered_ms < BELIEVED_MS)
		return front->rendered;
	counts.hits = front->hits;
	counts.misses = front->misses;
	if (node->render(&counts, &text) == 0)
		content_update(&front->rendered, &text);
	front->rendered_ms = now_ms();
	return front->rendered;
}

struct content *front_known(struct front *front, const struct node *node,
			    unsigned int param)
{
	if (node->render)
		return render(front, node);
	return node->known ? node->known(front->view, node, param) : NULL;
}

struct content *front_content(struct front *front, const struct inode *inode)
{
	const struct setting_shown *setting;

	if (!inode->file)
		return front_known(front, inode->node, inode->param);
	setting = shown_find(front->view->settings, NULL, inode->file);
	return setting ? setting->content : NULL;
}

bool front_is_old(const struct front *front, const struct node *node)
{
	return node->is_old && node->is_old(front->view) &&
	       queue_is_idle(front->queue);
}

/* Whether the node's size is fixed. A file of settings/ can change. */
static bool is_fixed(const struct inode *inode)
{
	const struct node *node = inode->node;

	return !inode->file && (inode->content || node->size || node->run ||
				node->fill || S_ISDIR(node->mode));
}

double front_attr_timeout(const struct inode *inode)
{
	return is_fixed(inode) ? FOR_EVER : 0;
}

static off_t size_of(struct front *front, const struct inode *inode,
		     const struct handle *handle)
{
	const struct content *content = inode->content;

	if (inode->node->size)
		return inode->node->size;
	if (inode->node->run)
		return inode->end;
	if (inode->file && front_content(front, inode))
		content = front_content(front, inode);
	else if (handle && handle->content)
		content = handle->content;
	return content ? (off_t)content->bytes.len : 0;
}

void front_stat(struct front *front, const struct inode *inode,
		const struct handle *handle, struct stat *st)
{
	const mode_t mode = inode->node->mode;
	const struct setting_shown *setting =
		inode->file
			? shown_find(front->view->settings, NULL, inode->file)
			: NULL;
	const struct timespec changed = setting && setting->changed.tv_sec
						? setting->changed
						: front->started;
	const off_t size = size_of(front, inode, handle);

	*st = (struct stat){
		.st_ino = inode->number,
		.st_mode = (mode & S_IFMT) | (mode & 0777 & ~front->umask),
		.st_nlink = S_ISDIR(mode) ? 2 : 1,
		.st_uid = front->uid,
		.st_gid = front->gid,
		.st_size = size,
		.st_blocks = (size + 511) / 512,
		.st_mtim = changed,
		.st_atim = changed,
		.st_ctim = changed,
	};
}

int front_reply_entry(struct front *front, fuse_req_t req, struct inode *inode,
		      const struct fuse_file_info *opened)
{
	const struct node *node = inode->node;
	/* A name that may lead to another node next time is not cached. */
	bool lasts = is_fixed(inode) && !node->is_volatile && !node->is_private;
	struct fuse_entry_param entry = {
		.ino = front_number(inode),
		.generation = 1,
		.attr_timeout = front_attr_timeout(inode),
		.entry_timeout = lasts ? NAMES_LAST : 0,
	};
	int err;

	front_stat(front, inode, NULL, &entry.attr);
	inode->lookups++;
	err = opened ? fuse_reply_create(req, &entry, opened)
		     : fuse_reply_entry(req, &entry);
	if (err < 0)
		inode_forget(&front->inodes, inode, 1);
	return err;
}

int front_new_handle(struct front *front, fuse_req_t req, struct inode *inode,
		     int flags, struct handle **handle)
{
	const struct fuse_ctx *caller = fuse_req_ctx(req);
	bool member = handles_are_short(&front->inodes)
			      ? front_is_member(front, req)
			      : front_is_known_member(front, caller);
	int err =
		handle_new(&front->inodes, inode, caller->uid, member, handle);

	if (err == 0)
		(*handle)->writes = is_writer(flags);
	return err;
}

void front_close_handle(struct front *front, struct handle *handle)
{
	const struct node *node = handle->inode->node;

	if (handle->open || (node->one_writer && handle->writes))
		front_close_on_chip(front, handle->inode, node, handle->open);
	handle_free(&front->inodes, handle);
}

void front_reply_handle(struct front *front, fuse_req_t req,
			struct handle *handle, bool direct)
{
	struct fuse_file_info fi = { .fh = (uintptr_t)handle,
				     .direct_io = direct,
				     .keep_cache = !direct,
				     .noflush = 1 };

	/* The open was interrupted, so no RELEASE will come. */
	if (fuse_reply_open(req, &fi) == -ENOENT)
		front_close_handle(front, handle);
}

struct latest *front_latest(struct front *front, uid_t uid, uint64_t file)
{
	struct latest *latest = front->latest;

	while ((latest->uid != uid || latest->file != file) &&
	       latest < &front->latest[LATEST_USERS - 1])
		latest++;
	return latest;
}

/*
 * Handle one request, then wipe libfuse's buffer, because what was written may be
 * a key. An error means the end of the connection, or that nothing was there.
 */
static int take_from_kernel(struct front *front, struct fuse_buf *buffer)
{
	const struct fuse_in_header *header;
	int got = fuse_session_receive_buf(front->session, buffer);

	if (got <= 0)
		return got == -EINTR || got == -EAGAIN ? 0 : got;
	fuse_session_process_buf(front->session, buffer);
	header = buffer->mem;
	if (header->opcode == FUSE_WRITE || header->opcode == FUSE_SETXATTR)
		explicit_bzero(buffer->mem, (size_t)got);
	return got;
}

static void take_finished(struct front *front)
{
	struct request *request;

	do {
		request = queue_finished(front->queue);
		front_take_view(front);
		if (request)
			front_finish(front, request);
	} while (request);
}

static void note_ready(struct front *front)
{
	if (!front->ready || !front->initialized)
		return;
	front->ready();
	front->ready = NULL;
	notify_tell("READY=1");
	front->watchdog_ms = notify_watchdog_ms();
}

/* In milliseconds; -1: until something happens. */
static int patience(const struct front *front)
{
	bool ticks =
		front->oldest && (unsigned int)front->watchdog_ms > TICK_MS;

	return ticks ? TICK_MS : front->watchdog_ms;
}

static void look_at_clock(struct front *front)
{
	if (front->oldest)
		front_give_up_all(front, true, ETIMEDOUT);
	if (front->watchdog_ms < 0 || now_ms() < front->alive_ms)
		return;
	if (queue_is_healthy(front->queue))
		notify_tell("WATCHDOG=1");
	front->alive_ms = now_ms() + (uint64_t)front->watchdog_ms;
}

static void begin_to_end(struct front *front)
{
	front->ending = true;
	front_give_up_all(front, false, ENODEV);
}

static void take_signal(struct front *front)
{
	struct signalfd_siginfo signal;

	(void)!read(front->signals, &signal, sizeof(signal));
	if (front->ending) /* a second signal ends it at once */
		fuse_session_exit(front->session);
	begin_to_end(front);
}

/* After a signal, changes of the chip are awaited. */
static bool is_over(const struct front *front)
{
	bool waits = !front->ending;

	for (const struct request *r = front->oldest; r; r = r->newer)
		waits |= r->req && r->changes;
	return !waits || fuse_session_exited(front->session);
}

static int take_turn(struct front *front, struct fuse_buf *buffer)
{
	struct pollfd fds[] = {
		{ .fd = fuse_session_fd(front->session), .events = POLLIN },
		{ .fd = queue_fd(front->queue), .events = POLLIN },
		{ .fd = front->signals, .events = POLLIN },
	};

	if (poll(fds, 3, patience(front)) < 0)
		return errno == EINTR ? 1 : -errno;
	if (fds[1].revents)
		take_finished(front);
	if (fds[2].revents)
		take_signal(front);
	return fds[0].revents ? take_from_kernel(front, buffer) : 1;
}

int front_serve(struct front *front)
{
	struct fuse_buf buffer = { .mem = NULL };
	int ret = 0;

	front->watchdog_ms = -1;
	front_take_view(front);
	while (ret >= 0 && !is_over(front)) {
		ret = take_turn(front, &buffer);
		note_ready(front);
		look_at_clock(front);
	}
	begin_to_end(front);
	while (front->inodes.first_handle)
		front_close_handle(front, front->inodes.first_handle);
	free(buffer.mem);
	return ret < 0 ? ret : 0;
}

void front_free(struct front *front)
{
	struct request *request;

	while ((request = queue_finished(front->queue)))
		front_drop(front, request);
	inodes_free(&front->inodes);
	for (size_t i = 0; i < LATEST_USERS; i++)
		content_unref(front->latest[i].signature);
	bytes_free(&front->names);
	content_unref(front->rendered);
	view_free(front->view);
}
