/* SPDX-License-Identifier: Apache-2.0 */
#include "io.h"

#include <errno.h>
#include <unistd.h>

ssize_t read_all(int fd, void *data, size_t len)
{
	size_t have = 0;
	ssize_t got;

	while (have < len) {
		got = read(fd, (char *)data + have, len - have);
		if (got == 0)
			break;
		if (got > 0)
			have += (size_t)got;
		else if (errno != EINTR)
			return -errno;
	}
	return (ssize_t)have;
}

int write_all(int fd, const void *data, size_t len)
{
	size_t done = 0;
	ssize_t put;

	while (done < len) {
		put = write(fd, (const char *)data + done, len - done);
		if (put >= 0)
			done += (size_t)put;
		else if (errno != EINTR)
			return -errno;
	}
	return 0;
}
