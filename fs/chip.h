/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The chip's thread. It owns the key and all layers below, takes one request at
 * a time from the queue, and then publishes what is known.
 */
#pragma once

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
	struct content *status; /* the one that was published last */
	pthread_t thread;
	bool runs;
	bool has_more; /* perhaps there is more to preload */
	bool is_absent, has_staged;
	bool is_untidy; /* perhaps updates have left something to wipe */
	uint64_t served_ms;
};

/*
 * Sets *chip, which borrows the queue and the session. On success it owns the
 * key. -ENOMEM.
 */
int chip_new(struct nerveskey *key, struct queue *queue,
	     struct fuse_session *session, struct chip **chip);
/* Starts the thread. 0 or -errno. */
int chip_start(struct chip *chip);
/* Call it after queue_stop(). Waits for the end of the thread, and frees all. */
void chip_free(struct chip *chip);

/*
 * For the front: returns the view that was published since the last call, or
 * NULL. The caller owns it.
 */
static inline struct view *chip_take_view(struct chip *chip)
{
	return atomic_exchange(&chip->published, NULL);
}
