/* SPDX-License-Identifier: Apache-2.0 */
/* Who holds a lock: this process itself, which /proc shows to it. */
#include "golden.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "error.h"
#include "holder.h"

#define UNSEEN "another process, which cannot be seen from here"

static char path[] = "/tmp/holder.XXXXXX", us[64];
static int file;

static int make_file(void **state)
{
	(void)state;
	file = mkstemp(path);
	snprintf(us, sizeof(us), "process %d (", getpid());
	return file < 0;
}

static int remove_file(void **state)
{
	(void)state;
	close(file);
	return unlink(path);
}

static void lock(int fd, off_t place, short type)
{
	struct flock what = { .l_type = type, .l_start = place, .l_len = 1 };

	assert_int_equal(fcntl(fd, F_OFD_SETLK, &what), 0);
}

static void assert_holder(const char *of, long place, const char *expected)
{
	char text[HOLDER_TEXT];

	holder_describe(of, place, text);
	if (strncmp(text, expected, strlen(expected)) != 0)
		fail_msg("%s at %ld: %s", of, place, text);
}

static void a_lock_is_found_by_its_place(void **state)
{
	(void)state;
	assert_holder(path, HOLDER_ANY, UNSEEN);
	lock(file, 0x35, F_WRLCK);
	lock(file, 0x60, F_WRLCK);
	assert_holder(path, 0x35, us);
	assert_holder(path, 0x60, us);
	assert_holder(path, HOLDER_ANY, us);
	assert_holder(path, 0x36, UNSEEN);
	lock(file, 0x35, F_UNLCK);
	lock(file, 0x60, F_UNLCK);
	assert_holder(path, 0x60, UNSEEN);
}

static void a_lock_of_the_whole_file_is_found(void **state)
{
	char spec[64];

	(void)state;
	assert_int_equal(flock(file, LOCK_EX), 0);
	snprintf(spec, sizeof(spec), "%s,timing=none", path);
	assert_int_equal(holder_refuse(spec), -EBUSY);
	assert_non_null(strstr(fail_reason(), us));
	assert_null(strstr(fail_reason(), "timing"));
	assert_int_equal(flock(file, LOCK_UN), 0);
}

/* A device is the same by each of its names. Other tests may lock it, too. */
static void a_device_is_known_by_its_number(void **state)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	const long place = 1000 + getpid();
	char other[64];

	snprintf(other, sizeof(other), "%s.null", path);
	(void)state;
	assert_true(null >= 0);
	lock(null, place, F_WRLCK);
	assert_holder("/dev/null", place, us);
	assert_holder("/dev/zero", place, UNSEEN);
	/* Only root can make it another name. */
	if (mknod(other, S_IFCHR | 0600, makedev(1, 3)) == 0) {
		assert_holder(other, place, us);
		unlink(other);
	}
	close(null);
}

static void a_file_that_is_gone_has_no_holder(void **state)
{
	(void)state;
	assert_holder("/nowhere", HOLDER_ANY, UNSEEN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_lock_is_found_by_its_place),
		cmocka_unit_test(a_lock_of_the_whole_file_is_found),
		cmocka_unit_test(a_device_is_known_by_its_number),
		cmocka_unit_test(a_file_that_is_gone_has_no_holder),
	};

	return cmocka_run_group_tests(tests, make_file, remove_file);
}
