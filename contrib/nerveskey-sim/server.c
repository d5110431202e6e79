/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bus: request op(1) addr(1) len(2) [data(len) when op = 'W']
 *		reply    status(1) [data(len) when op = 'R' and status = 0]
 * Control: one line, an answer, end.
 */
#include "server.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "bytes.h"
#include "error.h"
#include "io.h"

#define MOST_CLIENTS 64
#define HEADER	     4
#define LONGEST_LINE 4096

enum { STOP, BUS, CONTROL, FIXED };

struct client {
	bool is_control;
	struct bytes in;
};

/* The first FIXED entries of the poll set have no client. */
struct talk {
	struct sim *sim;
	struct pollfd set[FIXED + MOST_CLIENTS];
	struct client clients[FIXED + MOST_CLIENTS];
	nfds_t count;
};

/* Appends the status, an errno as one byte, and what was read. */
static int transfer(struct sim *sim, const uint8_t *request, size_t len,
		    struct bytes *reply)
{
	int err = bytes_resize(reply, request[0] == 'R' ? 1 + len : 1);

	if (err < 0)
		return err;
	if (request[0] == 'R')
		err = sim_read(sim, request[1], reply->data + 1, len);
	else
		err = sim_write(sim, request[1], request + HEADER, len);
	if (err == 0)
		return 0;
	reply->data[0] = err < -255 ? EIO : (uint8_t)-err;
	return bytes_resize(reply, 1);
}

/* Serves the first request if it is complete. Returns 1 if it was. */
static int serve_request(struct sim *sim, int fd, struct bytes *in)
{
	BYTES_LOCAL(reply);
	size_t len, whole = HEADER;
	int err;

	if (in->len < HEADER)
		return 0;
	len = in->data[2] | (size_t)in->data[3] << 8;
	if (in->data[0] == 'W')
		whole += len;
	else if (in->data[0] != 'R')
		return -EPROTO;
	if (in->len < whole)
		return 0;
	err = transfer(sim, in->data, len, &reply);
	if (err == 0)
		err = write_all(fd, reply.data, reply.len);
	if (err < 0)
		return err;
	memmove(in->data, in->data + whole, in->len - whole);
	err = bytes_resize(in, in->len - whole);
	return err < 0 ? err : 1;
}

/* Returns -ESHUTDOWN after the answer: a connection takes one line. */
static int serve_line(struct sim *sim, int fd, struct bytes *in)
{
	BYTES_LOCAL(answer);
	char *line = (char *)in->data, *end = memchr(line, '\n', in->len);
	int err;

	if (!end)
		return in->len > LONGEST_LINE ? -EPROTO : 0;
	*end = '\0';
	fail_clear();
	err = sim_control(sim, line, &answer);
	if (err < 0)
		err = bytes_printf(&answer, "error: %s\n",
				   *fail_reason() ? fail_reason()
						  : strerror(-err));
	if (err == 0)
		err = write_all(fd, answer.data, answer.len);
	return err < 0 ? err : -ESHUTDOWN;
}

static int serve_client(struct sim *sim, int fd, struct client *client)
{
	uint8_t piece[4096];
	ssize_t len = recv(fd, piece, sizeof(piece), MSG_DONTWAIT);
	int err;

	if (len == 0)
		return -ESHUTDOWN;
	if (len < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -errno;
	err = bytes_append(&client->in, piece, (size_t)len);
	if (err < 0)
		return err;
	if (client->is_control)
		return serve_line(sim, fd, &client->in);
	do
		err = serve_request(sim, fd, &client->in);
	while (err > 0);
	return err;
}

static void add_client(struct talk *talk, size_t listener)
{
	/* A client that does not read its replies must not stop the others. */
	const struct timeval patience = { .tv_sec = 2 };
	int fd = accept4(talk->set[listener].fd, NULL, NULL, SOCK_CLOEXEC);

	if (fd < 0)
		return;
	if (talk->count == FIXED + MOST_CLIENTS) {
		close(fd);
		return;
	}
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
	talk->set[talk->count] = (struct pollfd){ fd, POLLIN, 0 };
	talk->clients[talk->count++] =
		(struct client){ .is_control = listener == CONTROL };
}

static void drop_client(struct talk *talk, size_t index)
{
	close(talk->set[index].fd);
	bytes_free(&talk->clients[index].in);
	talk->count--;
	talk->set[index] = talk->set[talk->count];
	talk->clients[index] = talk->clients[talk->count];
}

static void serve_ready(struct talk *talk)
{
	/* Backwards, because dropping a client moves the last one. */
	for (size_t i = talk->count; i-- > FIXED;)
		if (talk->set[i].revents &&
		    serve_client(talk->sim, talk->set[i].fd,
				 &talk->clients[i]) < 0)
			drop_client(talk, i);
	for (size_t i = BUS; i < FIXED; i++)
		if (talk->set[i].revents)
			add_client(talk, i);
}

int server_run(const struct server *server)
{
	struct talk *talk = calloc(1, sizeof(*talk));

	if (!talk)
		return -ENOMEM;
	talk->sim = server->sim;
	talk->count = FIXED;
	talk->set[STOP] = (struct pollfd){ server->stop, POLLIN, 0 };
	talk->set[BUS] = (struct pollfd){ server->bus, POLLIN, 0 };
	talk->set[CONTROL] = (struct pollfd){ server->control, POLLIN, 0 };
	do
		if (poll(talk->set, talk->count, -1) > 0)
			serve_ready(talk);
	while (!(talk->set[STOP].revents & POLLIN));
	while (talk->count > FIXED)
		drop_client(talk, FIXED);
	free(talk);
	return 0;
}
