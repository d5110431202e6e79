/* SPDX-License-Identifier: Apache-2.0 */
#include "queue.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "error.h"
#include "view.h"

/*
 * How many requests that may be refused wait at most: of one user, of strangers,
 * and of all.
 */
#define MOST_OF_ONE	  160
#define MOST_OF_STRANGERS 384
#define MOST_OF_ALL	  512
/* What is over its limit by this is stuck. */
#define GRACE_MS 10000

enum { STRANGERS, MEMBERS, FIRST, CLASSES };

/* A user who waits, in the ring of a class. */
struct turn {
	struct turn *next;
	uid_t uid;
	unsigned int count;
	unsigned int refusable;
	struct request *first, **last;
};

struct queue {
	pthread_mutex_t lock;
	pthread_cond_t came;
	struct turn *first[CLASSES], **last[CLASSES];
	unsigned int waiting[CLASSES];
	unsigned int refusable[CLASSES];
	int latest; /* the class that had the last turn */
	struct request *finished, **finished_last;
	bool serves; /* somebody */
	bool stops;
	uint64_t stuck_ms; /* the thread should be back by then; 0: it is */
	int event;
};

int queue_new(struct queue **out)
{
	struct queue *queue = calloc(1, sizeof(*queue));
	pthread_condattr_t monotonic;
	int err;

	if (!queue)
		return -ENOMEM;
	queue->event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (queue->event < 0) {
		err = fail_because(errno, "eventfd: %s", strerror(errno));
		free(queue);
		return err;
	}
	pthread_mutex_init(&queue->lock, NULL);
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&queue->came, &monotonic);
	pthread_condattr_destroy(&monotonic);
	for (int i = 0; i < CLASSES; i++)
		queue->last[i] = &queue->first[i];
	queue->finished_last = &queue->finished;
	*out = queue;
	return 0;
}

void queue_free(struct queue *queue)
{
	if (!queue)
		return;
	close(queue->event);
	pthread_cond_destroy(&queue->came);
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

static int class_of(const struct request *request)
{
	if (request->first)
		return FIRST;
	return request->member ? MEMBERS : STRANGERS;
}

static struct turn *find_turn(struct queue *queue,
			      const struct request *request)
{
	struct turn *turn = queue->first[class_of(request)];

	while (turn && turn->uid != request->uid)
		turn = turn->next;
	return turn;
}

static struct turn *add_turn(struct queue *queue, const struct request *request)
{
	struct turn *turn = calloc(1, sizeof(*turn));
	int class = class_of(request);

	if (!turn)
		return NULL;
	turn->uid = request->uid;
	turn->last = &turn->first;
	*queue->last[class] = turn;
	queue->last[class] = &turn->next;
	return turn;
}

static void drop_turn(struct queue *queue, int class, struct turn *turn)
{
	struct turn **link = &queue->first[class];

	while (*link != turn)
		link = &(*link)->next;
	*link = turn->next;
	if (queue->last[class] == &turn->next)
		queue->last[class] = link;
	free(turn);
}

/* It was the first: who else waits comes before its next. */
static void pass_turn(struct queue *queue, int class, struct turn *turn)
{
	if (turn->count == 0) {
		drop_turn(queue, class, turn);
	} else if (turn->next) {
		queue->first[class] = turn->next;
		turn->next = NULL;
		*queue->last[class] = turn;
		queue->last[class] = &turn->next;
	}
}

static unsigned int sum(const unsigned int of[static CLASSES])
{
	return of[STRANGERS] + of[MEMBERS] + of[FIRST];
}

static bool is_full(const struct queue *queue, const struct request *request,
		    const struct turn *turn)
{
	if (request->surely)
		return false;
	return (turn && turn->refusable >= MOST_OF_ONE) ||
	       sum(queue->refusable) >= MOST_OF_ALL ||
	       (!request->member &&
		queue->refusable[STRANGERS] >= MOST_OF_STRANGERS);
}

int queue_put(struct queue *queue, struct request *request)
{
	struct turn *turn;
	int err = 0;

	pthread_mutex_lock(&queue->lock);
	turn = find_turn(queue, request);
	if (is_full(queue, request, turn))
		err = -ETIMEDOUT;
	else if (!turn)
		turn = add_turn(queue, request);
	if (err == 0 && !turn)
		err = -ENOMEM;
	if (err == 0) {
		request->next = NULL;
		*turn->last = request;
		turn->last = &request->next;
		turn->count++;
		queue->waiting[class_of(request)]++;
		turn->refusable += !request->surely;
		queue->refusable[class_of(request)] += !request->surely;
		request->state = REQUEST_WAITS;
		pthread_cond_signal(&queue->came);
	}
	pthread_mutex_unlock(&queue->lock);
	return err;
}

static void take_out(struct queue *queue, struct turn *turn,
		     struct request *request)
{
	struct request **link = &turn->first;

	while (*link != request)
		link = &(*link)->next;
	*link = request->next;
	if (turn->last == &request->next)
		turn->last = link;
	turn->count--;
	queue->waiting[class_of(request)]--;
	turn->refusable -= !request->surely;
	queue->refusable[class_of(request)] -= !request->surely;
}

bool queue_take_back(struct queue *queue, struct request *request)
{
	struct turn *turn;
	bool waited;

	pthread_mutex_lock(&queue->lock);
	waited = request->state == REQUEST_WAITS;
	if (waited) {
		turn = find_turn(queue, request);
		take_out(queue, turn, request);
		if (turn->count == 0)
			drop_turn(queue, class_of(request), turn);
		request->state = REQUEST_DONE;
	}
	pthread_mutex_unlock(&queue->lock);
	return waited;
}

uint64_t queue_begun_ms(struct queue *queue, struct request *request)
{
	uint64_t begun;

	pthread_mutex_lock(&queue->lock);
	begun = request->begun_ms;
	pthread_mutex_unlock(&queue->lock);
	return begun;
}

struct request *queue_finished(struct queue *queue)
{
	struct request *finished;
	eventfd_t times;

	eventfd_read(queue->event, &times);
	pthread_mutex_lock(&queue->lock);
	finished = queue->finished;
	queue->finished = NULL;
	queue->finished_last = &queue->finished;
	pthread_mutex_unlock(&queue->lock);
	return finished;
}

bool queue_is_idle(struct queue *queue)
{
	bool idle;

	pthread_mutex_lock(&queue->lock);
	idle = sum(queue->refusable) == 0 && !queue->serves;
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
	pthread_cond_signal(&queue->came);
	pthread_mutex_unlock(&queue->lock);
}

static struct request *pick(struct queue *queue)
{
	int class = queue->latest == MEMBERS ? STRANGERS : MEMBERS;
	struct request *request;
	struct turn *turn;

	if (queue->waiting[class] == 0)
		class = queue->latest;
	if (queue->waiting[FIRST] > 0)
		class = FIRST;
	turn = queue->first[class];
	request = turn->first;
	take_out(queue, turn, request);
	pass_turn(queue, class, turn);
	if (class != FIRST)
		queue->latest = class;
	return request;
}

static struct timespec after(int wait_ms)
{
	struct timespec at;

	clock_gettime(CLOCK_MONOTONIC, &at);
	at.tv_sec += wait_ms / 1000;
	at.tv_nsec += (long)(wait_ms % 1000) * 1000000;
	if (at.tv_nsec >= 1000000000) {
		at.tv_nsec -= 1000000000;
		at.tv_sec++;
	}
	return at;
}

/* 0 when somebody waits or it stops, else -EAGAIN. */
static int wait_for_some(struct queue *queue, int wait_ms)
{
	const struct timespec until = after(wait_ms);
	int err = 0;

	while (sum(queue->waiting) == 0 && !queue->stops && err == 0)
		err = wait_ms < 0
			      ? pthread_cond_wait(&queue->came, &queue->lock)
			      : pthread_cond_timedwait(&queue->came,
						       &queue->lock, &until);
	return err == 0 ? 0 : -EAGAIN;
}

int queue_next(struct queue *queue, int wait_ms, struct request **request)
{
	int err;

	pthread_mutex_lock(&queue->lock);
	queue->stuck_ms = 0;
	err = wait_for_some(queue, wait_ms);
	if (err == 0 && sum(queue->waiting) == 0)
		err = -ESHUTDOWN;
	if (err == 0) {
		*request = pick(queue);
		(*request)->state = REQUEST_RUNS;
		(*request)->begun_ms = now_ms();
		queue->serves = !(*request)->surely;
		queue->stuck_ms =
			(*request)->begun_ms + (*request)->limit_ms + GRACE_MS;
	}
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
	request->state = REQUEST_DONE;
	request->next = NULL;
	*queue->finished_last = request;
	queue->finished_last = &request->next;
	queue->serves = false;
	pthread_mutex_unlock(&queue->lock);
	queue_wake_front(queue);
}
