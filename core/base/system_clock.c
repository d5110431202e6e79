/* SPDX-License-Identifier: Apache-2.0 */
#include "system_clock.h"

#include <errno.h>

#include "error.h"

#define DATE_SIZE sizeof("-2147481748-01-01")

uint64_t now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

uint64_t now_ms(void)
{
	return now_us() / 1000;
}

int64_t clock_boot_s(void)
{
	struct timespec now;

	clock_gettime(CLOCK_BOOTTIME, &now);
	return now.tv_sec;
}

static void write_date(time_t time, char text[static DATE_SIZE])
{
	struct tm utc = { .tm_mday = 1, .tm_year = 70 };

	gmtime_r(&time, &utc);
	strftime(text, DATE_SIZE, "%Y-%m-%d", &utc);
}

int clock_check(time_t now)
{
	const time_t build = NK_BUILD_TIME;
	char shown[DATE_SIZE], built[DATE_SIZE];

	if (now >= build)
		return 0;
	write_date(now, shown);
	write_date(build, built);
	return fail_because(EINVAL,
			    "the clock says %s, but this program was built on "
			    "%s: set the clock, because certificates are dated "
			    "by it",
			    shown, built);
}
