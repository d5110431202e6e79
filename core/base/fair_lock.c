/* SPDX-License-Identifier: Apache-2.0 */
#include "fair_lock.h"

#include <errno.h>
#include <time.h>

/* Lives on the stack of the thread that waits. */
struct fair_waiter {
	pthread_cond_t turn;
	bool granted;
	struct fair_waiter *next;
};

int fair_lock_init(struct fair_lock *lock)
{
	*lock = (struct fair_lock){ .held = false };
	return -pthread_mutex_init(&lock->mutex, NULL);
}

void fair_lock_destroy(struct fair_lock *lock)
{
	pthread_mutex_destroy(&lock->mutex);
}

static struct timespec after_ms(unsigned int ms)
{
	struct timespec at;

	clock_gettime(CLOCK_MONOTONIC, &at);
	at.tv_sec += (time_t)(ms / 1000);
	at.tv_nsec += (long)(ms % 1000) * 1000000;
	if (at.tv_nsec >= 1000000000) {
		at.tv_nsec -= 1000000000;
		at.tv_sec++;
	}
	return at;
}

static void join_queue(struct fair_lock *lock, struct fair_waiter *self)
{
	if (lock->last)
		lock->last->next = self;
	else
		lock->first = self;
	lock->last = self;
	lock->waiting++;
}

static void leave_queue(struct fair_lock *lock, struct fair_waiter *self)
{
	struct fair_waiter *before = NULL, *at = lock->first;

	while (at != self) {
		before = at;
		at = at->next;
	}
	if (before)
		before->next = self->next;
	else
		lock->first = self->next;
	if (lock->last == self)
		lock->last = before;
	lock->waiting--;
}

static int wait_turn(struct fair_lock *lock, unsigned int wait_ms)
{
	struct fair_waiter self = { .granted = false };
	struct timespec deadline = after_ms(wait_ms);
	pthread_condattr_t attr;
	int err = 0;

	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&self.turn, &attr);
	pthread_condattr_destroy(&attr);
	join_queue(lock, &self);
	while (!self.granted && err == 0)
		err = pthread_cond_timedwait(&self.turn, &lock->mutex,
					     &deadline);
	if (!self.granted)
		leave_queue(lock, &self);
	pthread_cond_destroy(&self.turn);
	return self.granted ? 0 : -ETIMEDOUT;
}

int fair_lock_take(struct fair_lock *lock, unsigned int wait_ms,
		   unsigned int most)
{
	int err = 0;

	pthread_mutex_lock(&lock->mutex);
	if (!lock->held)
		lock->held = true;
	else if (lock->waiting >= most)
		err = -EBUSY;
	else
		err = wait_turn(lock, wait_ms);
	pthread_mutex_unlock(&lock->mutex);
	return err;
}

bool fair_lock_try(struct fair_lock *lock)
{
	bool taken;

	pthread_mutex_lock(&lock->mutex);
	taken = !lock->held;
	lock->held = true;
	pthread_mutex_unlock(&lock->mutex);
	return taken;
}

void fair_lock_give(struct fair_lock *lock)
{
	struct fair_waiter *next;

	pthread_mutex_lock(&lock->mutex);
	next = lock->first;
	if (next) {
		/* Still held: it passes on, so that nobody can jump in. */
		leave_queue(lock, next);
		next->granted = true;
		pthread_cond_signal(&next->turn);
	} else {
		lock->held = false;
	}
	pthread_mutex_unlock(&lock->mutex);
}
