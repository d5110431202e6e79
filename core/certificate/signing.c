/* SPDX-License-Identifier: Apache-2.0 */
#include "signing.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "error.h"
#include "signer_key.h"
#include "signing_process.h"

struct signing {
	int worker; /* socket; -1: the key is in this process */
	struct signer_key here;
};

/* The keeper's socket; -1 before signing_start(). */
static int keeper = -1;
static pid_t keeper_process;

static int make_sockets(int ends[static 2])
{
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
		return fail_because(errno, "no socket for signing: %s",
				    strerror(errno));
	return 0;
}

int signing_start(void (*confine)(void))
{
	int ends[2], err;
	pid_t child;

	err = make_sockets(ends);
	if (err < 0)
		return err;
	child = fork();
	if (child == 0)
		signing_keep(ends[1], confine);
	err = errno;
	close(ends[1]);
	if (child < 0) {
		close(ends[0]);
		return fail_because(err, "no process for signing: %s",
				    strerror(err));
	}
	keeper = ends[0];
	keeper_process = child;
	return 0;
}

void signing_stop(void)
{
	if (keeper < 0)
		return;
	close(keeper);
	keeper = -1;
	waitpid(keeper_process, NULL, 0);
}

static int send_socket(int socket)
{
	char room[CMSG_SPACE(sizeof(int))] = { 0 };
	struct iovec part = { "", 1 };
	struct msghdr message = { .msg_iov = &part,
				  .msg_iovlen = 1,
				  .msg_control = room,
				  .msg_controllen = sizeof(room) };
	struct cmsghdr *rights = CMSG_FIRSTHDR(&message);

	rights->cmsg_level = SOL_SOCKET;
	rights->cmsg_type = SCM_RIGHTS;
	rights->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(rights), &socket, sizeof(socket));
	if (sendmsg(keeper, &message, MSG_NOSIGNAL) < 0)
		return fail_because(EIO, "the process that starts signing "
					 "processes was killed: mount again");
	return 0;
}

static int start_worker(int *worker)
{
	const struct timeval patience = { .tv_sec = SIGNING_ANSWER_S };
	int ends[2], err;

	err = make_sockets(ends);
	if (err < 0)
		return err;
	setsockopt(ends[0], SOL_SOCKET, SO_RCVTIMEO, &patience,
		   sizeof(patience));
	err = send_socket(ends[1]);
	close(ends[1]);
	if (err < 0)
		close(ends[0]);
	else
		*worker = ends[0];
	return err;
}

/* Sends `parts` from where they are, without another copy. */
static int ask(int worker, struct iovec *parts, unsigned short count,
	       struct answer *answer)
{
	struct msghdr message = { .msg_iov = parts, .msg_iovlen = count };
	ssize_t got = -1;

	if (sendmsg(worker, &message, MSG_NOSIGNAL) >= 0)
		do
			got = recv(worker, answer, sizeof(*answer), 0);
		while (got < 0 && errno == EINTR);
	if (got < 0 && errno == EAGAIN)
		return fail_because(ETIMEDOUT,
				    "the signer's key has not answered within"
				    " %d s",
				    SIGNING_ANSWER_S);
	if (got != sizeof(*answer))
		return fail_because(EIO, "the signing process has ended "
					 "without a signature");
	return answer->err < 0
		       ? fail_because(-answer->err, "%s", answer->reason)
		       : 0;
}

static struct iovec text_part(const char *text)
{
	return (struct iovec){ (void *)text, text ? strlen(text) + 1 : 0 };
}

static struct iovec bytes_part(const struct bytes *b)
{
	return (struct iovec){ (void *)(b ? bytes_text(b) : NULL),
			       b ? b->len + 1 : 0 };
}

static int open_apart(const struct signer_source *source,
		      const uint8_t public_key[static 64],
		      struct signing *signing)
{
	struct order order = { .kind = ORDER_OPEN };
	struct iovec parts[] = {
		{ &order, sizeof(order) },
		[1 + TEXT_PEM] = bytes_part(source->key_pem),
		[1 + TEXT_URL] = text_part(source->key_url),
		[1 + TEXT_PIN] = bytes_part(source->pin),
		[1 + TEXT_PIN_FILE] = text_part(source->pin_file),
	};
	size_t total = 0;
	struct answer answer;
	int err;

	memcpy(order.value, public_key, sizeof(order.value));
	for (int i = 0; i < TEXT_COUNT; i++) {
		order.size[i] = (uint32_t)parts[1 + i].iov_len;
		total += parts[1 + i].iov_len;
	}
	if (total > SIGNING_TEXT_MAX)
		return fail_because(EFBIG,
				    "the signer's key and PIN are %zu bytes of"
				    " text, at most %d",
				    total, SIGNING_TEXT_MAX);
	err = start_worker(&signing->worker);
	return err < 0 ? err
		       : ask(signing->worker, parts, 1 + TEXT_COUNT, &answer);
}

int signing_open(const struct signer_source *source,
		 const uint8_t public_key[static 64], struct signing **signing)
{
	struct signing *made;
	int err;

	if (!source->key_pem && !source->key_url) {
		*signing = NULL;
		return 0;
	}
	made = calloc(1, sizeof(*made));
	if (!made)
		return -ENOMEM;
	made->worker = -1;
	if (keeper >= 0)
		err = open_apart(source, public_key, made);
	else
		err = signer_key_open(source, public_key, &made->here);
	if (err < 0)
		signing_close(made);
	else
		*signing = made;
	return err;
}

int signing_sign(void *context, const uint8_t digest[static 32],
		 uint8_t signature[static 64])
{
	struct signing *signing = context;
	struct order order = { .kind = ORDER_SIGN };
	struct iovec part = { &order, sizeof(order) };
	struct answer answer;
	int err;

	if (signing->worker < 0)
		return signer_key_sign(&signing->here, digest, signature);
	memcpy(order.value, digest, 32);
	err = ask(signing->worker, &part, 1, &answer);
	if (err == 0)
		memcpy(signature, answer.signature, sizeof(answer.signature));
	return err;
}

void signing_close(struct signing *signing)
{
	if (!signing)
		return;
	if (signing->worker >= 0)
		close(signing->worker);
	else
		signer_key_close(&signing->here);
	free(signing);
}
