/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sends one line to the control socket of a served bus, and prints the answer.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "bytes.h"
#include "error.h"
#include "io.h"
#include "tool.h"

int tool_connect(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd, err;

	if (strlen(path) >= sizeof(address.sun_path))
		return -ENAMETOOLONG;
	strcpy(address.sun_path, path);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	if (connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0)
		return fd;
	err = -errno;
	close(fd);
	return err;
}

/* PATH is the bus, whose control socket is PATH.ctl, or that socket. */
static int connect_control(const char *path)
{
	BYTES_LOCAL(beside);
	int fd = bytes_printf(&beside, "%s.ctl", path);

	if (fd < 0)
		return fd;
	fd = tool_connect(bytes_text(&beside));
	if (fd < 0)
		fd = tool_connect(path);
	return fd < 0 ? fail_because(-fd, "%s: %s", path, strerror(-fd)) : fd;
}

static int ask(const char *path, char **words, struct bytes *answer)
{
	BYTES_LOCAL(line);
	char piece[4096];
	ssize_t len = 1;
	int fd, err;

	for (; *words; words++)
		bytes_printf(&line, "%s%s", *words, words[1] ? " " : "\n");
	fd = line.err < 0 ? line.err : connect_control(path);
	if (fd < 0)
		return fd;
	err = write_all(fd, line.data, line.len);
	while (err == 0 && len > 0) {
		len = read_all(fd, piece, sizeof(piece));
		err = len < 0 ? (int)len
			      : bytes_append(answer, piece, (size_t)len);
	}
	close(fd);
	return err;
}

int tool_control(int argc, char **argv)
{
	static const char failure[] = "error: ";
	BYTES_LOCAL(answer);
	int err;

	if (argc < 3)
		return tool_usage("control wants PATH and a COMMAND");
	signal(SIGPIPE, SIG_IGN);
	err = ask(argv[1], argv + 2, &answer);
	if (err < 0)
		return tool_failed(err);
	if (strncmp(bytes_text(&answer), failure, strlen(failure)) == 0) {
		fprintf(stderr, "nerveskey-sim: %s",
			bytes_text(&answer) + strlen(failure));
		return 1;
	}
	fputs(bytes_text(&answer), stdout);
	return 0;
}
