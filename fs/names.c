/* SPDX-License-Identifier: Apache-2.0 */
#include "names.h"

#include <errno.h>
#include <fuse.h>
#include <fuse_lowlevel.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "quiet_thread.h"

/* A quarter of a kilobyte each in libfuse, and one in the kernel. */
#define MOST_NAMES 1024

struct names {
	struct fuse_session *session;
	pthread_t thread;
	sem_t work;
	atomic_uint count;
	_Atomic(const char *) path;
};

/* A directory that is dropped takes the names in it along. */
static void *forget(void *data)
{
	struct names *names = data;
	const char *path;

	while (sem_wait(&names->work) == 0) {
		path = atomic_load(&names->path);
		if (!path || fuse_session_exited(names->session))
			break;
		/* -ENOENT: the kernel has forgotten it by itself. */
		fuse_lowlevel_notify_inval_entry(names->session, FUSE_ROOT_ID,
						 path + 1, strlen(path + 1));
	}
	return NULL;
}

int names_start(struct fuse *fuse, struct names **names)
{
	struct names *new = calloc(1, sizeof(*new));
	int err;

	if (!new)
		return -ENOMEM;
	new->session = fuse_get_session(fuse);
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

void names_stop(struct names *names)
{
	if (!names)
		return;
	atomic_store(&names->path, NULL);
	sem_post(&names->work);
	pthread_join(names->thread, NULL);
	sem_destroy(&names->work);
	free(names);
}
