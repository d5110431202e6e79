/* SPDX-License-Identifier: Apache-2.0 */
/* The machine's clocks, and whether its date can be right. */
#pragma once

#include <stdint.h>
#include <time.h>

/* CLOCK_MONOTONIC. */
uint64_t now_us(void);
uint64_t now_ms(void);

/* CLOCK_BOOTTIME in seconds: time since boot, including suspend. */
int64_t clock_boot_s(void);

/*
 * 0, or -EINVAL when `now` is before the build date of this program, which is
 * the later of SOURCE_DATE_EPOCH (if set) and the release date. A clock without
 * a battery starts long before that, and dates in certificates cannot be
 * corrected.
 */
int clock_check(time_t now);
