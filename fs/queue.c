/* SPDX-License-Identifier: Apache-2.0 */
#include "queue.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "error.h"
#include "view.h"

/* The most waiting requests: of one user, of strangers, and of all. */
#define MOST_OF_ONE	  160
#define MOST_OF_STRANGERS 384
#define MOST_OF_ALL	  512
/* The thread is stuck when its work is over its limit by this time. */
#define GRACE_MS 10000

enum rank { FIRST, MEMBERS, STRANGERS, RANKS };

struct queue {
	pthread_mutex_t lock;
	struct request *waiting; /* in order of arrival */
	uint64_t turn[RANKS];	 /* the latest turn of each rank */
	enum rank latest;	 /* the rank that had the latest turn */
	struct request *finished;
	bool serves; /* a request runs for a process */
	bool stops;
	uint64_t stuck_ms; /* when the thread's work is overdue; 0: idle */
	int came, event;   /* eventfds, for the chip's thread and the front */
};

int queue_new(struct queue **out)
{
	struct queue *queue = calloc(1, sizeof(*queue));

	if (!queue)
		return -ENOMEM;
	pthread_mutex_init(&queue->lock, NULL);
	queue->came = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	queue->event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (queue->came < 0 || queue->event < 0) {
		int err = fail_because(errno, "eventfd: %s", strerror(errno));

		queue_free(queue);
		return err;
	}
	*out = queue;
	return 0;
}

void queue_free(struct queue *queue)
{
	if (!queue)
		return;
	close(queue->event);
	close(queue->came);
	pthread_mutex_destroy(&queue->lock);
	free(queue);
}

int queue_fd(const struct queue *queue)
{
	return queue->event;
}

void queue_wake_front(struct queue *queue)
{
	eventfd_write(queue->event, 1);
}

static void append(struct request **list, struct request *request)
{
	while (*list)
		list = &(*list)->next;
	*list = request;
	request->next = NULL;
}

static enum rank rank_of(const struct request *request)
{
	if (request->first)
		return FIRST;
	return request->member ? MEMBERS : STRANGERS;
}

static bool is_full(const struct queue *queue, const struct request *request)
{
	unsigned int own = 0, strangers = 0, all = 0;

	for (const struct request *r = queue->waiting; r; r = r->next) {
		all += !r->surely;
		own += !r->surely && r->uid == request->uid;
		strangers += !r->surely && !r->member;
	}
	return own >= MOST_OF_ONE || all >= MOST_OF_ALL ||
	       (!request->member && strangers >= MOST_OF_STRANGERS);
}

/* The turn after the latest one, and after the last one of this user. */
static uint64_t turn_for(const struct queue *queue,
			 const struct request *request)
{
	enum rank rank = rank_of(request);
	uint64_t turn = queue->turn[rank];

	for (const struct request *r = queue->waiting; r; r = r->next)
		if (r->uid == request->uid && rank_of(r) == rank &&
		    r->turn > turn)
			turn = r->turn;
	return turn + 1;
}

int queue_put(struct queue *queue, struct request *request)
{
	int err = 0;

	pthread_mutex_lock(&queue->lock);
	if (!request->surely && is_full(queue, request)) {
		err = -ETIMEDOUT;
	} else {
		request->turn = turn_for(queue, request);
		append(&queue->waiting, request);
		eventfd_write(queue->came, 1);
	}
	pthread_mutex_unlock(&queue->lock);
	return err;
}

static void take_out(struct queue *queue, const struct request *request)
{
	struct request **link = &queue->waiting;

	while (*link != request)
		link = &(*link)->next;
	*link = request->next;
}

bool queue_take_back(struct queue *queue, struct request *request)
{
	bool waited;

	pthread_mutex_lock(&queue->lock);
	waited = request->begun_ms == 0;
	if (waited)
		take_out(queue, request);
	pthread_mutex_unlock(&queue->lock);
	return waited;
}

struct request *queue_finished(struct queue *queue)
{
	struct request *finished;
	eventfd_t times;

	eventfd_read(queue->event, &times);
	pthread_mutex_lock(&queue->lock);
	finished = queue->finished;
	if (finished)
		queue->finished = finished->next;
	pthread_mutex_unlock(&queue->lock);
	return finished;
}

bool queue_is_idle(struct queue *queue)
{
	bool idle;

	pthread_mutex_lock(&queue->lock);
	idle = !queue->serves;
	for (const struct request *r = queue->waiting; r; r = r->next)
		idle &= r->surely;
	pthread_mutex_unlock(&queue->lock);
	return idle;
}

bool queue_is_healthy(struct queue *queue)
{
	bool healthy;

	pthread_mutex_lock(&queue->lock);
	healthy = queue->stuck_ms == 0 || now_ms() < queue->stuck_ms;
	pthread_mutex_unlock(&queue->lock);
	return healthy;
}

void queue_stop(struct queue *queue)
{
	pthread_mutex_lock(&queue->lock);
	queue->stops = true;
	eventfd_write(queue->came, 1);
	pthread_mutex_unlock(&queue->lock);
}

/* Members and strangers alternate. */
static bool comes_before(const struct queue *queue, const struct request *a,
			 const struct request *b)
{
	enum rank of_a = rank_of(a), of_b = rank_of(b);

	if (of_a == of_b)
		return a->turn < b->turn;
	if (of_a == FIRST || of_b == FIRST)
		return of_a == FIRST;
	return of_b == queue->latest;
}

static struct request *begin_next(struct queue *queue)
{
	struct request *next = queue->waiting;

	for (struct request *r = next->next; r; r = r->next)
		if (comes_before(queue, r, next))
			next = r;
	take_out(queue, next);
	queue->turn[rank_of(next)] = next->turn;
	if (!next->first)
		queue->latest = rank_of(next);
	next->begun_ms = now_ms();
	queue->serves = !next->surely;
	queue->stuck_ms = next->begun_ms + next->limit_ms + GRACE_MS;
	return next;
}

int queue_next(struct queue *queue, int wait_ms, struct request **request)
{
	struct pollfd came = { .fd = queue->came, .events = POLLIN };
	eventfd_t times;
	int err = 0;

	eventfd_read(queue->came, &times);
	pthread_mutex_lock(&queue->lock);
	queue->stuck_ms = 0;
	if (!queue->waiting && !queue->stops) {
		pthread_mutex_unlock(&queue->lock);
		poll(&came, 1, wait_ms);
		pthread_mutex_lock(&queue->lock);
	}
	if (queue->waiting)
		*request = begin_next(queue);
	else
		err = queue->stops ? -ESHUTDOWN : -EAGAIN;
	pthread_mutex_unlock(&queue->lock);
	return err;
}

void queue_note_work(struct queue *queue, unsigned int limit_ms)
{
	pthread_mutex_lock(&queue->lock);
	queue->stuck_ms = now_ms() + limit_ms + GRACE_MS;
	pthread_mutex_unlock(&queue->lock);
}

void queue_finish(struct queue *queue, struct request *request)
{
	pthread_mutex_lock(&queue->lock);
	append(&queue->finished, request);
	queue->serves = false;
	pthread_mutex_unlock(&queue->lock);
	queue_wake_front(queue);
}
