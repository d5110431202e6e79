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

#define MOST_CLIENTS 64
#define HEADER	     4
#define LONGEST_LINE 4096
#define FIXED	     3 /* entries of the poll set before the clients */

struct client {
	int fd;
	bool is_control;
	struct bytes in;
};

struct talk {
	struct server *server;
	struct client clients[MOST_CLIENTS];
	size_t count;
};

static int send_all(int fd, const struct bytes *out)
{
	size_t at = 0;

	while (at < out->len) {
		ssize_t done =
			send(fd, out->data + at, out->len - at, MSG_NOSIGNAL);

		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return -errno;
		at += (size_t)done;
	}
	return 0;
}

/* Encodes an errno as one byte. */
static uint8_t status_of(int err)
{
	return err < -255 ? EIO : (uint8_t)-err;
}

static int transfer(struct sim *sim, const uint8_t *request, size_t len,
		    struct bytes *reply)
{
	uint8_t status = 0;
	int err;

	err = bytes_append(reply, &status, 1);
	if (err < 0)
		return err;
	if (request[0] == 'R')
		err = bytes_resize(reply, 1 + len);
	if (err < 0)
		return err;
	if (request[0] == 'R')
		err = sim_read(sim, request[1], reply->data + 1, len);
	else
		err = sim_write(sim, request[1], request + HEADER, len);
	if (err < 0) {
		reply->data[0] = status_of(err);
		return bytes_resize(reply, 1);
	}
	return 0;
}

/* Serves the first request if it is complete. Returns 1 if it was. */
static int serve_request(struct server *server, struct client *client)
{
	struct bytes reply = BYTES_INIT, rest = BYTES_INIT;
	size_t len, whole = HEADER;
	int err;

	if (client->in.len < HEADER)
		return 0;
	len = client->in.data[2] | (size_t)client->in.data[3] << 8;
	if (client->in.data[0] == 'W')
		whole += len;
	else if (client->in.data[0] != 'R')
		return -EPROTO;
	if (client->in.len < whole)
		return 0;
	err = transfer(server->sim, client->in.data, len, &reply);
	if (err == 0)
		err = send_all(client->fd, &reply);
	if (err == 0)
		err = bytes_append(&rest, client->in.data + whole,
				   client->in.len - whole);
	if (err == 0)
		bytes_move(&client->in, &rest);
	bytes_free(&reply);
	bytes_free(&rest);
	return err < 0 ? err : 1;
}

/* Returns -ESHUTDOWN after the answer: a connection takes one line. */
static int serve_line(struct server *server, struct client *client)
{
	struct bytes answer = BYTES_INIT;
	char *line = (char *)client->in.data, *end;
	int err;

	end = memchr(line, '\n', client->in.len);
	if (!end)
		return client->in.len > LONGEST_LINE ? -EPROTO : 0;
	*end = '\0';
	fail_clear();
	err = sim_control(server->sim, line, &answer);
	if (err < 0)
		err = bytes_printf(&answer, "error: %s\n",
				   *fail_reason() ? fail_reason()
						  : strerror(-err));
	if (err == 0)
		err = send_all(client->fd, &answer);
	bytes_free(&answer);
	return err < 0 ? err : -ESHUTDOWN;
}

static int serve_client(struct server *server, struct client *client)
{
	uint8_t piece[4096];
	ssize_t len;
	int err;

	len = recv(client->fd, piece, sizeof(piece), MSG_DONTWAIT);
	if (len == 0)
		return -ESHUTDOWN;
	if (len < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -errno;
	err = bytes_append(&client->in, piece, (size_t)len);
	if (err < 0)
		return err;
	if (client->is_control)
		return serve_line(server, client);
	do
		err = serve_request(server, client);
	while (err > 0);
	return err;
}

static void add_client(struct talk *talk, int listener)
{
	/* A client that does not read its replies must not stop the others. */
	const struct timeval patience = { .tv_sec = 2 };
	int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);

	if (fd < 0)
		return;
	if (talk->count == MOST_CLIENTS) {
		close(fd);
		return;
	}
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
	talk->clients[talk->count++] = (struct client){
		.fd = fd,
		.is_control = listener == talk->server->control,
	};
}

static void drop_client(struct talk *talk, size_t index)
{
	close(talk->clients[index].fd);
	bytes_free(&talk->clients[index].in);
	talk->clients[index] = talk->clients[--talk->count];
}

static nfds_t fill_set(const struct talk *talk, struct pollfd *set)
{
	const int fixed[FIXED] = { talk->server->stop, talk->server->bus,
				   talk->server->control };

	for (size_t i = 0; i < FIXED; i++)
		set[i] = (struct pollfd){ .fd = fixed[i], .events = POLLIN };
	for (size_t i = 0; i < talk->count; i++)
		set[FIXED + i] = (struct pollfd){
			.fd = talk->clients[i].fd,
			.events = POLLIN,
		};
	return FIXED + talk->count;
}

int server_run(struct server *server)
{
	struct talk *talk = calloc(1, sizeof(*talk));
	struct pollfd set[FIXED + MOST_CLIENTS];
	nfds_t count;

	if (!talk)
		return -ENOMEM;
	talk->server = server;
	do {
		count = fill_set(talk, set);
		if (poll(set, count, -1) < 0)
			continue;
		/* Backwards, because dropping a client moves those after it. */
		for (size_t i = count; i-- > FIXED;)
			if (set[i].revents &&
			    serve_client(server, &talk->clients[i - FIXED]) < 0)
				drop_client(talk, i - FIXED);
		if (set[1].revents)
			add_client(talk, server->bus);
		if (set[2].revents)
			add_client(talk, server->control);
	} while (!(set[0].revents & POLLIN));
	while (talk->count > 0)
		drop_client(talk, 0);
	free(talk);
	return 0;
}
