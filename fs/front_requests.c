/* SPDX-License-Identifier: Apache-2.0 */
/* Requests on their way to the chip's thread and back. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "front.h"

/* The chip's thread has a deadline of its own, with a better sentence. */
#define GRACE_MS 250
/* close(2) returns before the kernel sends the release. */
#define RELEASE_MS 1000

bool front_is_member(const struct front *front, fuse_req_t req)
{
	const struct fuse_ctx *caller = fuse_req_ctx(req);
	gid_t groups[64];
	int count;

	if (caller->uid == 0 || caller->uid == front->uid ||
	    caller->gid == front->gid)
		return true;
	count = fuse_req_getgroups(req, 64, groups);
	for (int i = 0; i < count && i < 64; i++)
		if (groups[i] == front->gid)
			return true;
	return false;
}

static size_t size_of(const char *name)
{
	return name ? strlen(name) + 1 : 0;
}

/* A copy with its own names and data. NULL: no memory. */
static struct request *copy_request(const struct request *what,
				    const struct inode *inode,
				    const void *written)
{
	const char *name = what->name ? what->name : inode->name;
	const size_t len = size_of(name), target_len = size_of(what->target);
	struct request *made = malloc(sizeof(*made) + len + target_len);

	if (!made)
		return NULL;
	*made = *what;
	if (written && bytes_set(&made->data, written, what->size) < 0) {
		free(made);
		return NULL;
	}
	if (name)
		made->name = memcpy(made->text, name, len);
	if (what->target)
		made->target =
			memcpy(made->text + len, what->target, target_len);
	return made;
}

static struct request *make_request(struct front *front, fuse_req_t req,
				    struct inode *inode, const void *written,
				    const struct request *what)
{
	struct request *request = copy_request(what, inode, written);

	if (!request)
		return NULL;
	if (!request->node)
		request->node = inode->node;
	if (!request->limit_ms)
		request->limit_ms = WORK_MS;
	request->param = inode->param;
	request->file = inode->file;
	request->req = req;
	request->asked_ms = now_ms();
	request->surely |= !req;
	request->uid = req ? fuse_req_ctx(req)->uid : 0;
	request->member = !req || front_is_member(front, req);
	request->inode = inode;
	inode_pin(inode);
	return request;
}

void front_drop(struct front *front, struct request *request)
{
	inode_unpin(&front->inodes, request->inode);
	bytes_free(&request->data);
	bytes_free(&request->reply);
	free(request);
}

static void link_request(struct front *front, struct request *request)
{
	request->older = front->newest;
	request->newer = NULL;
	if (front->newest)
		front->newest->newer = request;
	else
		front->oldest = request;
	front->newest = request;
}

static void unlink_request(struct front *front, struct request *request)
{
	if (request->older)
		request->older->newer = request->newer;
	else
		front->oldest = request->newer;
	if (request->newer)
		request->newer->older = request->older;
	else
		front->newest = request->older;
}

static void answer(struct request *request, int err)
{
	if (request->req)
		fuse_reply_err(request->req, err);
	request->req = NULL;
}

/* A request that still waits will not begin. */
void front_give_up(struct front *front, struct request *request, int err)
{
	if (request->surely) /* it takes no chip time */
		return;
	if (request->parked || queue_take_back(front->queue, request)) {
		unlink_request(front, request);
		answer(request, err);
		front_drop(front, request);
	} else if (!request->changes || err == ETIMEDOUT) {
		answer(request, err);
	}
}

/* The process was interrupted or killed. */
static void interrupted(fuse_req_t req, void *data)
{
	struct request *request = data;

	if (request->req == req)
		front_give_up(front_of(req), request, EINTR);
}

static int hand_over(struct front *front, struct request *request)
{
	if (!request)
		return -ENOMEM;
	if (front->ending && request->req && request->changes)
		return -ENODEV;
	return request->parked ? 0 : queue_put(front->queue, request);
}

bool front_ask(struct front *front, fuse_req_t req, struct inode *inode,
	       const void *written, const struct request *what)
{
	struct request *request =
		make_request(front, req, inode, written, what);
	int err = hand_over(front, request);

	if (err < 0) {
		if (req)
			fuse_reply_err(req, -err);
		if (request)
			front_drop(front, request);
		return false;
	}
	link_request(front, request);
	/* Last, because the request may be interrupted at once, and freed. */
	if (req)
		fuse_req_interrupt_func(req, interrupted, request);
	return true;
}

static void finish(struct front *front, struct request *request)
{
	if (request->done && request->done_anyway)
		request->done(front, request);
	else if (request->req && request->done && request->err == 0)
		request->done(front, request);
	else
		answer(request, -request->err);
}

void front_finish(struct front *front, struct request *finished)
{
	struct request *request, *next;

	for (request = finished; request; request = next) {
		next = request->next;
		unlink_request(front, request);
		finish(front, request);
		front_drop(front, request);
	}
}

/* Open `node`, which has one writer at a time, for the oldest waiting request. */
static void unpark(struct front *front, const struct node *node)
{
	struct request *request = front->oldest;

	while (request && (!request->parked || request->node != node))
		request = request->newer;
	if (!request)
		return;
	unlink_request(front, request);
	fuse_req_interrupt_func(request->req, NULL, NULL);
	request->done(front, request);
	front_drop(front, request);
}

static void closed(struct front *front, struct request *request)
{
	if (!request->node->one_writer)
		return;
	front->writers[request->node->which].open = false;
	unpark(front, request->node);
}

void front_close_on_chip(struct front *front, struct inode *inode,
			 const struct node *node, void *open)
{
	front_ask(front, NULL, inode, NULL,
		  &(struct request){ .work = node->close,
				     .verb = "close",
				     .done = closed,
				     .done_anyway = true,
				     .node = node,
				     .open = open,
				     .limit_ms = node->put_ms,
				     .first = true });
}

static bool is_late(struct front *front, struct request *request, uint64_t now)
{
	uint64_t begun;

	if (request->parked)
		return now - request->asked_ms > RELEASE_MS;
	begun = queue_begun_ms(front->queue, request);
	/* The request may have begun after `now`. */
	return begun ? now > begun + request->limit_ms + GRACE_MS
		     : now > request->asked_ms + PATIENCE_MS;
}

void front_look_at_deadlines(struct front *front)
{
	const uint64_t now = now_ms();
	struct request *request = front->oldest, *next;

	for (; request; request = next) {
		next = request->newer;
		if (request->req && is_late(front, request, now))
			front_give_up(front, request,
				      request->parked ? EBUSY : ETIMEDOUT);
	}
}
