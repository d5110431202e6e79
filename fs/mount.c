/* SPDX-License-Identifier: Apache-2.0 */
#include "mount.h"

#include <errno.h>
#include <fcntl.h>
#include <fuse_lowlevel.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bytes.h"
#include "error.h"
#include "log.h"
#include "mount_options.h"

/* The number of the mount at `path`, or -1. Calls no file system. */
static int mountpoint_number(const char *path)
{
	struct file_handle none = { .handle_bytes = 0 };
	int number = -1;

	/* EOVERFLOW: the number is set; the rest has no room and no use. */
	if (name_to_handle_at(AT_FDCWD, path, &none, &number, 0) < 0 &&
	    errno != EOVERFLOW)
		return -1;
	return number;
}

bool mount_is_made(const char *mountpoint)
{
	unsigned int fd;
	int end = 0;

	return sscanf(mountpoint, "/dev/fd/%u%n", &fd, &end) == 1 &&
	       mountpoint[end] == '\0';
}

/* mount(2) with a descriptor of /dev/fuse. */
static int mount_fd(int fd, const struct mount_options *options,
		    const char *mountpoint)
{
	BYTES_LOCAL(data);
	BYTES_LOCAL(type);

	bytes_printf(&data, "fd=%d,rootmode=%o,user_id=%u,group_id=%u,%s", fd,
		     S_IFDIR, getuid(), getgid(), options->data);
	bytes_printf(&type, "fuse.%s", options->subtype);
	if (data.err < 0 || type.err < 0)
		return -ENOMEM;
	if (mount(options->source, mountpoint, bytes_text(&type),
		  options->flags, bytes_text(&data)) == 0)
		return 0;
	return fail_because(errno, "%s cannot be mounted on %s: %s",
			    options->source, mountpoint, strerror(errno));
}

static void unmount(const struct mount *mount)
{
	/* Lazy, because files may be open. They cannot be read any more. */
	if (umount2(mount->mountpoint, MNT_DETACH | UMOUNT_NOFOLLOW) < 0)
		log_write(LOG_LEVEL_WARNING, "%s cannot be unmounted: %s",
			  mount->mountpoint, strerror(errno));
}

/* Mount, and pass the descriptor to libfuse as "/dev/fd/N". libfuse owns it. */
static int make_ourselves(const struct mount *mount,
			  const struct mount_options *options)
{
	char path[32];
	int fd = open("/dev/fuse", O_RDWR | O_CLOEXEC);
	int err = errno;

	if (fd < 0)
		return fail_because(
			err, "/dev/fuse cannot be opened: %s%s", strerror(err),
			err == ENOENT || err == ENODEV
				? "; load its module (modprobe fuse)"
				: "");
	err = mount_fd(fd, options, mount->mountpoint);
	snprintf(path, sizeof(path), "/dev/fd/%d", fd);
	if (err == 0 && fuse_session_mount(mount->session, path) == 0)
		return 0;
	if (err == 0) {
		unmount(mount);
		err = fail_because(EIO,
				   "libfuse refuses the open FUSE device "
				   "%s",
				   path);
	}
	close(fd);
	return err;
}

/* On failure, libfuse or fusermount3 has mostly printed the reason. */
static int make_by_libfuse(const struct mount *mount,
			   const struct mount_options *options)
{
	fail_clear();
	if (fuse_session_mount(mount->session, mount->mountpoint) == 0)
		return 0;
	if (fail_reason()[0] == '\0')
		fail_because(EIO,
			     "%s cannot be mounted on %s, and libfuse does "
			     "not say why",
			     options->source, mount->mountpoint);
	return -EIO;
}

int mount_make(struct fuse_session *session,
	       const struct mount_options *options, const char *mountpoint,
	       struct mount *mount)
{
	struct mount made = { .session = session, .mountpoint = mountpoint };
	int err;

	made.made = mount_is_made(mountpoint) ? BY_ANOTHER
		    : geteuid() == 0	      ? BY_US
					      : BY_LIBFUSE;
	err = made.made == BY_US ? make_ourselves(&made, options)
				 : make_by_libfuse(&made, options);
	if (err < 0)
		return err;
	made.number = mountpoint_number(mountpoint);
	*mount = made;
	return 0;
}

/*
 * End the connection to the kernel, so that no process waits for an answer any
 * more. Replace the descriptor by a broken pipe: libfuse takes the session for
 * ended, and does not unmount.
 */
static void disconnect(int fd)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) < 0)
		return;
	dup3(ends[1], fd, O_CLOEXEC);
	close(ends[0]);
	close(ends[1]);
}

void mount_undo(const struct mount *mount)
{
	bool ours = mountpoint_number(mount->mountpoint) == mount->number;

	if (mount->made == BY_US && ours)
		unmount(mount);
	if (mount->made != BY_LIBFUSE || !ours)
		disconnect(fuse_session_fd(mount->session));
	if (mount->made == BY_LIBFUSE)
		fuse_session_unmount(mount->session);
}
