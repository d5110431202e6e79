/* SPDX-License-Identifier: Apache-2.0 */
/* The loop, the known content of files, and open files. */
#include "front.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
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
	struct bytes text = BYTES_INIT;

	if (front->rendered && now_ms() - front->rendered_ms < BELIEVED_MS)
		return front->rendered;
	counts.hits = front->hits;
	counts.misses = front->misses;
	if (node->render(&counts, &text) == 0)
		content_update(&front->rendered, &text);
	bytes_free(&text);
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
	setting = view_setting_by_id(front->view, inode->file);
	return setting ? setting->content : NULL;
}

bool front_map_is_fresh(const struct front *front)
{
	return front->view->key->present && front->view->settings_error == 0 &&
	       now_ms() - front->view->settings_ms < BELIEVED_MS;
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
		inode->file ? view_setting_by_id(front->view, inode->file)
			    : NULL;

	memset(st, 0, sizeof(*st));
	st->st_ino = inode->number;
	st->st_mode = (mode & S_IFMT) | (mode & 0777 & ~front->umask);
	st->st_nlink = S_ISDIR(mode) ? 2 : 1;
	st->st_uid = front->uid;
	st->st_gid = front->gid;
	st->st_size = size_of(front, inode, handle);
	st->st_blocks = (st->st_size + 511) / 512;
	st->st_mtim = setting && setting->changed.tv_sec ? setting->changed
							 : front->started;
	st->st_atim = st->st_mtim;
	st->st_ctim = st->st_mtim;
}

void front_entry(struct front *front, const struct inode *inode,
		 struct fuse_entry_param *entry)
{
	const struct node *node = inode->node;

	memset(entry, 0, sizeof(*entry));
	entry->ino = front_number(inode);
	entry->generation = 1;
	entry->attr_timeout = front_attr_timeout(inode);
	/* A name that may lead to another node next time has a short timeout. */
	if (is_fixed(inode) && !node->is_volatile && !node->is_private)
		entry->entry_timeout = NAMES_LAST;
	front_stat(front, inode, NULL, &entry->attr);
}

void front_reply_inode(struct front *front, fuse_req_t req, struct inode *inode)
{
	struct fuse_entry_param entry;

	if (!inode) {
		fuse_reply_err(req, ENOMEM);
		return;
	}
	front_entry(front, inode, &entry);
	inode->lookups++;
	if (fuse_reply_entry(req, &entry) < 0)
		inode_forget(&front->inodes, inode, 1);
}

int front_new_handle(struct front *front, fuse_req_t req, struct inode *inode,
		     int flags, struct handle **handle)
{
	const struct fuse_ctx *caller = fuse_req_ctx(req);
	bool member = caller->uid == 0 || caller->uid == front->uid ||
		      caller->gid == front->gid;
	int err;

	if (!member && handles_are_short(&front->inodes))
		member = front_is_member(front, req);
	err = handle_new(&front->inodes, inode, caller->uid, member, handle);
	if (err == 0)
		(*handle)->flags = flags;
	return err;
}

void front_close_handle(struct front *front, struct handle *handle)
{
	const struct node *node = handle->inode->node;

	if (handle->open || (node->one_writer && is_writer(handle->flags)))
		front_close_on_chip(front, handle->inode, node, handle->open);
	handle_free(&front->inodes, handle);
}

void front_reply_handle(struct front *front, fuse_req_t req,
			struct handle *handle, bool direct)
{
	struct fuse_file_info fi = { .fh = (uintptr_t)handle,
				     .direct_io = direct,
				     .keep_cache = !direct,
				     .noflush =
					     !handle->inode->node->one_writer };

	/* The open was interrupted, so no RELEASE will come. */
	if (fuse_reply_open(req, &fi) == -ENOENT)
		front_close_handle(front, handle);
}

/*
 * Handle one request, then wipe libfuse's buffer, because what was written may be
 * a key. An error means the end of the connection, or that nothing was there.
 */
static int take_from_kernel(struct front *front, struct fuse_buf *buffer)
{
	const struct fuse_in_header *header;
	int got = fuse_session_receive_buf(front->session, buffer);

	if (got == -EINTR || got == -EAGAIN)
		return 0;
	if (got <= 0)
		return got;
	fuse_session_process_buf(front->session, buffer);
	header = buffer->mem;
	if (header->opcode == FUSE_WRITE || header->opcode == FUSE_SETXATTR)
		explicit_bzero(buffer->mem, (size_t)got);
	return got;
}

static void take_finished(struct front *front)
{
	struct request *finished = queue_finished(front->queue);

	front_take_view(front);
	front_finish(front, finished);
}

static void note_ready(struct front *front)
{
	if (front->is_ready || !front->initialized)
		return;
	front->is_ready = true;
	front->ready();
	notify_ready();
	front->is_watched = notify_watchdog_ms() >= 0;
}

static int patience(const struct front *front)
{
	int watchdog = front->is_watched ? notify_watchdog_ms() : -1;

	if (front->oldest && (watchdog < 0 || watchdog > TICK_MS))
		return TICK_MS;
	return watchdog;
}

static void look_at_clock(struct front *front)
{
	if (front->oldest)
		front_look_at_deadlines(front);
	if (front->is_watched && notify_watchdog_ms() == 0)
		notify_alive(queue_is_healthy(front->queue));
}

/* Give up all requests that have not begun to change the chip. */
static void begin_to_end(struct front *front)
{
	struct request *request, *next;

	front->ending = true;
	for (request = front->oldest; request; request = next) {
		next = request->newer;
		if (request->req)
			front_give_up(front, request, ENODEV);
	}
}

static void take_signal(struct front *front)
{
	struct signalfd_siginfo signal;

	(void)!read(front->signals, &signal, sizeof(signal));
	if (front->ending) /* a second signal ends it at once */
		fuse_session_exit(front->session);
	begin_to_end(front);
}

static bool is_over(const struct front *front)
{
	const struct request *request = front->oldest;

	if (!front->ending || fuse_session_exited(front->session))
		return fuse_session_exited(front->session);
	while (request && !(request->req && request->changes))
		request = request->newer;
	return !request;
}

/* The sources of events: the kernel, the chip's thread, signals. */
enum source { KERNEL, QUEUE, SIGNALS, SOURCES };

static int open_poller(const struct front *front)
{
	const int fds[] = {
		[KERNEL] = fuse_session_fd(front->session),
		[QUEUE] = queue_fd(front->queue),
		[SIGNALS] = front->signals,
	};
	int poller = epoll_create1(EPOLL_CLOEXEC);

	for (uint32_t i = 0; i < SOURCES && poller >= 0; i++) {
		struct epoll_event event = { .events = EPOLLIN, .data.u32 = i };

		if (epoll_ctl(poller, EPOLL_CTL_ADD, fds[i], &event) < 0) {
			close(poller);
			poller = -1;
		}
	}
	return poller < 0 ? fail_because(errno, "epoll: %s", strerror(errno))
			  : poller;
}

static int take_turn(struct front *front, int poller, struct fuse_buf *buffer)
{
	struct epoll_event events[SOURCES];
	int count = epoll_wait(poller, events, SOURCES, patience(front));
	int ret = 1;

	if (count < 0)
		return errno == EINTR ? 1 : -errno;
	for (int i = 0; i < count && ret >= 0; i++) {
		if (events[i].data.u32 == KERNEL)
			ret = take_from_kernel(front, buffer);
		else if (events[i].data.u32 == QUEUE)
			take_finished(front);
		else
			take_signal(front);
	}
	return ret;
}

int front_serve(struct front *front)
{
	struct fuse_buf buffer = { .mem = NULL };
	int poller = open_poller(front), ret = poller;

	front_take_view(front);
	while (ret >= 0 && !is_over(front)) {
		ret = take_turn(front, poller, &buffer);
		note_ready(front);
		look_at_clock(front);
	}
	begin_to_end(front);
	while (front->inodes.first_handle)
		front_close_handle(front, front->inodes.first_handle);
	free(buffer.mem);
	if (poller >= 0)
		close(poller);
	return ret == -ENODEV || ret >= 0 ? 0 : ret;
}

void front_free(struct front *front)
{
	struct request *request = queue_finished(front->queue), *next;

	for (; request; request = next) {
		next = request->next;
		front_drop(front, request);
	}
	inodes_free(&front->inodes);
	latest_free(&front->latest);
	bytes_free(&front->names[0]);
	bytes_free(&front->names[1]);
	content_unref(front->rendered);
	view_free(front->view);
}
