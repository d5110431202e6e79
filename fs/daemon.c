/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "error.h"
#include "report.h"

static int ready_fd = -1;

/* The child writes a byte when it is ready; without it, it has failed. */
static void wait_for(pid_t child, int fd)
{
	char byte;

	if (read(fd, &byte, 1) == 1)
		exit(EXIT_SUCCESS);
	/* When this process exits, what the child held is free again. */
	waitpid(child, NULL, 0);
	exit(EXIT_FAILURE);
}

void daemon_hold_streams(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDWR);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd >= 0)
		close(fd);
}

int daemon_start(void)
{
	int ends[2];
	pid_t child;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return fail_because(errno, "pipe: %s", strerror(errno));
	child = fork();
	if (child < 0)
		return fail_because(errno, "fork: %s", strerror(errno));
	if (child > 0) {
		close(ends[1]);
		wait_for(child, ends[0]);
	}
	close(ends[0]);
	ready_fd = ends[1];
	setsid();
	return 0;
}

void daemon_ready(void)
{
	int null;

	if (ready_fd < 0)
		return;
	report_to_syslog();
	(void)!chdir("/");
	null = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (null >= 0) {
		for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
			dup2(null, fd);
		close(null);
	}
	/* The starter may have been killed meanwhile, which does no harm. */
	(void)!write(ready_fd, "", 1);
	close(ready_fd);
	ready_fd = -1;
}
