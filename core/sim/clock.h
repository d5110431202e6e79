/* SPDX-License-Identifier: Apache-2.0 */
/* The clock of one bus, in microseconds since it was started. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct sim_clock {
	bool is_virtual;
	uint64_t start_us; /* real: of CLOCK_MONOTONIC */
	uint64_t now_us;   /* virtual */
};

void sim_clock_start(struct sim_clock *clock, bool is_virtual);
uint64_t sim_clock_now(const struct sim_clock *clock);
/* Waits on a real clock; only counts on a virtual one. */
void sim_clock_wait(struct sim_clock *clock, uint64_t us);
