/* SPDX-License-Identifier: Apache-2.0 */
#include "notify.h"

#include <errno.h>
#include <limits.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "error.h"
#include "log.h"
#include "view.h"

struct notify {
	int listener;	 /* a socket to whoever wants to know */
	int watchdog_ms; /* between two signs of life; -1: none is wanted */
	uint64_t next_ms;
};

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

static void tell(const struct notify *notify, const char *state)
{
	if (send(notify->listener, state, strlen(state), MSG_NOSIGNAL) < 0)
		log_write(LOG_LEVEL_WARNING, "%s cannot be told: %s", state,
			  strerror(errno));
}

/* A number in the environment, or 0. */
static unsigned long long read_number(const char *name)
{
	const char *text = getenv(name);

	return text ? strtoull(text, NULL, 10) : 0;
}

/* Twice as often as it must be. */
static int read_watchdog(void)
{
	unsigned long long pid = read_number("WATCHDOG_PID");
	unsigned long long ms = read_number("WATCHDOG_USEC") / 2000;

	if (ms == 0 || (pid != 0 && pid != (unsigned long long)getpid()))
		return -1;
	return ms > INT_MAX ? INT_MAX : (int)ms;
}

int notify_start(struct notify **notify)
{
	const char *path = getenv("NOTIFY_SOCKET");
	struct notify *new;
	int err;

	if (!path || !*path) {
		*notify = NULL;
		return 0;
	}
	new = calloc(1, sizeof(*new));
	if (!new)
		return -ENOMEM;
	new->watchdog_ms = read_watchdog();
	new->listener = connect_to(path);
	if (new->listener < 0) {
		err = new->listener;
		free(new);
		return fail_because(-err, "NOTIFY_SOCKET %s: %s", path,
				    strerror(-err));
	}
	*notify = new;
	return 0;
}

void notify_ready(struct notify *notify)
{
	if (!notify)
		return;
	tell(notify, "READY=1");
	notify->next_ms = now_ms() + (uint64_t)notify->watchdog_ms;
}

int notify_watchdog_ms(const struct notify *notify)
{
	uint64_t now = now_ms();

	if (!notify || notify->watchdog_ms < 0)
		return -1;
	return notify->next_ms > now ? (int)(notify->next_ms - now) : 0;
}

void notify_alive(struct notify *notify, bool healthy)
{
	if (notify_watchdog_ms(notify) != 0)
		return;
	if (healthy)
		tell(notify, "WATCHDOG=1");
	notify->next_ms = now_ms() + (uint64_t)notify->watchdog_ms;
}

void notify_stop(struct notify *notify)
{
	if (!notify)
		return;
	tell(notify, "STOPPING=1");
	close(notify->listener);
	free(notify);
}
