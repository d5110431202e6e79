/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The chip's thread: it owns the key and all below, takes one request at a time
 * from the queue, and publishes what is known afterwards.
 */
#ifndef NK_CHIP_H
#define NK_CHIP_H

#include <fuse_lowlevel.h>
#include <pthread.h>
#include <stdatomic.h>

#include "queue.h"
#include "settings_dir.h"
#include "view.h"

struct nerveskey;

struct chip {
	struct nerveskey *key;
	struct settings_dir *settings;
	struct queue *queue;
	struct fuse_session *session;

	/* The thread's own. */
	_Atomic(struct view *) published;
	struct content *status; /* as it was published */
	pthread_t thread;
	bool runs;
	bool has_more; /* to load before it is asked for */
	bool is_absent, has_staged;
	bool is_untidy; /* perhaps */
	uint64_t served_ms;
};

/* The queue and the session stay the caller's; the key is taken over on 0. */
int chip_new(struct nerveskey *key, struct queue *queue,
	     struct fuse_session *session, struct chip **chip);
/* -errno. All signals are blocked in the thread. */
int chip_start(struct chip *chip);
/* Waits for the end of the thread, after queue_stop(), and frees all. */
void chip_free(struct chip *chip);

/*
 * For the front: what was published since the last call, which is the caller's;
 * NULL when nothing was.
 */
static inline struct view *chip_take_view(struct chip *chip)
{
	return atomic_exchange(&chip->published, NULL);
}

#endif
