/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The file operations as FUSE calls them, without a mount: also what the kernel
 * asks for only when a file goes between two of its questions. Linked with
 * --wrap (see CMakeLists.txt).
 */
#include "mounted_files.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/xattr.h>

#include "error.h"
#include "fs.h"
#include "ops.h"

static struct mounted mounted;
static struct fs fs;

struct fuse_context *__wrap_fuse_get_context(void);
struct fuse_context *__wrap_fuse_get_context(void)
{
	static struct fuse_context context = { .uid = 1000,
					       .private_data = &fs };

	return &context;
}

static int begin(void **state)
{
	(void)state;
	place_chip(bench_chip, "1111");
	mounted = mount_chip(bench_chip, "");
	fs = (struct fs){ .key = mounted.key,
			  .settings = mounted.files,
			  .uid = 1000,
			  .gid = 1001 };
	latest_init(&fs.latest);
	return 0;
}

static int end(void **state)
{
	(void)state;
	latest_destroy(&fs.latest);
	unmount_chip(&mounted);
	return 0;
}

static void what_is_not_there_cannot_be_used(void **state)
{
	const struct timespec times[2] = { 0 };
	struct fuse_file_info info = { 0 };
	struct stat st;
	char text[32];

	(void)state;
	assert_int_equal(ops.getattr("/none", &st, NULL), -ENOENT);
	assert_int_equal(ops.getattr(NULL, &st, NULL), -ENOENT);
	assert_int_equal(ops.getattr("/settings/none", &st, NULL), -ENOENT);
	assert_int_equal(ops.open("/none", &info), -ENOENT);
	assert_int_equal(ops.opendir("/none", &info), -ENOENT);
	assert_int_equal(ops.fsync("/none", 0, NULL), -ENOENT);
	assert_int_equal(ops.truncate("/none", 0, NULL), -ENOENT);
	assert_int_equal(ops.utimens("/none", times, NULL), -ENOENT);
	assert_int_equal(ops.chmod("/none", 0444, NULL), -ENOENT);
	assert_int_equal(ops.chmod("/settings/none", 0660, NULL), -ENOENT);
	assert_int_equal(ops.chown("/none", 1000, 1001, NULL), -ENOENT);
	assert_int_equal(ops.getxattr("/none", "user.x", text, 32), -ENOENT);
	assert_int_equal(ops.setxattr("/none", "user.x", "y", 1, 0), -ENOENT);
	assert_int_equal(ops.listxattr("/none", text, 32), -ENOENT);
	assert_int_equal(ops.removexattr("/none", "user.x"), -ENOENT);
}

static void names_come_and_go_in_settings_alone(void **state)
{
	struct fuse_file_info info = { 0 };

	(void)state;
	assert_int_equal(ops.create("/none", 0644, &info), -EPERM);
	assert_int_equal(ops.create("/slots/5", 0644, &info), -EPERM);
	assert_int_equal(ops.unlink("/none"), -EPERM);
	assert_int_equal(ops.unlink("/serial"), -EPERM);
	assert_int_equal(ops.unlink("/slots/1"), -EPERM);
	assert_int_equal(ops.unlink("/settings/none"), -ENOENT);
	assert_int_equal(ops.rename("/none", "/settings/a", 0), -EPERM);
	assert_int_equal(ops.rename("/serial", "/settings/a", 0), -EPERM);
	assert_int_equal(ops.rename("/settings/port", "/port", 0), -EPERM);
	assert_int_equal(ops.mkdir("/settings/a", 0755), -EPERM);
	assert_int_equal(ops.rmdir("/settings"), -EPERM);
	assert_int_equal(ops.mknod("/settings/a", S_IFIFO, 0), -EPERM);
	assert_int_equal(ops.link("/serial", "/settings/a"), -EPERM);
	assert_int_equal(ops.symlink("/serial", "/settings/a"), -EPERM);
	assert_int_equal(ops.rename("/settings/port", "/settings/a", 0), 0);
	assert_int_equal(ops.unlink("/settings/a"), 0);
}

static void modes_and_owners_are_the_mounts(void **state)
{
	(void)state;
	assert_int_equal(ops.chmod("/serial", S_IFREG | 0444, NULL), 0);
	assert_int_equal(ops.chmod("/serial", S_IFREG | 0644, NULL), -EPERM);
	assert_int_equal(ops.chown("/serial", 1000, 1001, NULL), 0);
	assert_int_equal(ops.chown("/serial", (uid_t)-1, (gid_t)-1, NULL), 0);
	assert_int_equal(ops.chown("/serial", 0, 1001, NULL), -EPERM);
	assert_int_equal(ops.chown("/serial", (uid_t)-1, 0, NULL), -EPERM);
	/* Programs that copy files are not told that it means nothing. */
	assert_int_equal(ops.chmod("/settings/port", 0600, NULL), 0);
	assert_int_equal(ops.chown("/settings/port", 0, 0, NULL), 0);
}

static void an_attribute_fits_its_readers_buffer_or_is_refused(void **state)
{
	static const char port[] = "/settings/port";
	static const char name[] = "user.nerveskey.type";
	char text[40];

	(void)state;
	assert_int_equal(ops.getxattr(port, name, NULL, 0), 7);
	assert_int_equal(ops.getxattr(port, name, text, 6), -ERANGE);
	assert_int_equal(ops.getxattr(port, name, text, 7), 7);
	assert_memory_equal(text, "integer", 7);
	assert_int_equal(ops.getxattr(port, "user.other", text, 40), -ENODATA);
	assert_int_equal(ops.getxattr("/serial", name, text, 40), -ENODATA);
	assert_int_equal(ops.getxattr("/settings/none", name, text, 40),
			 -ENOENT);
	assert_int_equal(ops.listxattr(port, NULL, 0), sizeof(name));
	assert_int_equal(ops.listxattr(port, text, 5), -ERANGE);
	assert_int_equal(ops.listxattr(port, text, 40), sizeof(name));
	assert_string_equal(text, name);
	assert_int_equal(ops.listxattr("/serial", text, 40), 0);
}

static void an_attribute_is_a_type_or_refused(void **state)
{
	static const char port[] = "/settings/port";
	static const char name[] = "user.nerveskey.type";
	char long_value[40] = "float";

	(void)state;
	assert_int_equal(ops.setxattr(port, name, long_value, 40, 0), -EINVAL);
	assert_int_equal(ops.setxattr(port, name, "colour", 6, 0), -EINVAL);
	assert_int_equal(ops.setxattr(port, "user.other", "x", 1, 0),
			 -EOPNOTSUPP);
	assert_int_equal(ops.setxattr("/serial", name, "float", 5, 0),
			 -EOPNOTSUPP);
	assert_int_equal(ops.setxattr(port, name, "float", 5, XATTR_CREATE),
			 -EEXIST);
	assert_int_equal(ops.removexattr(port, name), -EPERM);
	assert_content(&mounted, "port", "443");
	assert_int_equal(ops.setxattr(port, name, "float", 5, 0), 0);
	assert_content(&mounted, "port", "443.0");
}

/* A buffer with room for so many names. */
static int fill_some(void *buffer, const char *name, const struct stat *st,
		     off_t offset, enum fuse_fill_dir_flags flags)
{
	int *room = buffer;

	(void)name;
	(void)st;
	(void)offset;
	(void)flags;
	return (*room)-- == 0;
}

static int list(const char *path, int room)
{
	struct fuse_file_info info = { 0 };

	assert_int_equal(ops.opendir(path, &info), 0);
	return ops.readdir(path, &room, fill_some, 0, &info, 0);
}

static void a_listing_without_room_is_an_error(void **state)
{
	static const struct {
		const char *path;
		int names;
	} directories[] = {
		{ "/settings", 2 + 3 },
		{ "/slots", 2 + 4 },
		{ "/chip", 2 + 7 },
	};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		int names = directories[i].names;

		for (int room = 0; room < names; room++)
			assert_int_equal(list(directories[i].path, room),
					 -ENOMEM);
		assert_int_equal(list(directories[i].path, names), 0);
	}
	assert_int_equal(list("/serial", 9), -ENOTDIR);
}

/* Opened for writing, one write, closed: what that came to. */
static int write_one(const char *path, const char *text, off_t offset)
{
	struct fuse_file_info info = { .flags = O_WRONLY };
	char data[64];
	size_t len = strlen(text);
	int done;

	memcpy(data, text, len);
	done = ops.open(path, &info);
	if (done < 0)
		return done;
	done = ops.write(path, data, len, offset, &info);
	assert_int_equal(data[0], 0); /* wiped */
	ops.release(path, &info);
	return done;
}

static void files_of_one_size_are_written_within_it(void **state)
{
	struct fuse_file_info info = { .flags = O_RDWR };

	(void)state;
	assert_int_equal(write_one("/slots/1", "abc", 33), 3);
	assert_int_equal(write_one("/slots/1", "abc", 34), -EFBIG);
	assert_int_equal(write_one("/slots/1", "abc", 37), -EFBIG);
	assert_int_equal(write_one("/slots/5", "abc", 0), -ENOENT);
	assert_int_equal(ops.truncate("/slots/1", 36, NULL), 0);
	assert_int_equal(ops.truncate("/slots/1", 0, NULL), -EINVAL);
	assert_int_equal(ops.truncate("/sign", 0, NULL), 0);
	assert_int_equal(ops.open("/slots", &info), -EISDIR);
	assert_int_equal(write_one("/serial", "abc", 0), -EACCES);
}

static void the_map_is_replaced_at_its_start_or_not(void **state)
{
	(void)state;
	assert_int_equal(write_one("/settings.etf", "\x83t", 7), -EINVAL);
	assert_int_equal(write_one("/settings.etf", "\x83t", 0), -EINVAL);
	assert_content(&mounted, "port", "443");
}

static void who_reads_by_a_busy_descriptor_does_not_wait_for_ever(void **state)
{
	struct fuse_file_info info = { .flags = O_RDWR };
	char reply[64];

	(void)state;
	assert_int_equal(ops.open("/sign", &info), 0);
	turn_never_comes = true;
	assert_int_equal(ops.read("/sign", reply, 64, 0, &info), -ETIMEDOUT);
	assert_non_null(strstr(fail_reason(), "this descriptor"));
	turn_never_comes = false;
	assert_int_equal(ops.read("/sign", reply, 64, 0, &info), -ENODATA);
	ops.release("/sign", &info);
}

#define ON_A_CHIP(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_A_CHIP(what_is_not_there_cannot_be_used),
		ON_A_CHIP(names_come_and_go_in_settings_alone),
		ON_A_CHIP(modes_and_owners_are_the_mounts),
		ON_A_CHIP(an_attribute_fits_its_readers_buffer_or_is_refused),
		ON_A_CHIP(an_attribute_is_a_type_or_refused),
		ON_A_CHIP(a_listing_without_room_is_an_error),
		ON_A_CHIP(files_of_one_size_are_written_within_it),
		ON_A_CHIP(the_map_is_replaced_at_its_start_or_not),
		ON_A_CHIP(
			who_reads_by_a_busy_descriptor_does_not_wait_for_ever),
	};

	return cmocka_run_group_tests(tests, bench_begin, bench_end);
}
