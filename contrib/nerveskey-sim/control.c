/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sends one line to the control socket of a served bus, and prints the answer.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "bytes.h"
#include "error.h"
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
	struct bytes beside = BYTES_INIT;
	int fd, err;

	err = bytes_printf(&beside, "%s.ctl", path);
	if (err < 0)
		return err;
	fd = tool_connect(bytes_text(&beside));
	bytes_free(&beside);
	if (fd < 0)
		fd = tool_connect(path);
	if (fd < 0)
		return fail_because(-fd, "%s: %s", path, strerror(-fd));
	return fd;
}

static int send_line(int fd, char **words)
{
	struct bytes line = BYTES_INIT;
	int err = 0;

	for (; err == 0 && *words; words++)
		err = bytes_printf(&line, "%s%s", *words, words[1] ? " " : "");
	if (err == 0)
		err = bytes_printf(&line, "\n");
	if (err == 0 &&
	    send(fd, line.data, line.len, MSG_NOSIGNAL) != (ssize_t)line.len)
		err = -EPIPE;
	bytes_free(&line);
	return err;
}

static int receive_all(int fd, struct bytes *answer)
{
	char piece[4096];
	ssize_t len;
	int err = 0;

	while (err == 0 && (len = read(fd, piece, sizeof(piece))) != 0)
		err = len < 0 ? -errno
			      : bytes_append(answer, piece, (size_t)len);
	return err;
}

int tool_control(int argc, char **argv)
{
	static const char failure[] = "error: ";
	struct bytes answer = BYTES_INIT;
	int fd, err;

	if (argc < 3)
		return tool_usage("control wants PATH and a COMMAND");
	fd = connect_control(argv[1]);
	if (fd < 0)
		return tool_failed(fd);
	err = send_line(fd, argv + 2);
	if (err == 0)
		err = receive_all(fd, &answer);
	close(fd);
	if (err < 0) {
		err = tool_failed(err);
	} else if (strncmp(bytes_text(&answer), failure, strlen(failure)) ==
		   0) {
		fprintf(stderr, "nerveskey-sim: %s",
			bytes_text(&answer) + strlen(failure));
		err = 1;
	} else {
		fputs(bytes_text(&answer), stdout);
	}
	bytes_free(&answer);
	return err;
}
