/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The queue between the front and the chip's thread. It has the only lock. The
 * users who wait take turns, and requests of one user run in order of arrival.
 * Members (root, the owner, the group) and other users alternate, so a member's
 * request waits for at most one request of a stranger. Requests with `first` run
 * before all others.
 */
#pragma once

#include "request.h"

struct queue;

int queue_new(struct queue **queue); /* -errno */
void queue_free(struct queue *queue);

/* For the front. */

/* Readable when a request is finished, or the front was woken. */
int queue_fd(const struct queue *queue);
/*
 * Put a request. On success the queue owns it. -ETIMEDOUT: too many requests of
 * this user, or of all, wait already.
 */
int queue_put(struct queue *queue, struct request *request);
/* Returns true if the request still waited. The caller then owns it again. */
bool queue_take_back(struct queue *queue, struct request *request);
/* Returns a finished request, which the caller owns, or NULL. Clears queue_fd(). */
struct request *queue_finished(struct queue *queue);
/* No process waits for an answer. Other requests may be under way. */
bool queue_is_idle(struct queue *queue);
/* The chip's thread is idle, or within the time limit of its work. */
bool queue_is_healthy(struct queue *queue);
/* Take no more requests: queue_next() gives -ESHUTDOWN after those that wait. */
void queue_stop(struct queue *queue);

/* For the chip's thread. */

/*
 * Sets *request to the next request, which runs from now on. -EAGAIN: none came
 * within `wait_ms` (-1: no limit). -ESHUTDOWN: see queue_stop().
 */
int queue_next(struct queue *queue, int wait_ms, struct request **request);
/* Hands a request back to the front. */
void queue_finish(struct queue *queue, struct request *request);
/* Tell that the thread's own work begins, which may take `limit_ms`. */
void queue_note_work(struct queue *queue, unsigned int limit_ms);
/* Wake the front, because a new view was published. */
void queue_wake_front(struct queue *queue);
