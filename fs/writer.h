/* SPDX-License-Identifier: Apache-2.0 */
/* A file that one process at a time has open for writing. */
#ifndef NK_WRITER_H
#define NK_WRITER_H

#include <pthread.h>
#include <stdbool.h>

struct writer {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	bool open;
	bool closing; /* flushed, and nothing was written since */
};

void writer_init(struct writer *writer);
void writer_destroy(struct writer *writer);
/*
 * -EBUSY when somebody has it open. One who is about to be released is waited
 * for, up to a second: close(2) returns before the kernel sends the release.
 */
int writer_enter(struct writer *writer);
void writer_wrote(struct writer *writer);
void writer_flushed(struct writer *writer);
void writer_leave(struct writer *writer);

#endif
