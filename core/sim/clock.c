/* SPDX-License-Identifier: Apache-2.0 */
#include "clock.h"

#include <errno.h>
#include <time.h>

static uint64_t monotonic_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

void sim_clock_start(struct sim_clock *clock, bool is_virtual)
{
	*clock = (struct sim_clock){ .is_virtual = is_virtual };
	if (!is_virtual)
		clock->start_us = monotonic_us();
}

uint64_t sim_clock_now(const struct sim_clock *clock)
{
	return clock->is_virtual ? clock->now_us
				 : monotonic_us() - clock->start_us;
}

void sim_clock_wait(struct sim_clock *clock, uint64_t us)
{
	struct timespec time = { .tv_sec = (time_t)(us / 1000000),
				 .tv_nsec = (long)(us % 1000000) * 1000 };

	if (clock->is_virtual) {
		clock->now_us += us;
		return;
	}
	while (us && clock_nanosleep(CLOCK_MONOTONIC, 0, &time, &time) == EINTR)
		continue;
}
