/* SPDX-License-Identifier: Apache-2.0 */
/* Requests on their way to the chip's thread and back. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "front_private.h"

/* The chip's thread has its own deadline, and a better sentence. */
#define GRACE_MS 250
/* close(2) returns before the kernel sends the release. */
#define RELEASE_MS 1000

struct front *front_of(fuse_req_t req)
{
	return fuse_req_userdata(req);
}

struct inode *front_inode(struct front *front, fuse_ino_t number)
{
	return number == FUSE_ROOT_ID ? &front->inodes.root
				      : (struct inode *)(uintptr_t)number;
}

fuse_ino_t front_number(const struct front *front, const struct inode *inode)
{
	return inode == &front->inodes.root ? FUSE_ROOT_ID
					    : (fuse_ino_t)(uintptr_t)inode;
}

struct handle *handle_of(const struct fuse_file_info *fi)
{
	return fi ? (struct handle *)(uintptr_t)fi->fh : NULL;
}

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

struct request *
front_request(struct front *front, fuse_req_t req, struct inode *inode,
	      int (*work)(struct chip *chip, struct request *request),
	      const char *verb)
{
	struct request *request = calloc(1, sizeof(*request));

	(void)front;
	if (request && inode->name) {
		request->name = strdup(inode->name);
		if (!request->name) {
			free(request);
			request = NULL;
		}
	}
	if (!request) {
		if (req)
			fuse_reply_err(req, ENOMEM);
		return NULL;
	}
	request->work = work;
	request->verb = verb;
	request->node = inode->node;
	request->param = inode->param;
	request->file = inode->file;
	request->limit_ms = WORK_MS;
	request->req = req;
	request->inode = inode;
	inode_pin(inode);
	return request;
}

struct request *front_request_about(struct front *front, fuse_req_t req,
				    struct inode *inode, const char *name,
				    int (*work)(struct chip *chip,
						struct request *request),
				    const char *verb)
{
	struct request *request = front_request(front, req, inode, work, verb);

	if (!request)
		return NULL;
	free(request->name);
	request->name = strdup(name);
	if (request->name)
		return request;
	if (req)
		fuse_reply_err(req, ENOMEM);
	front_drop(front, request);
	return NULL;
}

void front_drop(struct front *front, struct request *request)
{
	inode_unpin(&front->inodes, request->inode);
	bytes_free(&request->data);
	bytes_free(&request->reply);
	free(request->name);
	free(request->target);
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

void request_unlink(struct front *front, struct request *request)
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

/* One that still waits is not begun any more. */
void request_give_up(struct front *front, struct request *request, int err)
{
	if (request->surely) /* it takes no time */
		return;
	if (request->parked || queue_take_back(front->queue, request)) {
		request_unlink(front, request);
		answer(request, err);
		front_drop(front, request);
	} else if (!request->changes || err == ETIMEDOUT) {
		answer(request, err);
	}
}

/* Ctrl-C, or the end of the process. */
static void interrupted(fuse_req_t req, void *data)
{
	struct request *request = data;

	if (request->req == req)
		request_give_up(front_of(req), request, EINTR);
}

bool front_ask(struct front *front, struct request *request,
	       void (*done)(struct front *front, struct request *request))
{
	fuse_req_t req = request->req;
	int err;

	request->done = done;
	request->asked_ms = now_ms();
	request->surely |= !req;
	request->uid = req ? fuse_req_ctx(req)->uid : 0;
	request->member = !req || front_is_member(front, req);
	if (front->ending && req && request->changes)
		err = -ENODEV;
	else
		err = queue_put(front->queue, request);
	if (err < 0) {
		answer(request, -err);
		front_drop(front, request);
		return false;
	}
	link_request(front, request);
	/* The last: it may be interrupted already, and gone. */
	if (req)
		fuse_req_interrupt_func(req, interrupted, request);
	return true;
}

void front_park(struct front *front, fuse_req_t req, struct inode *inode,
		int flags)
{
	struct request *request =
		front_request(front, req, inode, NULL, "open");

	if (!request)
		return;
	request->parked = true;
	request->flags = flags;
	request->asked_ms = now_ms();
	link_request(front, request);
	fuse_req_interrupt_func(req, interrupted, request);
}

struct request *front_unpark(struct front *front, const struct node *node)
{
	struct request *request = front->oldest;

	while (request && (!request->parked || request->node != node))
		request = request->newer;
	if (request) {
		request_unlink(front, request);
		fuse_req_interrupt_func(request->req, NULL, NULL);
	}
	return request;
}

void front_done(struct front *front, struct request *request)
{
	(void)front;
	answer(request, -request->err);
}

void requests_look_at_deadlines(struct front *front)
{
	uint64_t now = now_ms();
	struct request *request = front->oldest, *next;

	for (; request; request = next) {
		uint64_t begun, limit = request->limit_ms + GRACE_MS;

		next = request->newer;
		if (!request->req)
			continue;
		if (request->parked) {
			if (now - request->asked_ms > RELEASE_MS)
				request_give_up(front, request, EBUSY);
			continue;
		}
		begun = queue_begun_ms(front->queue, request);
		/* It may have been begun after `now`. */
		if (begun ? now > begun + limit
			  : now > request->asked_ms + PATIENCE_MS)
			request_give_up(front, request, ETIMEDOUT);
	}
}
