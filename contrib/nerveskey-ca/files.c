/* SPDX-License-Identifier: Apache-2.0 */
#include "files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "error.h"
#include "io.h"

#define FILE_MAX (64 * 1024)

static int failed(const char *path)
{
	const int err = errno;

	return fail_because(err, "%s: %s", path, strerror(err));
}

int file_read(const char *path, struct bytes *content)
{
	const int fd = strcmp(path, "-") == 0
			       ? dup(STDIN_FILENO)
			       : open(path, O_RDONLY | O_CLOEXEC);
	struct bytes all = BYTES_INIT;
	ssize_t len;
	int err;

	if (fd < 0)
		return failed(path);
	err = bytes_resize(&all, FILE_MAX + 1);
	len = err < 0 ? err : read_all(fd, all.data, all.len);
	close(fd);
	if (len < 0)
		err = fail_because((int)-len, "%s: %s", path,
				   strerror((int)-len));
	else if (len > FILE_MAX)
		err = fail_because(EFBIG,
				   "%s: it is larger than %d bytes, which no "
				   "certificate, key or request is",
				   path, FILE_MAX);
	else
		err = bytes_resize(&all, (size_t)len);
	if (err == 0)
		bytes_move(content, &all);
	bytes_free(&all);
	return err;
}

static int write_and_sync(int fd, const char *path, const struct bytes *content)
{
	const int err = write_all(fd, content->data, content->len);

	if (err < 0)
		return fail_because(-err, "%s: %s", path, strerror(-err));
	return fsync(fd) < 0 ? failed(path) : 0;
}

static int open_new(const char *path, mode_t mode, int *fd)
{
	*fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
	return *fd < 0 ? failed(path) : 0;
}

int file_create(const char *path, const struct bytes *content)
{
	int fd, err;

	err = open_new(path, 0644, &fd);
	if (err < 0)
		return err;
	err = write_and_sync(fd, path, content);
	if (close(fd) < 0 && err == 0)
		err = failed(path);
	if (err < 0)
		unlink(path);
	return err;
}

int file_pair_open(const char *name, struct file_pair *pair)
{
	int err;

	*pair = (struct file_pair){ BYTES_INIT, BYTES_INIT, -1, -1 };
	err = bytes_printf(&pair->cert_path, "%s.cert", name);
	if (err == 0)
		err = bytes_printf(&pair->key_path, "%s.key", name);
	if (err == 0)
		err = open_new(bytes_text(&pair->cert_path), 0644, &pair->cert);
	if (err < 0)
		goto free_paths;
	err = open_new(bytes_text(&pair->key_path), 0600, &pair->key);
	if (err < 0)
		goto remove_cert;
	return 0;

remove_cert:
	unlink(bytes_text(&pair->cert_path));
	close(pair->cert);
free_paths:
	bytes_free(&pair->key_path);
	bytes_free(&pair->cert_path);
	return err;
}

int file_pair_write(struct file_pair *pair, const struct bytes *cert,
		    const struct bytes *key)
{
	int err;

	err = write_and_sync(pair->key, bytes_text(&pair->key_path), key);
	if (err == 0)
		err = write_and_sync(pair->cert, bytes_text(&pair->cert_path),
				     cert);
	return err;
}

int file_pair_close(struct file_pair *pair, int err)
{
	if (close(pair->key) < 0 && err == 0)
		err = failed(bytes_text(&pair->key_path));
	if (close(pair->cert) < 0 && err == 0)
		err = failed(bytes_text(&pair->cert_path));
	if (err < 0) {
		unlink(bytes_text(&pair->key_path));
		unlink(bytes_text(&pair->cert_path));
	}
	bytes_free(&pair->key_path);
	bytes_free(&pair->cert_path);
	return err;
}

int file_put(const char *path, const struct bytes *content)
{
	if (path)
		return file_create(path, content);
	if (fwrite(content->data, 1, content->len, stdout) != content->len ||
	    fflush(stdout) != 0)
		return fail_because(EIO, "standard output: %s",
				    strerror(errno));
	return 0;
}
