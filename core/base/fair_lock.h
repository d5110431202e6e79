/* SPDX-License-Identifier: Apache-2.0 */
/* A fair lock: first come, first served; nobody waits for ever, nor do too many. */
#ifndef NK_FAIR_LOCK_H
#define NK_FAIR_LOCK_H

#include <pthread.h>
#include <stdbool.h>

struct fair_waiter;

struct fair_lock {
	pthread_mutex_t mutex;
	bool held;
	unsigned int waiting;
	struct fair_waiter *first, *last;
};

int fair_lock_init(struct fair_lock *lock);
void fair_lock_destroy(struct fair_lock *lock);

/*
 * 0; -ETIMEDOUT when the turn did not come within `wait_ms`; -EBUSY, at once,
 * when `most` or more wait already.
 */
int fair_lock_take(struct fair_lock *lock, unsigned int wait_ms,
		   unsigned int most);
/* Without waiting: false when somebody has it. */
bool fair_lock_try(struct fair_lock *lock);
/* Hands it to the one that has waited longest. */
void fair_lock_give(struct fair_lock *lock);

#endif
