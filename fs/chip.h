/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The chip's thread: it owns the key and all below, takes one request at a time
 * from the queue, and publishes what is known afterwards.
 */
#ifndef NK_CHIP_H
#define NK_CHIP_H

#include <fuse_lowlevel.h>

#include "queue.h"
#include "settings_dir.h"
#include "view.h"

struct nerveskey;

/* The functions of rows see this; the rest of the struct is in chip.c. */
struct chip {
	struct nerveskey *key;
	struct settings_dir *settings;
	struct queue *queue;
	struct fuse_session *session;
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
struct view *chip_take_view(struct chip *chip);

#endif
