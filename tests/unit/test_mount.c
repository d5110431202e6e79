/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Mounting where the system or libfuse refuses, and unmounting what is still ours.
 * Both come here (linked with --wrap, see CMakeLists.txt).
 */
#include "golden.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "error.h"
#include "log.h"
#include "mount.h"
#include "mount_options.h"

static struct {
	uid_t uid;
	int open_err, mount_err, umount_err;
	bool no_memory, refuses, no_pipe;
	const char *says; /* libfuse, when it refuses */
	int number;	  /* of the mount at that path; 0: there is none */
} world;

static int device;	   /* libfuse's descriptor */
static char done[300];	   /* what was called */
static char said[200];	   /* what was logged */
static char session_of[1]; /* only its address counts */

static struct fuse_session *session(void)
{
	return (struct fuse_session *)session_of;
}

static void note(const char *format, ...)
{
	size_t len = strlen(done);
	va_list args;

	va_start(args, format);
	vsnprintf(done + len, sizeof(done) - len, format, args);
	va_end(args);
}

static int answer(int err)
{
	errno = err;
	return err ? -1 : 0;
}

#define WRAP_OPEN(name)                                                      \
	int __real_##name(const char *path, int flags, ...);                 \
	int __wrap_##name(const char *path, int flags, mode_t mode);         \
	int __wrap_##name(const char *path, int flags, mode_t mode)          \
	{                                                                    \
		if (strcmp(path, "/dev/fuse") != 0)                          \
			return __real_##name(path, flags, mode);             \
		errno = world.open_err;                                      \
		return errno ? -1 : __real_##name("/dev/null", flags, mode); \
	}

WRAP_OPEN(open)
WRAP_OPEN(open64)

void *__real_malloc(size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_malloc(size_t size)
{
	return world.no_memory ? NULL : __real_malloc(size);
}

uid_t __wrap_geteuid(void);
uid_t __wrap_geteuid(void)
{
	return world.uid;
}

int __wrap_mount(const char *source, const char *target, const char *type,
		 unsigned long flags, const char *data);
int __wrap_mount(const char *source, const char *target, const char *type,
		 unsigned long flags, const char *data)
{
	note("mount %s %s %s %lu %s\n", source, target, type, flags,
	     strchr(data, ','));
	return answer(world.mount_err);
}

int __wrap_umount2(const char *target, int flags);
int __wrap_umount2(const char *target, int flags)
{
	(void)flags;
	note("umount %s\n", target);
	return answer(world.umount_err);
}

int __wrap_name_to_handle_at(int dir, const char *path, void *handle,
			     int *number, int flags);
int __wrap_name_to_handle_at(int dir, const char *path, void *handle,
			     int *number, int flags)
{
	(void)dir;
	(void)path;
	(void)handle;
	(void)flags;
	*number = world.number;
	return answer(world.number ? EOVERFLOW : ENOTCONN);
}

int __real_pipe2(int ends[2], int flags);
int __wrap_pipe2(int ends[2], int flags);
int __wrap_pipe2(int ends[2], int flags)
{
	return world.no_pipe ? answer(EMFILE) : __real_pipe2(ends, flags);
}

int __wrap_fuse_session_mount(struct fuse_session *of, const char *place);
int __wrap_fuse_session_mount(struct fuse_session *of, const char *place)
{
	unsigned int fd;

	assert_ptr_equal(of, session());
	if (world.refuses) {
		if (world.says)
			fail_because(EIO, "%s", world.says);
		return -1;
	}
	if (sscanf(place, "/dev/fd/%u", &fd) == 1)
		device = world.uid == 0 ? (int)fd : dup((int)fd);
	else
		note("libfuse mounts %s\n", place);
	return 0;
}

void __wrap_fuse_session_unmount(struct fuse_session *of);
void __wrap_fuse_session_unmount(struct fuse_session *of)
{
	assert_ptr_equal(of, session());
	note("libfuse unmounts\n");
}

int __wrap_fuse_session_fd(struct fuse_session *of);
int __wrap_fuse_session_fd(struct fuse_session *of)
{
	(void)of;
	return device;
}

static void keep_line(enum log_level level, const char *line)
{
	assert_int_equal(level, LOG_LEVEL_WARNING);
	snprintf(said, sizeof(said), "%s", line);
}

static int make(const char *place, struct mount *mount)
{
	const struct mount_options options = {
		.flags = 6,
		.data = (char[]){ "allow_other" },
		.source = (char[]){ "i2c-1" },
		.subtype = (char[]){ "nerveskeyfs" },
	};

	done[0] = said[0] = '\0';
	device = -1;
	return mount_make(session(), &options, place, mount);
}

static void what_is_refused_is_said(void **state)
{
	static const struct {
		uid_t uid;
		int open_err, mount_err;
		bool no_memory, refuses;
		const char *says;
		int err;
		const char *sentence;
	} rows[] = {
		{ 0, ENOENT, 0, 0, 0, NULL, ENOENT, "modprobe fuse" },
		{ 0, ENODEV, 0, 0, 0, NULL, ENODEV, "modprobe fuse" },
		{ 0, EACCES, 0, 0, 0, NULL, EACCES, "opened: Permission den" },
		{ 0, 0, EBUSY, 0, 0, NULL, EBUSY,
		  "i2c-1 cannot be mounted on /mnt: Device or res" },
		{ 0, 0, 0, true, 0, NULL, ENOMEM, "" },
		{ 0, 0, 0, 0, true, NULL, EIO, "refuses the open FUSE device" },
		{ 1, 0, 0, 0, true, NULL, EIO, "libfuse does not say why" },
		{ 1, 0, 0, 0, true, "no such group", EIO, "no such group" },
	};
	struct mount mount;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		world.uid = rows[i].uid;
		world.open_err = rows[i].open_err;
		world.mount_err = rows[i].mount_err;
		world.no_memory = rows[i].no_memory;
		world.refuses = rows[i].refuses;
		world.says = rows[i].says;
		fail_clear();
		assert_int_equal(make("/mnt", &mount), -rows[i].err);
		assert_non_null(strstr(fail_reason(), rows[i].sentence));
		/* A mount that nobody serves must not stay. */
		assert_int_equal(!strstr(done, "umount /mnt"),
				 !(rows[i].uid == 0 && rows[i].refuses));
	}
	memset(&world, 0, sizeof(world));
}

static bool is_disconnected(void)
{
	struct stat st;

	return fstat(device, &st) == 0 && S_ISFIFO(st.st_mode);
}

#define OURS "mount i2c-1 /mnt fuse.nerveskeyfs 6 ,rootmode=40000,"

static void what_is_ours_is_unmounted(void **state)
{
	static const struct {
		uid_t uid;
		const char *place;
		int number; /* at the end; it was 5 */
		const char *made, *undone;
		bool disconnected;
	} rows[] = {
		{ 0, "/mnt", 5, OURS, "umount /mnt\n", true },
		{ 0, "/mnt", 6, OURS, "", true },
		{ 0, "/mnt", 0, OURS, "", true },
		{ 1, "/mnt", 5, "libfuse mounts /mnt\n", "libfuse unmounts\n",
		  false },
		{ 1, "/mnt", 6, "libfuse mounts /mnt\n", "libfuse unmounts\n",
		  true },
		{ 1, "/dev/fd/0", 5, "", "", true },
	};
	struct mount mount;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		world.uid = rows[i].uid;
		world.number = 5;
		assert_int_equal(make(rows[i].place, &mount), 0);
		assert_memory_equal(done, rows[i].made, strlen(rows[i].made));
		if (device < 0)
			device = open("/dev/null", O_RDWR | O_CLOEXEC);
		done[0] = '\0';
		world.number = rows[i].number;
		mount_undo(&mount);
		assert_string_equal(done, rows[i].undone);
		assert_int_equal(is_disconnected(), rows[i].disconnected);
		close(device);
	}
	memset(&world, 0, sizeof(world));
}

static void what_cannot_be_unmounted_is_logged(void **state)
{
	struct mount mount;

	(void)state;
	world.umount_err = EPERM;
	world.no_pipe = true;
	world.number = 5;
	log_to(keep_line, LOG_LEVEL_INFO);
	assert_int_equal(make("/mnt", &mount), 0);
	mount_undo(&mount);
	log_to(NULL, LOG_LEVEL_INFO);
	assert_string_equal(said, "/mnt cannot be unmounted: Operation not "
				  "permitted");
	assert_false(is_disconnected());
	close(device);
}

static void a_descriptor_is_a_mount_that_is_made(void **state)
{
	(void)state;
	assert_true(mount_is_made("/dev/fd/3"));
	assert_false(mount_is_made("/dev/fd/"));
	assert_false(mount_is_made("/dev/fd/3x"));
	assert_false(mount_is_made("/mnt"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_refused_is_said),
		cmocka_unit_test(what_is_ours_is_unmounted),
		cmocka_unit_test(what_cannot_be_unmounted_is_logged),
		cmocka_unit_test(a_descriptor_is_a_mount_that_is_made),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
