/* SPDX-License-Identifier: Apache-2.0 */
#include "store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bytes.h"
#include "error.h"
#include "io.h"
#include "log.h"

#define LARGEST_FILE (1 << 20)

/*
 * Whether `path` still names the file of `fd`: a rename may have replaced it.
 */
static bool is_current(const char *path, int fd)
{
	struct stat by_path, by_fd;

	return stat(path, &by_path) == 0 && fstat(fd, &by_fd) == 0 &&
	       by_path.st_dev == by_fd.st_dev && by_path.st_ino == by_fd.st_ino;
}

static int open_locked(const char *path)
{
	int fd, err;

	for (;;) {
		fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
		if (fd < 0)
			return fail_because(errno, "%s: %s", path,
					    strerror(errno));
		if (flock(fd, LOCK_EX | LOCK_NB) < 0) {
			err = errno == EWOULDBLOCK ? EBUSY : errno;
			close(fd);
			return fail_because(
				err, "%s is in use by another process", path);
		}
		if (is_current(path, fd))
			return fd;
		close(fd);
	}
}

static int read_text(int fd, struct bytes *text, size_t size)
{
	ssize_t got;
	int err;

	err = bytes_resize(text, size);
	if (err < 0)
		return err;
	got = read_all(fd, text->data, size);
	return got < 0 ? (int)got : bytes_resize(text, (size_t)got);
}

static int parse_json(const char *path, int fd, json_t **json)
{
	struct bytes text = BYTES_INIT;
	json_error_t error;
	struct stat info;
	int err;

	if (fstat(fd, &info) < 0)
		return -errno;
	if (!S_ISREG(info.st_mode) || info.st_size > LARGEST_FILE)
		return fail_because(
			EINVAL,
			"%s is not a state file of the simulator: name "
			"one, or a file that does not exist yet",
			path);
	/* json_loadfd() would read byte by byte. */
	err = read_text(fd, &text, (size_t)info.st_size);
	if (err == 0) {
		*json = json_loadb(bytes_text(&text), text.len,
				   JSON_REJECT_DUPLICATES, &error);
		if (!*json)
			err = fail_because(EINVAL, "%s, line %d: %s", path,
					   error.line, error.text);
	}
	bytes_free(&text);
	return err;
}

int store_open(struct store *store, const char *path, bool *is_new)
{
	struct stat info;
	int err;

	*store = (struct store){ .fd = -1 };
	store->fd = open_locked(path);
	if (store->fd < 0)
		return store->fd;
	/* Made absolute: daemons change their directory. */
	store->path = realpath(path, NULL);
	if (!store->path || fstat(store->fd, &info) < 0) {
		err = -errno;
		goto close;
	}
	*is_new = S_ISREG(info.st_mode) && info.st_size == 0;
	if (*is_new)
		return 0;
	err = parse_json(store->path, store->fd, &store->json);
	if (err == 0)
		return 0;
close:
	store_close(store);
	return err;
}

void store_close(struct store *store)
{
	if (store->fd >= 0)
		close(store->fd);
	json_decref(store->json);
	free(store->path);
	*store = (struct store){ .fd = -1 };
}

int store_read(const char *path, json_t **json)
{
	int fd, err;

	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return fail_because(errno, "%s: %s", path, strerror(errno));
	err = parse_json(path, fd, json);
	close(fd);
	return err;
}

/* Makes the rename durable. Where that fails, the file is still the new one. */
static void sync_directory(const char *path)
{
	char *copy = strdup(path), *slash;
	int fd;

	if (!copy)
		return;
	slash = strrchr(copy, '/');
	slash[slash == copy] = '\0';
	fd = open(copy, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || fsync(fd) < 0)
		log_write(LOG_LEVEL_DEBUG, "cannot sync %s: %s", copy,
			  strerror(errno));
	if (fd >= 0)
		close(fd);
	free(copy);
}

/*
 * Writes a new file beside the old one and locks it before the rename, so that
 * FILE is locked at all times.
 */
static int replace_file(struct store *store, const char *temp, const char *text)
{
	struct stat info;
	int fd, err;

	if (fstat(store->fd, &info) < 0)
		return -errno;
	fd = open(temp, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW,
		  0600);
	if (fd < 0)
		return -errno;
	err = write_all(fd, text, strlen(text));
	if (err == 0 && (fchmod(fd, info.st_mode & 07777) < 0 ||
			 flock(fd, LOCK_EX | LOCK_NB) < 0 || fsync(fd) < 0 ||
			 rename(temp, store->path) < 0))
		err = -errno;
	if (err < 0) {
		unlink(temp);
		close(fd);
		return err;
	}
	close(store->fd);
	store->fd = fd;
	sync_directory(store->path);
	return 0;
}

int store_write(struct store *store)
{
	struct bytes temp = BYTES_INIT;
	char *text = NULL;
	int err;

	err = bytes_printf(&temp, "%s.new", store->path);
	if (err < 0)
		return err;
	text = json_dumps(store->json, JSON_INDENT(1));
	err = text ? replace_file(store, bytes_text(&temp), text) : -ENOMEM;
	if (err < 0)
		fail_because(-err, "cannot write %s: %s", store->path,
			     strerror(-err));
	if (text)
		explicit_bzero(text, strlen(text));
	free(text);
	bytes_free(&temp);
	return err;
}
