/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A system that refuses some steps of hardening: those are left out and logged,
 * the others are done. Calls that would restrict this process come here (linked
 * with --wrap, see CMakeLists.txt).
 */
#include "golden.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harden.h"
#include "log.h"

static bool refused, for_real;
static uid_t uid;
static char done[200], said[600];

static void note(char *list, size_t size, const char *word)
{
	size_t len = strlen(list);

	snprintf(list + len, size - len, "%s\n", word);
}

static int answer(int err)
{
	errno = err;
	return refused ? -1 : 0;
}

int __real_prctl(int option, ...);
int __wrap_prctl(int option, ...);
int __wrap_prctl(int option, ...)
{
	note(done, sizeof(done),
	     option == PR_SET_DUMPABLE ? "dumps" : "privileges");
	return answer(EINVAL);
}

uid_t __wrap_geteuid(void);
uid_t __wrap_geteuid(void)
{
	return uid;
}

long __real_syscall(long number, ...);
long __wrap_syscall(long number, long first, long second);
long __wrap_syscall(long number, long first, long second)
{
	if (number != SYS_capset)
		return __real_syscall(number, first, second, -1L, -1L, -1L);
	note(done, sizeof(done), "capabilities");
	return answer(EPERM);
}

int __real_seccomp_load(const void *filter);
int __wrap_seccomp_load(const void *filter);
int __wrap_seccomp_load(const void *filter)
{
	if (for_real)
		return __real_seccomp_load(filter);
	note(done, sizeof(done), "filter");
	return refused ? -ENOSYS : 0;
}

static void keep_line(enum log_level level, const char *line)
{
	assert_int_equal(level, LOG_LEVEL_INFO);
	note(said, sizeof(said), line);
}

static void harden_as(uid_t who, bool is_refused)
{
	uid = who;
	refused = is_refused;
	done[0] = said[0] = '\0';
	log_to(keep_line, LOG_LEVEL_INFO);
	harden("i2c-1");
	log_to(NULL, LOG_LEVEL_INFO);
}

/* Of those that this build has. */
static void assert_all_was_tried(void)
{
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
	assert_non_null(strstr(done, "dumps\n"));
#endif
	assert_non_null(strstr(done, "capabilities\n"));
#ifdef NK_HAVE_SECCOMP
	assert_non_null(strstr(done, "filter\n"));
#endif
	assert_non_null(strstr(done, "privileges\n"));
}

static void root_gives_up_what_it_does_not_need(void **state)
{
	(void)state;
	harden_as(0, false);
	assert_all_was_tried();
	assert_string_equal(said, "");
}

static void what_is_refused_is_said_and_the_rest_is_done(void **state)
{
	(void)state;
	harden_as(0, true);
	assert_all_was_tried();
	assert_non_null(strstr(said, "new privileges stay possible: Invalid"));
	assert_non_null(strstr(said, "capabilities are kept: Operation not"));
#ifdef NK_HAVE_SECCOMP
	assert_non_null(strstr(said, "system calls are not filtered: Func"));
#endif
}

/* Otherwise fusermount3 could not be run. */
static void others_keep_what_they_have(void **state)
{
	(void)state;
	harden_as(1000, true);
	assert_null(strstr(done, "privileges"));
	assert_null(strstr(done, "capabilities"));
	assert_null(strstr(done, "filter"));
}

/* It never mounts, so what keeps it from fusermount3 does no harm. */
static void what_signs_gives_up_all_whoever_runs_it(void **state)
{
	(void)state;
	refused = false;
	for (uid = 0; uid < 1001; uid += 1000) {
		done[0] = '\0';
		harden_signing();
		assert_non_null(strstr(done, "privileges\n"));
		assert_int_equal(!strstr(done, "capabilities\n"), uid != 0);
#ifdef NK_HAVE_SECCOMP
		assert_non_null(strstr(done, "filter\n"));
#endif
	}
}

#ifdef NK_HAVE_SECCOMP
/* Of what CAP_SYS_ADMIN, which unmounting needs, would allow; and of programs. */
static const long no_business[] = {
	SYS_mount,	   SYS_move_mount,    SYS_open_tree,   SYS_fsopen,
	SYS_fsconfig,	   SYS_fsmount,	      SYS_fspick,      SYS_pivot_root,
	SYS_mount_setattr, SYS_fanotify_init, SYS_pidfd_getfd, SYS_setns,
	SYS_unshare,	   SYS_execve,	      SYS_bpf,
};

enum { ALL_REFUSED, NO_FILTER, ONE_ALLOWED };

/* In a process of its own, which stays like that. */
static int call_what_is_refused(void)
{
	for_real = true;
	__real_prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	harden_as(0, false);
	if (said[0])
		return NO_FILTER;
	for (size_t i = 0; i < sizeof(no_business) / sizeof(*no_business); i++)
		/* Without a filter these are bad arguments. */
		if (syscall(no_business[i], -1, -1, -1, -1, -1) != -1 ||
		    errno != EPERM)
			return ONE_ALLOWED;
	return ALL_REFUSED;
}

static void what_no_file_system_needs_is_refused(void **state)
{
	pid_t child = fork();
	int status;

	(void)state;
	assert_true(child >= 0);
	if (child == 0)
		_exit(call_what_is_refused());
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	/* An emulator has none. */
	if (WEXITSTATUS(status) == NO_FILTER)
		skip();
	assert_int_equal(WEXITSTATUS(status), ALL_REFUSED);
}
#endif

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(root_gives_up_what_it_does_not_need),
		cmocka_unit_test(what_is_refused_is_said_and_the_rest_is_done),
		cmocka_unit_test(others_keep_what_they_have),
		cmocka_unit_test(what_signs_gives_up_all_whoever_runs_it),
#ifdef NK_HAVE_SECCOMP
		cmocka_unit_test(what_no_file_system_needs_is_refused),
#endif
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
