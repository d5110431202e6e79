/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The queue between the front and the chip's thread: the only lock that there
 * is. Turns go round over the user ids that wait, then by arrival; a request of
 * a member (root, the owner, the group) comes at the latest after one of a
 * stranger. What is to be first comes before all others.
 */
#ifndef NK_QUEUE_H
#define NK_QUEUE_H

#include "request.h"

struct queue;

int queue_new(struct queue **queue); /* -errno */
void queue_free(struct queue *queue);

/* For the front. */

/* Readable when something is finished, or the front was woken. */
int queue_fd(const struct queue *queue);
/*
 * The request is the queue's on 0. -ETIMEDOUT: too many wait already, of this
 * user or of all.
 */
int queue_put(struct queue *queue, struct request *request);
/* Whether it still waited: then it is the caller's again. */
bool queue_take_back(struct queue *queue, struct request *request);
/* CLOCK_MONOTONIC when it was begun; 0: it waits. */
uint64_t queue_begun_ms(struct queue *queue, struct request *request);
/* A list of finished requests, the caller's; clears queue_fd(). */
struct request *queue_finished(struct queue *queue);
/* Nobody waits for an answer. What nobody waits for may be under way. */
bool queue_is_idle(struct queue *queue);
/* The chip's thread is idle, or within the limit of what it does. */
bool queue_is_healthy(struct queue *queue);
/* No more requests: what must be done is done, then queue_next() is -ESHUTDOWN. */
void queue_stop(struct queue *queue);

/* For the chip's thread. */

/*
 * The next request, which runs from now on. -EAGAIN: none came within
 * `wait_ms` (-1: wait for ever); -ESHUTDOWN.
 */
int queue_next(struct queue *queue, int wait_ms, struct request **request);
void queue_finish(struct queue *queue, struct request *request);
/* Work of its own begins that may take so long. */
void queue_note_work(struct queue *queue, unsigned int limit_ms);
/* There is something new to see. */
void queue_wake_front(struct queue *queue);

#endif
