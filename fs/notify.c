/* SPDX-License-Identifier: Apache-2.0 */
#include "notify.h"

#include <errno.h>
#include <limits.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "error.h"
#include "log.h"

static int listener = -1; /* the socket; -1: none */

static int connect_to(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	const size_t len = strlen(path);
	int fd, err;

	if (len >= sizeof(address.sun_path))
		return -ENAMETOOLONG;
	memcpy(address.sun_path, path, len);
	if (path[0] == '@') /* an abstract name */
		address.sun_path[0] = '\0';
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	if (connect(fd, (struct sockaddr *)&address,
		    (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len)) <
	    0) {
		err = -errno;
		close(fd);
		return err;
	}
	return fd;
}

int notify_start(void)
{
	const char *path = getenv("NOTIFY_SOCKET");

	if (!path || !*path)
		return 0;
	listener = connect_to(path);
	if (listener < 0)
		return fail_because(-listener, "NOTIFY_SOCKET %s: %s", path,
				    strerror(-listener));
	return 0;
}

void notify_tell(const char *state)
{
	if (listener >= 0 &&
	    send(listener, state, strlen(state), MSG_NOSIGNAL) < 0)
		log_write(LOG_LEVEL_WARNING, "%s cannot be told: %s", state,
			  strerror(errno));
}

/* The number in a variable of the environment, or 0. */
static unsigned long long read_number(const char *name)
{
	const char *text = getenv(name);

	return text ? strtoull(text, NULL, 10) : 0;
}

/* A quarter of WATCHDOG_USEC, because the front waits so long after an event. */
int notify_watchdog_ms(void)
{
	unsigned long long pid = read_number("WATCHDOG_PID");
	unsigned long long ms = read_number("WATCHDOG_USEC") / 4000;

	if (listener < 0 || ms == 0 || ms > INT_MAX ||
	    (pid != 0 && pid != (unsigned long long)getpid()))
		return -1;
	return (int)ms;
}
