/* SPDX-License-Identifier: Apache-2.0 */
#include "names.h"

#include <errno.h>
#include <fuse.h>
#include <fuse_lowlevel.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "quiet_thread.h"

/* A quarter of a kilobyte each in libfuse, and one in the kernel. */
#define MOST_NAMES 1024

struct names {
	struct fuse_session *session;
	const char *mountpoint;
	pthread_t thread;
	sem_t work;
	atomic_uint count;
	_Atomic(const char *) path;
	atomic_bool stopping;
};

/*
 * A directory that is dropped takes the names in it along. Who stands in it, or
 * holds it open, keeps it but as one that was removed, and more names with it:
 * to look it up puts it back in its place.
 */
static void drop(const struct names *names, const char *path)
{
	char whole[PATH_MAX];
	struct stat st;

	/* -ENOENT: the kernel has forgotten it by itself. */
	fuse_lowlevel_notify_inval_entry(names->session, FUSE_ROOT_ID, path + 1,
					 strlen(path + 1));
	snprintf(whole, sizeof(whole), "%s%s", names->mountpoint, path);
	(void)stat(whole, &st);
}

static void *forget(void *data)
{
	struct names *names = data;

	while (sem_wait(&names->work) == 0 && !atomic_load(&names->stopping))
		drop(names, atomic_load(&names->path));
	return NULL;
}

int names_start(struct fuse *fuse, const char *mountpoint, struct names **names)
{
	struct names *new = calloc(1, sizeof(*new));
	int err;

	if (!new)
		return -ENOMEM;
	new->session = fuse_get_session(fuse);
	new->mountpoint = mountpoint;
	sem_init(&new->work, 0, 0);
	err = quiet_thread_start(&new->thread, forget, new);
	if (err < 0) {
		sem_destroy(&new->work);
		free(new);
		return err;
	}
	*names = new;
	return 0;
}

void names_looked_up(struct names *names, const char *path)
{
	if (!names ||
	    atomic_fetch_add(&names->count, 1) % MOST_NAMES != MOST_NAMES - 1)
		return;
	atomic_store(&names->path, path);
	sem_post(&names->work);
}

/*
 * Those who answered have gone, and the thread may wait for an answer: its own,
 * or of somebody who looks something up and holds the root's lock meanwhile.
 */
static void answer_one(struct fuse_session *session)
{
	struct pollfd request = { .fd = fuse_session_fd(session),
				  .events = POLLIN };
	struct fuse_buf buf = { .mem = NULL };

	fuse_session_reset(session); /* else it drops what it reads */
	if (poll(&request, 1, 10) > 0 &&
	    fuse_session_receive_buf(session, &buf) > 0)
		fuse_session_process_buf(session, &buf);
	free(buf.mem);
}

void names_stop(struct names *names)
{
	if (!names)
		return;
	atomic_store(&names->stopping, true);
	sem_post(&names->work);
	while (pthread_tryjoin_np(names->thread, NULL) == EBUSY)
		answer_one(names->session);
	sem_destroy(&names->work);
	free(names);
}
