/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What systemd is told, by a socket of ours. Linked with --wrap=stat (see
 * CMakeLists.txt).
 */
#include "golden.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "error.h"
#include "log.h"
#include "notify.h"

static char dir[] = "/tmp/nk-notify-XXXXXX", path[64];
static int listener;
static _Atomic int dead_looks; /* at the mount: it does not answer */

#define WRAP_STAT(name)                                     \
	int __real_##name(const char *at, struct name *st); \
	int __wrap_##name(const char *at, struct name *st); \
	int __wrap_##name(const char *at, struct name *st)  \
	{                                                   \
		if (dead_looks == 0)                        \
			return __real_##name(at, st);       \
		dead_looks--;                               \
		errno = ENOTCONN;                           \
		return -1;                                  \
	}

WRAP_STAT(stat)
WRAP_STAT(stat64)

/* A socket at NAME, which may be abstract: "@" and no file. */
static void listen_at(const char *name)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	const struct timeval patience = { 10, 0 };
	size_t len = strlen(name);

	memcpy(address.sun_path, name, len);
	if (name[0] == '@')
		address.sun_path[0] = '\0';
	listener = socket(AF_UNIX, SOCK_DGRAM, 0);
	assert_true(listener >= 0);
	setsockopt(listener, SOL_SOCKET, SO_RCVTIMEO, &patience,
		   sizeof(patience));
	len += offsetof(struct sockaddr_un, sun_path);
	assert_int_equal(
		bind(listener, (struct sockaddr *)&address, (socklen_t)len), 0);
	setenv("NOTIFY_SOCKET", name, 1);
}

static void assert_told(const char *want)
{
	char word[64] = "";

	assert_true(recv(listener, word, sizeof(word) - 1, 0) > 0);
	assert_string_equal(word, want);
}

static int begin(void **state)
{
	(void)state;
	unsetenv("NOTIFY_SOCKET");
	unsetenv("WATCHDOG_USEC");
	unsetenv("WATCHDOG_PID");
	listener = -1;
	return 0;
}

static int end(void **state)
{
	(void)state;
	if (listener >= 0)
		close(listener);
	unlink(path);
	return 0;
}

static void nobody_is_told_without_a_socket(void **state)
{
	struct notify *notify = (struct notify *)dir;

	(void)state;
	assert_int_equal(notify_start(dir, &notify), 0);
	assert_null(notify);
	notify_stop(notify);
	setenv("NOTIFY_SOCKET", "", 1);
	assert_int_equal(notify_start(dir, &notify), 0);
	assert_null(notify);
}

static void a_socket_may_be_abstract(void **state)
{
	struct notify *notify;
	char name[64];

	(void)state;
	snprintf(name, sizeof(name), "@nk-notify-%d", getpid());
	listen_at(name);
	assert_int_equal(notify_start(dir, &notify), 0);
	assert_told("READY=1");
	notify_stop(notify);
	assert_told("STOPPING=1");
}

static void a_sign_of_life_is_given_to_who_wants_it(void **state)
{
	struct notify *notify;
	char pid[16];

	(void)state;
	listen_at(path);
	setenv("WATCHDOG_USEC", "2000", 1);
	snprintf(pid, sizeof(pid), "%d", getpid());
	setenv("WATCHDOG_PID", pid, 1);
	assert_int_equal(notify_start(dir, &notify), 0);
	assert_told("READY=1");
	assert_told("WATCHDOG=1");
	assert_told("WATCHDOG=1");
	notify_stop(notify);
}

/* Nothing comes between the first word and the last. */
static void assert_no_sign_of_life(const char *name, const char *value)
{
	struct notify *notify;

	setenv(name, value, 1);
	assert_int_equal(notify_start(dir, &notify), 0);
	assert_told("READY=1");
	notify_stop(notify);
	assert_told("STOPPING=1");
}

static void another_process_and_a_far_future_want_none(void **state)
{
	(void)state;
	listen_at(path);
	assert_no_sign_of_life("WATCHDOG_USEC", "18446744073709551615");
	assert_no_sign_of_life("WATCHDOG_USEC", "1999");
	setenv("WATCHDOG_PID", "1", 1);
	assert_no_sign_of_life("WATCHDOG_USEC", "2000");
}

static void a_mount_that_does_not_answer_is_not_said_to(void **state)
{
	struct notify *notify;

	(void)state;
	listen_at(path);
	setenv("WATCHDOG_USEC", "2000", 1);
	dead_looks = 3;
	assert_int_equal(notify_start(dir, &notify), 0);
	assert_told("WATCHDOG=1");
	assert_int_equal(dead_looks, 0);
	notify_stop(notify);
}

/* The next descriptor, if there is to be one. */
static int next_descriptor(void)
{
	int fd = dup(STDIN_FILENO);

	assert_true(fd >= 0);
	close(fd);
	return fd;
}

static int start_with(int descriptors, struct notify **notify)
{
	struct rlimit before, limit;
	int err;

	assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
	limit = before;
	limit.rlim_cur = (rlim_t)(next_descriptor() + descriptors);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
	err = notify_start(dir, notify);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
	return err;
}

static void without_descriptors_it_is_an_error(void **state)
{
	struct notify *notify = NULL;
	int next;

	(void)state;
	listen_at(path);
	next = next_descriptor();
	for (int i = 0; i < 2; i++) {
		assert_int_equal(start_with(i, &notify), -EMFILE);
		assert_null(notify);
		assert_int_equal(next_descriptor(), next);
	}
	assert_int_equal(start_with(2, &notify), 0);
	notify_stop(notify);
}

static void a_socket_that_nobody_has_is_an_error(void **state)
{
	struct notify *notify = NULL;
	char name[160];

	(void)state;
	setenv("NOTIFY_SOCKET", path, 1);
	assert_int_equal(notify_start(dir, &notify), -ENOENT);
	assert_non_null(strstr(fail_reason(), path));
	memset(name, 'x', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	setenv("NOTIFY_SOCKET", name, 1);
	assert_int_equal(notify_start(dir, &notify), -ENAMETOOLONG);
	assert_null(notify);
}

static char warned[200];

static void keep_line(enum log_level level, const char *line)
{
	assert_int_equal(level, LOG_LEVEL_WARNING);
	snprintf(warned, sizeof(warned), "%s", line);
}

static void who_has_gone_meanwhile_is_logged(void **state)
{
	struct notify *notify;

	(void)state;
	listen_at(path);
	assert_int_equal(notify_start(dir, &notify), 0);
	assert_told("READY=1");
	close(listener);
	listener = -1;
	log_to(keep_line, LOG_LEVEL_WARNING);
	notify_stop(notify);
	log_to(NULL, LOG_LEVEL_WARNING);
	assert_non_null(strstr(warned, "STOPPING=1 cannot be told"));
}

static int make_place(void **state)
{
	(void)state;
	if (!mkdtemp(dir))
		return -1;
	snprintf(path, sizeof(path), "%s/socket", dir);
	return 0;
}

static int remove_place(void **state)
{
	(void)state;
	return rmdir(dir);
}

#define ALONE(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ALONE(nobody_is_told_without_a_socket),
		ALONE(a_socket_may_be_abstract),
		ALONE(a_sign_of_life_is_given_to_who_wants_it),
		ALONE(another_process_and_a_far_future_want_none),
		ALONE(a_mount_that_does_not_answer_is_not_said_to),
		ALONE(a_socket_that_nobody_has_is_an_error),
		ALONE(without_descriptors_it_is_an_error),
		ALONE(who_has_gone_meanwhile_is_logged),
	};

	return cmocka_run_group_tests(tests, make_place, remove_place);
}
