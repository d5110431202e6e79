/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A simulated chip behind the adapter of tests/bus/. The ioctls of i2c-dev come
 * here, also those that libi2c makes (linked with --wrap, see CMakeLists.txt).
 * The clock is the simulator's, so waiting takes no time.
 */
#pragma once

#include "golden.h"

#include "transport.h"

/*
 * From now on, opening a "sim:..." DEVICE opens the bus `device` instead,
 * "/dev/null" or "/dev/null:0x60", with that chip behind an adapter with these
 * traits. NULL for `device`: the simulator's own transport again.
 */
void adapter_bench(const char *device, const char *traits);

/* Simulated time of the chip that is open, or was open last, in microseconds. */
uint64_t adapter_bench_us(void);

/* Wake the chip at 0x60 and read its answer, as another program would. */
void adapter_bench_leave_awake(void);
