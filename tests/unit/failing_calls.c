/* SPDX-License-Identifier: Apache-2.0 */
#include "failing_calls.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static enum call_fault fault;
static unsigned long asked, fault_at;
static bool struck;

static bool strikes(void)
{
	if (fault == 0 || ++asked != fault_at)
		return false;
	struck = true;
	errno = fault == CALL_IS_INTERRUPTED ? EINTR : EIO;
	return true;
}

#define WRAP(name, parameters, arguments)             \
	int __real_##name parameters;                 \
	int __wrap_##name parameters;                 \
	int __wrap_##name parameters                  \
	{                                             \
		if (fault == CALL_FAILS && strikes()) \
			return -1;                    \
		return __real_##name arguments;       \
	}

/* Calls that move bytes, which can also be cut short. */
#define WRAP_TRANSFER(name, parameters, arguments)  \
	ssize_t __real_##name parameters;           \
	ssize_t __wrap_##name parameters;           \
	ssize_t __wrap_##name parameters            \
	{                                           \
		if (strikes()) {                    \
			if (fault != CALL_IS_SHORT) \
				return -1;          \
			len = (len + 1) / 2;        \
		}                                   \
		return __real_##name arguments;     \
	}

/* Without O_CREAT there may be no mode argument, and the call ignores it. */
WRAP(open, (const char *path, int flags, mode_t mode), (path, flags, mode))
WRAP(openat, (int dir, const char *path, int flags, mode_t mode),
     (dir, path, flags, mode))
WRAP(stat, (const char *path, struct stat *info), (path, info))
WRAP(fstat, (int fd, struct stat *info), (fd, info))
WRAP(flock, (int fd, int operation), (fd, operation))
WRAP(fchmod, (int fd, mode_t mode), (fd, mode))
WRAP(fsync, (int fd), (fd))
WRAP(rename, (const char *from, const char *to), (from, to))
WRAP(renameat, (int from_dir, const char *from, int to_dir, const char *to),
     (from_dir, from, to_dir, to))
WRAP_TRANSFER(read, (int fd, void *data, size_t len), (fd, data, len))
WRAP_TRANSFER(write, (int fd, const void *data, size_t len), (fd, data, len))

void calls_begin(enum call_fault what, unsigned long at)
{
	fault = what;
	fault_at = at;
	asked = 0;
	struck = false;
}

bool calls_end(void)
{
	fault = 0;
	return struck;
}
