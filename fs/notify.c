/* SPDX-License-Identifier: Apache-2.0 */
#include "notify.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "error.h"
#include "log.h"
#include "quiet_thread.h"

struct notify {
	const char *mountpoint;
	int listener;	 /* a socket to whoever wants to know */
	int stop;	 /* an eventfd */
	int watchdog_ms; /* between two signs of life; -1: none is wanted */
	pthread_t thread;
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

static bool was_stopped(const struct notify *notify)
{
	struct pollfd stop = { .fd = notify->stop, .events = POLLIN };

	return poll(&stop, 1, notify->watchdog_ms) > 0;
}

static void *watch(void *data)
{
	struct notify *notify = data;
	struct stat st;

	if (stat(notify->mountpoint, &st) == 0)
		tell(notify, "READY=1");
	while (!was_stopped(notify))
		if (stat(notify->mountpoint, &st) == 0)
			tell(notify, "WATCHDOG=1");
	return NULL;
}

int notify_start(const char *mountpoint, struct notify **notify)
{
	const char *path = getenv("NOTIFY_SOCKET");
	struct notify *new;
	int err = -ENOMEM;

	if (!path || !*path) {
		*notify = NULL;
		return 0;
	}
	new = malloc(sizeof(*new));
	if (!new)
		return err;
	*new = (struct notify){ .mountpoint = mountpoint,
				.watchdog_ms = read_watchdog() };
	new->listener = connect_to(path);
	err = new->listener;
	if (err < 0)
		goto free_new;
	new->stop = eventfd(0, EFD_CLOEXEC);
	err = new->stop < 0 ? -errno
			    : quiet_thread_start(&new->thread, watch, new);
	if (err < 0)
		goto close_both;
	*notify = new;
	return 0;

close_both:
	if (new->stop >= 0)
		close(new->stop);
	close(new->listener);
free_new:
	free(new);
	return fail_because(-err, "NOTIFY_SOCKET %s: %s", path, strerror(-err));
}

void notify_stop(struct notify *notify)
{
	if (!notify)
		return;
	tell(notify, "STOPPING=1");
	eventfd_write(notify->stop, 1);
	pthread_join(notify->thread, NULL);
	close(notify->stop);
	close(notify->listener);
	free(notify);
}
