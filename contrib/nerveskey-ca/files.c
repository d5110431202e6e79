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

static int failed(const char *path, int err)
{
	return fail_because(err, "%s: %s", path, strerror(err));
}

int file_read(const char *path, struct bytes *content)
{
	const int fd = strcmp(path, "-") == 0
			       ? dup(STDIN_FILENO)
			       : open(path, O_RDONLY | O_CLOEXEC);
	BYTES_LOCAL(all);
	ssize_t len;
	int err;

	if (fd < 0)
		return failed(path, errno);
	err = bytes_resize(&all, FILE_MAX + 1);
	len = err < 0 ? err : read_all(fd, all.data, all.len);
	close(fd);
	if (len < 0)
		return failed(path, (int)-len);
	if (len > FILE_MAX)
		return fail_because(EFBIG,
				    "%s: it is larger than %d bytes, which no "
				    "certificate, key or request is",
				    path, FILE_MAX);
	err = bytes_resize(&all, (size_t)len);
	if (err == 0)
		bytes_move(content, &all);
	return err;
}

static int file_create(const char *path, mode_t mode,
		       const struct bytes *content)
{
	const int fd =
		open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
	int err;

	if (fd < 0)
		return failed(path, errno);
	err = write_all(fd, content->data, content->len);
	if (err == 0 && fsync(fd) < 0)
		err = -errno;
	close(fd);
	if (err == 0)
		return 0;
	unlink(path);
	return failed(path, -err);
}

int file_put(const char *path, const struct bytes *content)
{
	if (path)
		return file_create(path, 0644, content);
	if (fwrite(content->data, 1, content->len, stdout) != content->len ||
	    fflush(stdout) != 0)
		return failed("standard output", errno);
	return 0;
}

int file_create_pair(const char *name, const struct bytes *cert,
		     const struct bytes *key)
{
	BYTES_LOCAL(cert_path);
	BYTES_LOCAL(key_path);
	int err;

	bytes_printf(&cert_path, "%s.cert", name);
	err = bytes_printf(&key_path, "%s.key", name);
	if (err < 0 || cert_path.err < 0)
		return -ENOMEM;
	err = file_create(bytes_text(&key_path), 0600, key);
	if (err < 0)
		return err;
	err = file_create(bytes_text(&cert_path), 0644, cert);
	if (err < 0)
		unlink(bytes_text(&key_path));
	return err;
}
