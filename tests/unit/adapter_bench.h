/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A simulated chip behind the adapter of tests/bus/, reached through the ioctls
 * of i2c-dev, which are caught here, also those of libi2c. The clock is the
 * simulator's: waiting takes no time. Linked with --wrap (see CMakeLists.txt).
 */
#ifndef NK_ADAPTER_BENCH_H
#define NK_ADAPTER_BENCH_H

#include "golden.h"

#include "transport.h"

/*
 * What opening a "sim:..." DEVICE gives from now on: that chip at the bus's
 * DEVICE, "/dev/null" or "/dev/null:0x60", behind an adapter with these traits.
 * NULL for `device`: the simulator's own transport.
 */
void adapter_bench(const char *device, const char *traits);

/* The modelled time of the chip that is open, or was open last. */
uint64_t adapter_bench_us(void);

/* Another program has woken the chip at 0x60 and read its answer. */
void adapter_bench_leave_awake(void);

#endif
