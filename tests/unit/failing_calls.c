/* SPDX-License-Identifier: Apache-2.0 */
#include "failing_calls.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
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

/* What moves bytes can also be cut short. */
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

WRAP(stat, (const char *path, struct stat *info), (path, info))
WRAP(fstat, (int fd, struct stat *info), (fd, info))
WRAP(flock, (int fd, int operation), (fd, operation))
WRAP(fchmod, (int fd, mode_t mode), (fd, mode))
WRAP(fsync, (int fd), (fd))
WRAP(rename, (const char *from, const char *to), (from, to))
WRAP(renameat, (int from_dir, const char *from, int to_dir, const char *to),
     (from_dir, from, to_dir, to))
WRAP_TRANSFER(read, (int fd, void *data, size_t len), (fd, data, len))
WRAP_TRANSFER(pread, (int fd, void *data, size_t len, off_t at),
	      (fd, data, len, at))
WRAP_TRANSFER(write, (int fd, const void *data, size_t len), (fd, data, len))

int __real_open(const char *path, int flags, mode_t mode);
int __wrap_open(const char *path, int flags, ...);
int __real_openat(int dir, const char *path, int flags, mode_t mode);
int __wrap_openat(int dir, const char *path, int flags, ...);

static mode_t mode_of(int flags, va_list args)
{
	return flags & O_CREAT ? va_arg(args, mode_t) : 0;
}

int __wrap_open(const char *path, int flags, ...)
{
	va_list args;
	mode_t mode;

	va_start(args, flags);
	mode = mode_of(flags, args);
	va_end(args);
	if (fault == CALL_FAILS && strikes())
		return -1;
	return __real_open(path, flags, mode);
}

int __wrap_openat(int dir, const char *path, int flags, ...)
{
	va_list args;
	mode_t mode;

	va_start(args, flags);
	mode = mode_of(flags, args);
	va_end(args);
	if (fault == CALL_FAILS && strikes())
		return -1;
	return __real_openat(dir, path, flags, mode);
}

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
