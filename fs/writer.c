/* SPDX-License-Identifier: Apache-2.0 */
#include "writer.h"

#include <errno.h>
#include <time.h>

#include "error.h"

void writer_init(struct writer *writer)
{
	pthread_condattr_t attributes;

	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_mutex_init(&writer->lock, NULL);
	pthread_cond_init(&writer->changed, &attributes);
	pthread_condattr_destroy(&attributes);
	writer->open = false;
	writer->closing = false;
}

void writer_destroy(struct writer *writer)
{
	pthread_cond_destroy(&writer->changed);
	pthread_mutex_destroy(&writer->lock);
}

int writer_enter(struct writer *writer)
{
	struct timespec until;
	int err = 0;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec++;
	pthread_mutex_lock(&writer->lock);
	while (writer->open && writer->closing && err == 0)
		err = pthread_cond_timedwait(&writer->changed, &writer->lock,
					     &until);
	if (writer->open) {
		err = fail_because(EBUSY, "another process has it open");
	} else {
		err = 0;
		writer->open = true;
		writer->closing = false;
	}
	pthread_mutex_unlock(&writer->lock);
	return err;
}

static void note(struct writer *writer, bool open, bool closing)
{
	pthread_mutex_lock(&writer->lock);
	writer->open = open;
	writer->closing = closing;
	pthread_cond_broadcast(&writer->changed);
	pthread_mutex_unlock(&writer->lock);
}

void writer_wrote(struct writer *writer)
{
	note(writer, true, false);
}

void writer_flushed(struct writer *writer)
{
	note(writer, true, true);
}

void writer_leave(struct writer *writer)
{
	note(writer, false, false);
}
