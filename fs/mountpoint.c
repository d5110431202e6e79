/* SPDX-License-Identifier: Apache-2.0 */
#include "mountpoint.h"

#include <errno.h>
#include <fcntl.h>
#include <fuse.h>
#include <fuse_lowlevel.h>
#include <unistd.h>

int mountpoint_number(const char *path)
{
	struct file_handle none = { .handle_bytes = 0 };
	int number = -1;

	/* EOVERFLOW: there is no room for the rest, and it is not wanted. */
	if (name_to_handle_at(AT_FDCWD, path, &none, &number, 0) < 0 &&
	    errno != EOVERFLOW)
		return -1;
	return number;
}

/* For fuse_unmount(), a connection has ended that is a pipe without a reader. */
static void disconnect(int fd)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) < 0)
		return;
	dup2(ends[1], fd);
	close(ends[0]);
	close(ends[1]);
}

void mountpoint_leave(struct fuse *fuse, const char *path, int ours)
{
	if (mountpoint_number(path) != ours)
		disconnect(fuse_session_fd(fuse_get_session(fuse)));
	fuse_unmount(fuse);
}
