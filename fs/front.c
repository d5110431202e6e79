/* SPDX-License-Identifier: Apache-2.0 */
/* The loop. */
#include "front_private.h"

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

/* How often it is looked for requests whose deadline has passed. */
#define TICK_MS 250

static void take_finished(struct front *front)
{
	struct request *request = queue_finished(front->queue), *next;

	front_take_view(front);
	for (; request; request = next) {
		next = request->next;
		request_unlink(front, request);
		request->done(front, request);
		front_drop(front, request);
	}
}

/*
 * What was written may be a key, and libfuse's buffer is used again. An error
 * is the end of the connection, or a moment in which nothing is there.
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

static void note_ready(struct front *front)
{
	if (front->is_ready || !front->initialized)
		return;
	front->is_ready = true;
	front->ready();
	notify_ready(front->notify);
}

static int patience(const struct front *front)
{
	int watchdog = front->is_ready ? notify_watchdog_ms(front->notify) : -1;

	if (front->oldest && (watchdog < 0 || watchdog > TICK_MS))
		return TICK_MS;
	return watchdog;
}

static void look_at_clock(struct front *front)
{
	if (front->oldest)
		requests_look_at_deadlines(front);
	if (front->is_ready && front->notify)
		notify_alive(front->notify, queue_is_healthy(front->queue));
}

/* What has not begun to change the chip will not be done any more. */
static void begin_to_end(struct front *front)
{
	struct request *request, *next;

	front->ending = true;
	for (request = front->oldest; request; request = next) {
		next = request->newer;
		if (request->req)
			request_give_up(front, request, ENODEV);
	}
}

static void take_signal(struct front *front)
{
	struct signalfd_siginfo signal;

	(void)!read(front->signals, &signal, sizeof(signal));
	if (front->ending) /* the second: somebody is impatient */
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

/* The kernel, the chip's thread, and signals, by their place. */
enum source { KERNEL, QUEUE, SIGNALS, SOURCES };

static int watch(int poller, enum source source, int fd)
{
	struct epoll_event event = { .events = EPOLLIN, .data.u32 = source };

	return epoll_ctl(poller, EPOLL_CTL_ADD, fd, &event) < 0 ? -errno : 0;
}

static int open_poller(const struct front *front)
{
	int poller = epoll_create1(EPOLL_CLOEXEC), err;

	if (poller < 0)
		return fail_because(errno, "epoll: %s", strerror(errno));
	err = watch(poller, KERNEL, fuse_session_fd(front->session));
	if (err == 0)
		err = watch(poller, QUEUE, queue_fd(front->queue));
	if (err == 0)
		err = watch(poller, SIGNALS, front->signals);
	if (err == 0)
		return poller;
	close(poller);
	return fail_because(-err, "epoll: %s", strerror(-err));
}

static int take_turn(struct front *front, int poller, struct fuse_buf *buffer)
{
	struct epoll_event events[SOURCES];
	int count = epoll_wait(poller, events, SOURCES, patience(front));
	int ret = 1;

	if (count < 0)
		return errno == EINTR ? 1 : -errno;
	for (int i = 0; i < count && ret >= 0; i++)
		switch ((enum source)events[i].data.u32) {
		case KERNEL:
			ret = take_from_kernel(front, buffer);
			break;
		case QUEUE:
			take_finished(front);
			break;
		default:
			take_signal(front);
			break;
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
	front_close_all(front);
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
	content_unref(front->rendered);
	view_unref(front->view);
}
