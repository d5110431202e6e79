/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Plays a machine that was suspended, for the program that this is preloaded
 * into: CLOCK_BOOTTIME is ahead by the number of seconds in the file
 * $BOOTTIME_AHEAD.
 */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define EXPORT __attribute__((visibility("default")))

static long seconds_ahead(void)
{
	const char *path = getenv("BOOTTIME_AHEAD");
	FILE *file = path ? fopen(path, "re") : NULL;
	long seconds = 0;

	if (!file)
		return 0;
	if (fscanf(file, "%ld", &seconds) != 1)
		seconds = 0;
	fclose(file);
	return seconds;
}

EXPORT int clock_gettime(clockid_t clock, struct timespec *now)
{
	int (*next)(clockid_t, struct timespec *);
	int ret;

	*(void **)&next = dlsym(RTLD_NEXT, "clock_gettime");
	ret = next(clock, now);
	if (ret == 0 && clock == CLOCK_BOOTTIME)
		now->tv_sec += seconds_ahead();
	return ret;
}
