/* SPDX-License-Identifier: Apache-2.0 */
/*
 * For LD_PRELOAD: /dev/i2c-N becomes a bus served by `nerveskey-sim serve`, for
 * programs that know nothing of it.
 *
 *	I2C_PRELOAD_BUS	     "1=/path/a.sock,2=/path/b.sock"
 *	I2C_PRELOAD_ADAPTER  the adapter's traits, see adapter.h
 *	I2C_PRELOAD_NODE     if it is set, /dev/i2c-N is there, and is what is
 *			     locked
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "bus_handle.h"
#include "bus_socket.h"

#define HOOK __attribute__((visibility("default")))

/* The C library's function, looked up at the first call. */
#define REAL(name, type)                                         \
	static type *real_##name(void)                           \
	{                                                        \
		static type *found;                              \
		if (!found)                                      \
			found = (type *)dlsym(RTLD_NEXT, #name); \
		return found;                                    \
	}

typedef int open_function(const char *path, int flags, ...);
typedef int openat_function(int dir, const char *path, int flags, ...);
typedef int ioctl_function(int fd, unsigned long request, ...);
typedef ssize_t read_function(int fd, void *data, size_t len);
typedef ssize_t write_function(int fd, const void *data, size_t len);
typedef int close_function(int fd);
typedef int fcntl_function(int fd, int command, ...);
typedef int dup2_function(int fd, int to);
typedef int dup3_function(int fd, int to, int flags);

REAL(open, open_function)
REAL(open64, open_function)
REAL(openat, openat_function)
REAL(openat64, openat_function)
REAL(ioctl, ioctl_function)
REAL(read, read_function)
REAL(write, write_function)
REAL(close, close_function)
REAL(fcntl, fcntl_function)
REAL(fcntl64, fcntl_function)
REAL(dup, close_function)
REAL(dup2, dup2_function)
REAL(dup3, dup3_function)

/* Converts to the C library's convention for errors. */
static ssize_t result(ssize_t value)
{
	if (value >= 0)
		return value;
	errno = (int)-value;
	return -1;
}

/* Opens one of our buses. -ENOENT: `path` names none. */
static int open_bus(const char *path, int flags, int *fd)
{
	const char *socket = bus_socket(path);
	int err;

	if (!socket)
		return -ENOENT;
	*fd = bus_connect(socket);
	if (*fd < 0)
		return 0;
	if (flags & O_CLOEXEC)
		fcntl(*fd, F_SETFD, FD_CLOEXEC);
	err = bus_adopt(*fd);
	if (err == 0 && getenv("I2C_PRELOAD_NODE"))
		bus_set_node(*fd, real_open()(path, O_RDWR | O_CLOEXEC));
	if (err < 0) {
		real_close()(*fd);
		*fd = err;
	}
	return 0;
}

#define TAKE_MODE(flags, mode)               \
	do {                                 \
		va_list args;                \
		va_start(args, flags);       \
		mode = va_arg(args, mode_t); \
		va_end(args);                \
	} while (0)

#define HOOK_OPEN(name, parameters, arguments)       \
	HOOK int name parameters                     \
	{                                            \
		mode_t mode = 0;                     \
		int fd;                              \
                                                     \
		if (open_bus(path, flags, &fd) == 0) \
			return (int)result(fd);      \
		if (flags & (O_CREAT | O_TMPFILE))   \
			TAKE_MODE(flags, mode);      \
		return real_##name() arguments;      \
	}

HOOK_OPEN(open, (const char *path, int flags, ...), (path, flags, mode))
HOOK_OPEN(open64, (const char *path, int flags, ...), (path, flags, mode))
HOOK_OPEN(openat, (int dir, const char *path, int flags, ...),
	  (dir, path, flags, mode))
HOOK_OPEN(openat64, (int dir, const char *path, int flags, ...),
	  (dir, path, flags, mode))

HOOK int ioctl(int fd, unsigned long request, ...)
{
	va_list args;
	void *argument;

	va_start(args, request);
	argument = va_arg(args, void *);
	va_end(args);
	if (bus_is_ours(fd))
		return (int)result(i2c_dev_ioctl(fd, request, argument));
	return real_ioctl()(fd, request, argument);
}

/* The bus is a socket, and each connection has locks of its own. */
#define HOOK_FCNTL(name)                                         \
	HOOK int name(int fd, int command, ...)                  \
	{                                                        \
		va_list args;                                    \
		void *argument;                                  \
                                                                 \
		va_start(args, command);                         \
		argument = va_arg(args, void *);                 \
		va_end(args);                                    \
		if (command == F_OFD_SETLK && bus_node(fd) >= 0) \
			fd = bus_node(fd);                       \
		return real_##name()(fd, command, argument);     \
	}

HOOK_FCNTL(fcntl)
HOOK_FCNTL(fcntl64)

HOOK ssize_t read(int fd, void *data, size_t len)
{
	if (bus_is_ours(fd))
		return result(i2c_dev_read(fd, data, len));
	return real_read()(fd, data, len);
}

HOOK ssize_t write(int fd, const void *data, size_t len)
{
	if (bus_is_ours(fd))
		return result(i2c_dev_write(fd, data, len));
	return real_write()(fd, data, len);
}

HOOK int close(int fd)
{
	bus_release(fd);
	return real_close()(fd);
}

HOOK int dup(int fd)
{
	int copy = real_dup()(fd);

	bus_share(fd, copy);
	return copy;
}

HOOK int dup2(int fd, int to)
{
	int copy = real_dup2()(fd, to);

	if (copy >= 0 && fd != to) {
		bus_release(to);
		bus_share(fd, to);
	}
	return copy;
}

HOOK int dup3(int fd, int to, int flags)
{
	int copy = real_dup3()(fd, to, flags);

	if (copy >= 0) {
		bus_release(to);
		bus_share(fd, to);
	}
	return copy;
}
