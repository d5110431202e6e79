/* SPDX-License-Identifier: Apache-2.0 */
/* Requests on their way to the chip's thread and back. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "front.h"

/* How long a request may wait for those before it. */
#define PATIENCE_MS 30000
/* How long a request may take once it is begun, if its row has no other limit. */
#define WORK_MS 8000
/* The chip's thread has a deadline of its own, with a better sentence. */
#define GRACE_MS 250
/* close(2) returns before the kernel sends the release. */
#define RELEASE_MS 1000

bool front_is_member(const struct front *front, fuse_req_t req)
{
	const struct fuse_ctx *caller = fuse_req_ctx(req);
	gid_t groups[64];
	int count;

	if (front_is_known_member(front, caller))
		return true;
	count = fuse_req_getgroups(req, 64, groups);
	for (int i = 0; i < count && i < 64; i++)
		if (groups[i] == front->gid)
			return true;
	return false;
}

/* The name that the file has now, or "". */
static const char *name_of(const struct front *front, const struct inode *inode)
{
	const struct setting_shown *setting;

	if (!inode->file)
		return inode->name ? inode->name : "";
	setting = shown_find(front->view->settings, NULL, inode->file);
	return setting && setting->name ? content_text(setting->name) : "";
}

/* A copy with its own names and data. NULL: no memory. */
static struct request *copy_request(const struct request *what,
				    const char *name)
{
	const char *target = what->target ? what->target : "";
	const size_t len = strlen(name) + 1, target_len = strlen(target) + 1;
	struct request *made = malloc(sizeof(*made) + len + target_len);

	if (!made)
		return NULL;
	*made = *what;
	made->name = memcpy(made->text, name, len);
	made->target = memcpy(made->text + len, target, target_len);
	made->data = BYTES_INIT;
	if (bytes_set(&made->data, what->data.data, what->data.len) == 0)
		return made;
	free(made);
	return NULL;
}

static struct request *make_request(struct front *front, fuse_req_t req,
				    struct inode *inode,
				    const struct request *what)
{
	struct request *request = copy_request(
		what, what->name ? what->name : name_of(front, inode));

	if (!request)
		return NULL;
	if (!request->node)
		request->node = inode->node;
	request->limit_ms = request->changes && request->node->put_ms
				    ? request->node->put_ms
				    : WORK_MS;
	request->param = inode->param;
	request->req = req;
	request->asked_ms = now_ms();
	request->surely |= !req;
	request->uid = req ? fuse_req_ctx(req)->uid : 0;
	request->member = !req || front_is_member(front, req);
	request->inode = inode;
	inode->pins++;
	return request;
}

void front_drop(struct front *front, struct request *request)
{
	inode_unpin(&front->inodes, request->inode);
	bytes_free(&request->data);
	bytes_free(&request->reply);
	free(request);
}

/* The end of the list of requests under way, or where `request` is in it. */
static struct request **place_of(struct front *front,
				 const struct request *request)
{
	struct request **link = &front->oldest;

	while (*link != request)
		link = &(*link)->newer;
	return link;
}

static void unlist(struct front *front, struct request *request)
{
	*place_of(front, request) = request->newer;
}

static void answer(struct request *request, int err)
{
	if (request->req)
		fuse_reply_err(request->req, err);
	request->req = NULL;
}

bool front_has_failed(struct request *request)
{
	if (request->err < 0)
		answer(request, -request->err);
	return !request->req;
}

/* A request that still waits will not begin. */
static void give_up(struct front *front, struct request *request, int err)
{
	if (request->surely) /* it takes no chip time */
		return;
	if (request->parked || queue_take_back(front->queue, request)) {
		unlist(front, request);
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
		give_up(front_of(req), request, EINTR);
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
	       const struct request *what)
{
	struct request *request = make_request(front, req, inode, what);
	int err = hand_over(front, request);

	if (err < 0) {
		if (req)
			fuse_reply_err(req, -err);
		if (request)
			front_drop(front, request);
		return false;
	}
	*place_of(front, NULL) = request;
	/* Last, because the request may be interrupted at once, and freed. */
	if (req)
		fuse_req_interrupt_func(req, interrupted, request);
	return true;
}

void front_finish(struct front *front, struct request *request)
{
	unlist(front, request);
	if (request->done)
		request->done(front, request);
	else
		answer(request, -request->err);
	front_drop(front, request);
}

/* Open `node`, which has one writer at a time, for the oldest waiting request. */
static void unpark(struct front *front, const struct node *node)
{
	struct request *request = front->oldest;

	while (request && (!request->parked || request->node != node))
		request = request->newer;
	if (!request)
		return;
	fuse_req_interrupt_func(request->req, NULL, NULL);
	front_finish(front, request);
}

static void closed(struct front *front, struct request *request)
{
	if (!request->node->one_writer)
		return;
	front->has_writer[request->node->which] = false;
	unpark(front, request->node);
}

void front_close_on_chip(struct front *front, struct inode *inode,
			 const struct node *node, void *open)
{
	front_ask(front, NULL, inode,
		  &(struct request){ .work = node->close,
				     .verb = "close",
				     .done = closed,
				     .node = node,
				     .open = open,
				     .changes = true,
				     .first = true });
}

static bool is_late(const struct request *request, uint64_t now)
{
	const uint64_t begun = request->begun_ms;

	/* The request may have begun after `now`. */
	if (begun)
		return now > begun + request->limit_ms + GRACE_MS;
	return now >
	       request->asked_ms + (request->parked ? RELEASE_MS : PATIENCE_MS);
}

void front_give_up_all(struct front *front, bool late, int err)
{
	const uint64_t now = now_ms();
	struct request *request = front->oldest, *next;

	for (; request; request = next) {
		next = request->newer;
		if (request->req && (!late || is_late(request, now)))
			give_up(front, request,
				late && request->parked ? EBUSY : err);
	}
}
