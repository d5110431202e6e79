/* SPDX-License-Identifier: Apache-2.0 */
/* Whose turn it is: first come, first served. */
#ifndef NK_TURN_H
#define NK_TURN_H

#include <pthread.h>
#include <stdint.h>

struct turn {
	pthread_mutex_t mutex;
	pthread_cond_t changed;
	uint64_t next, now;
};

void turn_init(struct turn *turn);
void turn_destroy(struct turn *turn);
/* Wait for it. */
void turn_take(struct turn *turn);
void turn_give(struct turn *turn);

#endif
