/* SPDX-License-Identifier: Apache-2.0 */
#include "mount.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io.h"

/* Maps the errors of a mount without daemon or chip to -ENODEV. */
static int absent_is_enodev(int err)
{
	switch (err) {
	case ENOTDIR:
	case ENOTCONN:
	case ECONNABORTED:
	case ENXIO:
	case ESHUTDOWN:
		return -ENODEV;
	default:
		return -err;
	}
}

/*
 * Accepts only regular files. Another user may have created what is at this
 * path, and a link could redirect the request into a file of the caller.
 */
static int mount_open(const char *mount, const char *name, int flags)
{
	char path[MOUNT_PATH_MAX + 64];
	struct stat info;
	int fd, len, err;

	len = snprintf(path, sizeof(path), "%s/%s", mount, name);
	if (len < 0 || (size_t)len >= sizeof(path))
		return -ENAMETOOLONG;
	/* O_NONBLOCK: do not wait at a FIFO. */
	flags |= O_CLOEXEC | O_NOCTTY | O_NOFOLLOW | O_NONBLOCK;
	do
		fd = open(path, flags);
	while (fd < 0 && errno == EINTR);
	if (fd < 0)
		return errno == ELOOP ? -ENOENT : absent_is_enodev(errno);
	err = fstat(fd, &info) < 0 ? absent_is_enodev(errno) : 0;
	if (err == 0 && !S_ISREG(info.st_mode))
		err = -ENOENT;
	if (err < 0)
		close(fd);
	return err < 0 ? err : fd;
}

/* As read_all(). */
static ssize_t take(int fd, void *data, size_t len)
{
	ssize_t got = read_all(fd, data, len);

	return got < 0 ? absent_is_enodev((int)-got) : got;
}

/* A request must be one write: the mount executes or refuses it as a whole. */
static int write_once(int fd, const uint8_t *data, size_t len)
{
	ssize_t put;

	do
		put = write(fd, data, len);
	while (put < 0 && errno == EINTR);
	if (put < 0)
		return absent_is_enodev(errno);
	return (size_t)put == len ? 0 : -EIO;
}

/* Reads up to `len` bytes of a file. Returns their number or -errno. */
static ssize_t take_file(const char *mount, const char *name, void *data,
			 size_t len)
{
	int fd = mount_open(mount, name, O_RDONLY);
	ssize_t got;

	if (fd < 0)
		return fd;
	got = take(fd, data, len);
	close(fd);
	return got;
}

int mount_read(const char *mount, const char *name, struct bytes *out)
{
	uint8_t data[MOUNT_FILE_MAX + 1];
	ssize_t got = take_file(mount, name, data, sizeof(data));

	if (got < 0)
		return (int)got;
	if (got > MOUNT_FILE_MAX)
		return -EFBIG;
	return bytes_set(out, data, (size_t)got);
}

int mount_fill(const char *mount, const char *name, uint8_t *data, size_t len)
{
	ssize_t got;

	if (len > SSIZE_MAX)
		return -EINVAL;
	got = take_file(mount, name, data, len);
	if (got < 0)
		return (int)got;
	return (size_t)got == len ? 0 : -EIO;
}

int mount_ask(const char *mount, const struct question *question)
{
	int fd = mount_open(mount, question->name, O_RDWR);
	ssize_t got;

	if (fd < 0)
		return fd;
	got = write_once(fd, question->request, question->len);
	if (got == 0)
		got = take(fd, question->reply, question->reply_len);
	close(fd);
	if (got < 0)
		return (int)got;
	return (size_t)got == question->reply_len ? 0 : -EIO;
}

int mount_chip_serial(const char *mount, char serial[MOUNT_SERIAL_SIZE])
{
	char line[MOUNT_SERIAL_SIZE] = "";
	ssize_t got = take_file(mount, "chip/serial", line, sizeof(line) - 1);

	if (got < 0)
		return (int)got;
	line[strcspn(line, "\n")] = '\0';
	if (!line[0])
		return -ENODEV;
	memcpy(serial, line, sizeof(line));
	return 0;
}

int mount_is_chip(const char *mount, const char *chip_serial)
{
	char serial[MOUNT_SERIAL_SIZE];
	int err = mount_chip_serial(mount, serial);

	if (err < 0)
		return err;
	return strcmp(serial, chip_serial) == 0 ? 0 : -ESTALE;
}
