/* SPDX-License-Identifier: Apache-2.0 */
/* The machine's clocks, and whether the one on the wall has ever been set. */
#ifndef NK_SYSTEM_CLOCK_H
#define NK_SYSTEM_CLOCK_H

#include <stdint.h>
#include <time.h>

/* CLOCK_MONOTONIC. */
uint64_t now_us(void);
uint64_t now_ms(void);

/* Seconds since boot, those in which the machine was suspended included. */
int64_t clock_boot_s(void);

/*
 * -EINVAL when `now` is before the day on which this program was built (the
 * later of SOURCE_DATE_EPOCH, when that was set, and the release date): a clock
 * without a battery starts long before that, and what is dated by it would be
 * wrong for ever.
 */
int clock_check(time_t now);

#endif
