/* SPDX-License-Identifier: Apache-2.0 */
#include "front_refusals.h"

#include "golden.h"

#include <errno.h>
#include <sys/xattr.h>

#include "fake_kernel.h"
#include "front_activities.h"
#include "front_calls.h"

#define TYPE	      "user.nerveskey.type"
#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

/* What a test calls about the node that was looked up last. */
#define CALL(op, ...)                               \
	({                                          \
		fuse_req_t req_ = kernel_call();    \
		front_ops()->op(req_, __VA_ARGS__); \
		outcome(req_);                      \
	})

static void look_up_in_root(const char *name)
{
	assert_int_equal(look_up(FUSE_ROOT_ID, name), 0);
}

void names_are_fixed_but_in_settings(void **state)
{
	const fuse_ino_t root = FUSE_ROOT_ID;
	struct fuse_file_info fi = { .flags = O_WRONLY };

	(void)state;
	assert_int_equal(look_up(root, "none"), ENOENT);
	look_up_in_root("serial");
	assert_int_equal(CALL(mkdir, root, "new", 0755), EPERM);
	assert_int_equal(CALL(mknod, root, "new", S_IFREG, 0), EPERM);
	assert_int_equal(CALL(symlink, "x", root, "new"), EPERM);
	assert_int_equal(CALL(link, kernel_node(), root, "new"), EPERM);
	assert_int_equal(CALL(create, root, "new", 0644, &fi), EPERM);
	assert_int_equal(CALL(rmdir, root, "chip"), EPERM);
	assert_int_equal(CALL(unlink, root, "serial"), EPERM);
	assert_int_equal(CALL(rename, root, "serial", root, "b", 0), EPERM);
	kernel_close();
}

void attributes_can_be_set_to_what_they_are(void **state)
{
	static const struct {
		const char *name;
		int to_set;
		struct stat st;
		int err;
	} cases[] = {
		{ "serial", FUSE_SET_ATTR_MODE, { .st_mode = 0444 }, 0 },
		{ "serial", FUSE_SET_ATTR_MODE, { .st_mode = 0644 }, EPERM },
		{ "serial", FUSE_SET_ATTR_UID, { .st_uid = 1000 }, 0 },
		{ "serial", FUSE_SET_ATTR_UID, { .st_uid = 1 }, EPERM },
		{ "serial", FUSE_SET_ATTR_GID, { .st_gid = 1001 }, 0 },
		{ "serial", FUSE_SET_ATTR_GID, { .st_gid = 1 }, EPERM },
		{ "serial", FUSE_SET_ATTR_SIZE, { .st_size = 0 }, EACCES },
		{ "serial", FUSE_SET_ATTR_MTIME, { .st_size = 0 }, 0 },
		{ "sign", FUSE_SET_ATTR_SIZE, { .st_size = 5 }, 0 },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct stat st = cases[i].st;

		look_up_in_root(cases[i].name);
		assert_int_equal(CALL(setattr, kernel_node(), &st,
				      cases[i].to_set, NULL),
				 cases[i].err);
		kernel_close();
	}
}

void only_settings_have_a_type(void **state)
{
	(void)state;
	look_up_in_root("serial");
	assert_int_equal(CALL(getxattr, kernel_node(), TYPE, 9), ENODATA);
	assert_int_equal(CALL(setxattr, kernel_node(), TYPE, "x", 1, 0),
			 EOPNOTSUPP);
	assert_int_equal(CALL(listxattr, kernel_node(), 0), 0);
	assert_int_equal(CALL(removexattr, kernel_node(), TYPE), EOPNOTSUPP);
	make_setting();
	assert_int_equal(CALL(getxattr, kernel_node(), TYPE, 0), 0);
	assert_int_equal(CALL(getxattr, kernel_node(), TYPE, 2), ERANGE);
	assert_int_equal(CALL(getxattr, kernel_node(), "user.x", 9), ENODATA);
	assert_int_equal(CALL(setxattr, kernel_node(), "user.x", "x", 1, 0),
			 EOPNOTSUPP);
	assert_int_equal(
		CALL(setxattr, kernel_node(), TYPE, "x", 1, XATTR_CREATE),
		EEXIST);
	assert_int_equal(CALL(listxattr, kernel_node(), 100), 0);
	assert_int_equal(CALL(removexattr, kernel_node(), TYPE), EPERM);
	kernel_close();
}

void a_file_is_opened_as_its_mode_permits(void **state)
{
	static const struct {
		const char *name;
		int flags, err;
	} cases[] = {
		{ "chip", O_RDONLY, EISDIR },
		{ "random", O_WRONLY, EACCES },
		{ "serial", O_RDWR, EACCES },
		{ "sign", O_RDONLY, ENODATA },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(cases); i++) {
		look_up_in_root(cases[i].name);
		assert_int_equal(open_node(cases[i].flags), cases[i].err);
		kernel_close();
	}
}

/* A call that waits, and the error when the front gives it up. */
static void assert_given_up(fuse_req_t req, bool late, int err)
{
	assert_int_equal(req->answers, 0);
	front_give_up_all(&kernel_front, late, late ? ETIMEDOUT : ENODEV);
	kernel_settle();
	assert_int_equal(req->answers, 1);
	assert_int_equal(req->err, err);
}

static fuse_req_t begin_to_open(int flags)
{
	struct fuse_file_info fi = { .flags = flags };
	fuse_req_t req = kernel_call();

	front_ops()->open(req, kernel_node(), &fi);
	return req;
}

void a_second_writer_waits_for_the_first(void **state)
{
	fuse_req_t req;

	(void)state;
	look_up_in_root("provision");
	assert_int_equal(open_node(O_WRONLY), 0);
	req = begin_to_open(O_WRONLY);
	kernel_front.oldest->asked_ms -= 1001;
	assert_given_up(req, true, EBUSY);
	assert_given_up(begin_to_open(O_WRONLY), false, ENODEV);
	req = begin_to_open(O_WRONLY);
	kernel_release();
	assert_int_equal(req->answers, 1);
	assert_int_equal(req->err, 0);
	kernel_close();
}

/* It may have begun: then it goes on, and its result is for nobody. */
void who_waits_too_long_is_answered(void **state)
{
	const uint64_t begun[] = { 0, 1 };
	struct fuse_file_info fi;
	fuse_req_t req;

	(void)state;
	look_up_in_root("random");
	assert_int_equal(open_node(O_RDONLY), 0);
	fi = (struct fuse_file_info){ .fh = kernel_handle() };
	for (size_t i = 0; i < LENGTH(begun); i++) {
		req = kernel_call();
		front_ops()->read(req, kernel_node(), 32, 0, &fi);
		front_give_up_all(&kernel_front, true, ETIMEDOUT);
		kernel_front.oldest->asked_ms -= 30001;
		kernel_front.oldest->begun_ms = begun[i];
		assert_given_up(req, true, ETIMEDOUT);
	}
	kernel_close();
}

void at_the_end_the_chip_is_not_changed_any_more(void **state)
{
	(void)state;
	make_setting();
	kernel_front.ending = true;
	assert_int_equal(CALL(setxattr, kernel_node(), TYPE, "atom", 4, 0),
			 ENODEV);
	kernel_front.ending = false;
	kernel_close();
}
