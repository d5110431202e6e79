/* SPDX-License-Identifier: Apache-2.0 */
/* Messages to systemd, by a socket with an abstract name. */
#include "golden.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "log.h"
#include "notify.h"

static unsigned int lines;

static void count_line(enum log_level level, const char *line)
{
	(void)level;
	(void)line;
	lines++;
}

/* Binds the name, and sets NOTIFY_SOCKET to it. */
static int listen_at(const char *name)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	const socklen_t len =
		(socklen_t)(offsetof(struct sockaddr_un, sun_path) +
			    strlen(name));
	int fd = socket(AF_UNIX, SOCK_DGRAM, 0);

	memcpy(address.sun_path, name, strlen(name));
	address.sun_path[0] = '\0';
	assert_int_equal(bind(fd, (struct sockaddr *)&address, len), 0);
	setenv("NOTIFY_SOCKET", name, 1);
	return fd;
}

static void without_a_socket_nothing_is_told(void **state)
{
	(void)state;
	unsetenv("NOTIFY_SOCKET");
	assert_int_equal(notify_start(), 0);
	setenv("NOTIFY_SOCKET", "", 1);
	assert_int_equal(notify_start(), 0);
	setenv("WATCHDOG_USEC", "200000", 1);
	assert_int_equal(notify_watchdog_ms(), -1);
	notify_tell("READY=1");
	assert_int_equal(lines, 0);
}

static void a_socket_that_cannot_be_used_is_an_error(void **state)
{
	char name[200] = "/";

	(void)state;
	setenv("NOTIFY_SOCKET", "/nobody/listens", 1);
	assert_int_equal(notify_start(), -ENOENT);
	memset(name, 'x', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	setenv("NOTIFY_SOCKET", name, 1);
	assert_int_equal(notify_start(), -ENAMETOOLONG);
}

static void the_watchdog_is_told_four_times_as_often(void **state)
{
	static const struct {
		const char *usec, *pid;
		int ms;
	} cases[] = {
		{ "200000", "0", 50 },
		{ "200000", "1", -1 },
		{ "3999", "0", -1 },
		{ "100000000000000", "0", -1 },
	};
	char text[32], self[32];
	int fd;

	(void)state;
	snprintf(text, sizeof(text), "@nk-notify-%d", (int)getpid());
	fd = listen_at(text);
	assert_int_equal(notify_start(), 0);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		setenv("WATCHDOG_USEC", cases[i].usec, 1);
		setenv("WATCHDOG_PID", cases[i].pid, 1);
		assert_int_equal(notify_watchdog_ms(), cases[i].ms);
	}
	snprintf(self, sizeof(self), "%d", (int)getpid());
	setenv("WATCHDOG_USEC", "4000", 1);
	setenv("WATCHDOG_PID", self, 1);
	assert_int_equal(notify_watchdog_ms(), 1);
	unsetenv("WATCHDOG_USEC");
	assert_int_equal(notify_watchdog_ms(), -1);
	notify_tell("READY=1");
	assert_int_equal(recv(fd, text, sizeof(text), 0), 7);
	assert_memory_equal(text, "READY=1", 7);
	close(fd);
	notify_tell("STOPPING=1");
	assert_int_equal(lines, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_a_socket_nothing_is_told),
		cmocka_unit_test(a_socket_that_cannot_be_used_is_an_error),
		cmocka_unit_test(the_watchdog_is_told_four_times_as_often),
	};

	log_to(count_line, LOG_LEVEL_DEBUG);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
