/* SPDX-License-Identifier: Apache-2.0 */
/* A program that cannot go to the background: --wrap makes the system refuse. */
#include "golden.h"

#include <errno.h>
#include <limits.h>
#include <unistd.h>

#include "daemon.h"
#include "error.h"

static int pipe_err;

int __real_pipe2(int ends[2], int flags);
int __wrap_pipe2(int ends[2], int flags);
int __wrap_pipe2(int ends[2], int flags)
{
	errno = pipe_err;
	return errno ? -1 : __real_pipe2(ends, flags);
}

pid_t __wrap_fork(void);
pid_t __wrap_fork(void)
{
	errno = EAGAIN;
	return -1;
}

static void what_is_refused_is_said(void **state)
{
	char before[PATH_MAX], after[PATH_MAX];

	(void)state;
	pipe_err = EMFILE;
	assert_int_equal(daemon_start(), -EMFILE);
	assert_string_equal(fail_reason(), "pipe: Too many open files");
	pipe_err = 0;
	assert_int_equal(daemon_start(), -EAGAIN);
	assert_string_equal(fail_reason(),
			    "fork: Resource temporarily unavailable");
	/* Then it stays where it is. */
	assert_non_null(getcwd(before, sizeof(before)));
	daemon_ready();
	assert_non_null(getcwd(after, sizeof(after)));
	assert_string_equal(after, before);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_refused_is_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
