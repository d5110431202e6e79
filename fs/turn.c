/* SPDX-License-Identifier: Apache-2.0 */
#include "turn.h"

void turn_init(struct turn *turn)
{
	pthread_mutex_init(&turn->mutex, NULL);
	pthread_cond_init(&turn->changed, NULL);
	turn->next = 0;
	turn->now = 0;
}

void turn_destroy(struct turn *turn)
{
	pthread_cond_destroy(&turn->changed);
	pthread_mutex_destroy(&turn->mutex);
}

void turn_take(struct turn *turn)
{
	uint64_t mine;

	pthread_mutex_lock(&turn->mutex);
	mine = turn->next++;
	while (turn->now != mine)
		pthread_cond_wait(&turn->changed, &turn->mutex);
	pthread_mutex_unlock(&turn->mutex);
}

void turn_give(struct turn *turn)
{
	pthread_mutex_lock(&turn->mutex);
	turn->now++;
	pthread_cond_broadcast(&turn->changed);
	pthread_mutex_unlock(&turn->mutex);
}
