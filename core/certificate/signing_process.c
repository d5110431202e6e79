/* SPDX-License-Identifier: Apache-2.0 */
#include "signing_process.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "error.h"
#include "signer_key.h"

#define IDLE_S 120 /* seconds; every commit is shorter */

static const char *text_or_null(const struct bytes *b)
{
	return b ? bytes_text(b) : NULL;
}

static int open_key(const struct order *order, char *text,
		    struct signer_key *key)
{
	struct bytes part[TEXT_COUNT], *at[TEXT_COUNT];

	for (int i = 0; i < TEXT_COUNT; i++) {
		part[i] = (struct bytes){ (uint8_t *)text, order->size[i] - 1,
					  0, 0 };
		at[i] = order->size[i] ? &part[i] : NULL;
		text += order->size[i];
	}
	return signer_key_open(
		&(struct signer_source){
			.key_pem = at[TEXT_PEM],
			.key_url = text_or_null(at[TEXT_URL]),
			.pin = at[TEXT_PIN],
			.pin_file = text_or_null(at[TEXT_PIN_FILE]),
		},
		order->value, key);
}

static void obey(const struct order *order, char *text, struct signer_key *key,
		 struct answer *answer)
{
	fail_clear();
	if (order->kind == ORDER_OPEN)
		answer->err = open_key(order, text, key);
	else
		answer->err =
			signer_key_sign(key, order->value, answer->signature);
	snprintf(answer->reason, sizeof(answer->reason), "%s", fail_reason());
}

/*
 * Serves requests until the other end is closed. An alarm ends a worker that
 * hangs in a module. Nothing is wiped or freed: the kernel discards the memory,
 * even after SIGKILL.
 */
static _Noreturn void work(int socket)
{
	static struct signer_key key;
	static char text[SIGNING_TEXT_MAX];
	static struct order order;
	struct iovec parts[] = { { &order, sizeof(order) },
				 { text, sizeof(text) } };

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	signal(SIGCHLD, SIG_DFL);
	mlockall(MCL_CURRENT | MCL_ONFAULT);
	alarm(IDLE_S);
	while (readv(socket, parts, 2) >= (ssize_t)sizeof(order)) {
		struct answer answer = { 0 };

		alarm(SIGNING_ANSWER_S + 1);
		obey(&order, text, &key, &answer);
		/* Not before a token's libraries are mapped: see RLIMIT_MEMLOCK. */
		mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT);
		if (send(socket, &answer, sizeof(answer), MSG_NOSIGNAL) < 0)
			break;
		alarm(IDLE_S);
	}
	_exit(EXIT_SUCCESS);
}

#ifndef __GLIBC__
static void closefrom(int fd)
{
	syscall(SYS_close_range, fd, ~0U, 0);
}
#endif

/* Keeps no file, directory or terminal of the program in use. */
static int let_go(int control)
{
	static const int ignored[] = { SIGINT, SIGTERM, SIGHUP, SIGCHLD };
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	sigset_t none;

	for (size_t i = 0; i < sizeof(ignored) / sizeof(*ignored); i++)
		signal(ignored[i], SIG_IGN);
	/* SIGALRM must reach the worker. */
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	for (int fd = STDIN_FILENO; null >= 0 && fd <= STDERR_FILENO; fd++)
		dup2(null, fd);
	if (control != STDERR_FILENO + 1)
		control = dup2(control, STDERR_FILENO + 1);
	closefrom(control + 1);
	prctl(PR_SET_NAME, "nerveskey-sign");
	setsid();
	if (chdir("/") < 0)
		_exit(EXIT_FAILURE);
	return control;
}

/* Returns the next worker's socket, or -1 when there will be none. */
static int receive_socket(int control)
{
	char byte, room[CMSG_SPACE(sizeof(int))];
	struct iovec part = { &byte, 1 };
	struct msghdr message = { .msg_iov = &part,
				  .msg_iovlen = 1,
				  .msg_control = room,
				  .msg_controllen = sizeof(room) };
	struct cmsghdr *rights;
	int socket;

	if (recvmsg(control, &message, MSG_CMSG_CLOEXEC) <= 0)
		return -1;
	rights = CMSG_FIRSTHDR(&message);
	if (!rights || rights->cmsg_type != SCM_RIGHTS)
		return -1;
	memcpy(&socket, CMSG_DATA(rights), sizeof(socket));
	return socket;
}

_Noreturn void signing_keep(int control, void (*confine)(void))
{
	int socket;

	control = let_go(control);
	if (confine)
		confine();
	while ((socket = receive_socket(control)) >= 0) {
		if (fork() == 0) {
			close(control);
			work(socket);
		}
		close(socket);
	}
	_exit(EXIT_SUCCESS);
}
