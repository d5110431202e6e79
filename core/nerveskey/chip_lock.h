/* SPDX-License-Identifier: Apache-2.0 */
/* A fair lock: first come, first served, and nobody waits for ever. */
#ifndef NK_CHIP_LOCK_H
#define NK_CHIP_LOCK_H

#include <pthread.h>
#include <stdbool.h>

struct chip_waiter;

struct chip_lock {
	pthread_mutex_t mutex;
	bool held;
	unsigned int waiting;
	struct chip_waiter *first, *last;
};

int chip_lock_init(struct chip_lock *lock);
void chip_lock_destroy(struct chip_lock *lock);

/* 0, or -ETIMEDOUT when the turn did not come within `wait_ms`. */
int chip_lock_take(struct chip_lock *lock, unsigned int wait_ms);
/* Without waiting: false when somebody has it. */
bool chip_lock_try(struct chip_lock *lock);
/* Hands it to the one that has waited longest. */
void chip_lock_give(struct chip_lock *lock);

#endif
