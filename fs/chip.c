/* SPDX-License-Identifier: Apache-2.0 */
#include "chip.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "chip_settings_tidy.h"
#include "get.h"
#include "nerveskey.h"
#include "nodes.h"
#include "progress.h"
#include "provision_files.h"
#include "report.h"
#include "reread.h"
#include "status.h"

/* What the thread does by itself is a read or two. */
#define OWN_WORK_MS 5000
/* How often it looks for a chip that nobody has seen yet, or at staged keys. */
#define TICK_MS 1000
/* What updates left behind goes when no more of them come: it wears the chip. */
#define TIDY_MS 5000
#define PAGE	4096

struct chip_thread {
	struct chip chip;
	_Atomic(struct view *) published;
	struct content *status; /* as it was published */
	pthread_t thread;
	bool runs;
	bool has_more; /* to load before it is asked for */
	bool is_absent, has_staged;
	bool is_untidy; /* perhaps */
	uint64_t served_ms;
};

static struct view *make_view(struct chip_thread *self)
{
	struct view *view = calloc(1, sizeof(*view));
	int err;

	if (!view)
		return NULL;
	atomic_init(&view->references, 1);
	err = nerveskey_snapshot(self->chip.key, &view->key);
	if (err == 0)
		err = settings_dir_show(self->chip.settings, view);
	if (err == 0)
		return view;
	view_unref(view);
	return NULL;
}

/*
 * The kernel keeps names for a second, and `status` changes more often. This
 * waits for lookups in that directory, which the front answers at once.
 */
static void note_status(struct chip_thread *self, struct content *status)
{
	bool is_known = self->status && self->status != status;

	content_replace(&self->status, status);
	if (is_known)
		fuse_lowlevel_notify_inval_entry(self->chip.session,
						 FUSE_ROOT_ID, "status",
						 strlen("status"));
}

/* Without memory the front goes on with what it has. */
static void publish(struct chip_thread *self)
{
	struct view *view = make_view(self);
	struct content *status;

	if (!view)
		return;
	status = content_ref(view->key->item[NERVESKEY_STATUS]);
	self->is_absent = !view->key->present && view->key->chip_number == 0 &&
			  !view->key->item[NERVESKEY_CHIP_SERIAL];
	view_unref(atomic_exchange(&self->published, view));
	note_status(self, status);
}

struct view *chip_take_view(struct chip *chip)
{
	struct chip_thread *self = (struct chip_thread *)chip;

	return atomic_exchange(&self->published, NULL);
}

/* In the middle of a commit. */
static void show_progress(void *context, unsigned int done, unsigned int all)
{
	struct chip_thread *self = context;

	nerveskey_note_step(self->chip.key, done, all);
	publish(self);
	queue_wake_front(self->chip.queue);
}

/*
 * For programs that go by the page cache: the reply follows what was written. A
 * page is whole only from its start on.
 */
static void store_reply(struct chip *chip, struct request *request)
{
	off_t at = request->offset + (off_t)request->data.len;
	off_t start = at - at % PAGE;
	struct fuse_bufvec buffer = FUSE_BUFVEC_INIT(0);
	struct bytes page = BYTES_INIT;

	if (bytes_resize(&page, (size_t)(at - start)) == 0 &&
	    bytes_append(&page, request->reply.data, request->reply.len) == 0) {
		buffer.buf[0].mem = page.data;
		buffer.buf[0].size = page.len;
		fuse_lowlevel_notify_store(chip->session, request->store_in,
					   start, &buffer, 0);
	}
	bytes_free(&page);
}

/* A failure is said once, for the log and for `status`. */
static void note(struct chip *chip, struct request *request)
{
	if (request->err >= 0)
		return;
	snprintf(request->reason, sizeof(request->reason), "%s", fail_reason());
	if (request->err == -ENOENT || request->reason[0] == '\0')
		return;
	nerveskey_note_failure(chip->key, request->node->mode & S_IROTH,
			       request->err);
	report_failure(request->verb, request->node->path, request->param,
		       request->name, request->err);
}

static void serve(struct chip_thread *self, struct request *request)
{
	fail_clear();
	do
		request->err = request->work(&self->chip, request);
	while (nerveskey_catch_up(self->chip.key, &request->err));
	note(&self->chip, request);
	if (!request->quiet)
		publish(self);
	if (request->err == 0 && request->store_in)
		store_reply(&self->chip, request);
	self->has_more |= !request->quiet;
	self->is_untidy |= request->changes;
	self->served_ms = now_ms();
	queue_finish(self->chip.queue, request);
}

/* When nobody waits. */
static void work_for_oneself(struct chip_thread *self)
{
	bool had_staged = self->has_staged, looks = self->is_absent;

	queue_note_work(self->chip.queue, OWN_WORK_MS);
	self->has_staged = nerveskey_expire(self->chip.key) > 0;
	if (looks)
		nerveskey_look(self->chip.key);
	self->has_more = nerveskey_preload(self->chip.key);
	if (self->is_untidy && now_ms() - self->served_ms >= TIDY_MS) {
		nerveskey_settings_tidy(self->chip.key);
		self->is_untidy = false;
	}
	if (!looks && !self->has_more && had_staged == self->has_staged)
		return; /* nothing new */
	publish(self);
	queue_wake_front(self->chip.queue);
}

static int patience(const struct chip_thread *self)
{
	if (self->has_more)
		return 0;
	if (self->is_absent || self->has_staged)
		return TICK_MS;
	return self->is_untidy ? TIDY_MS : -1;
}

static void *run(void *context)
{
	struct chip_thread *self = context;
	struct request *request;
	int err;

	progress_to(show_progress, self);
	do {
		err = queue_next(self->chip.queue, patience(self), &request);
		if (err == 0)
			serve(self, request);
		else if (err == -EAGAIN)
			work_for_oneself(self);
	} while (err != -ESHUTDOWN);
	return NULL;
}

int chip_new(struct nerveskey *key, struct queue *queue,
	     struct fuse_session *session, struct chip **chip)
{
	struct chip_thread *self = calloc(1, sizeof(*self));
	int err;

	if (!self)
		return -ENOMEM;
	err = settings_dir_new(key, &self->chip.settings);
	if (err < 0) {
		free(self);
		return err;
	}
	self->chip.key = key;
	self->chip.queue = queue;
	self->chip.session = session;
	self->has_more = true;
	publish(self);
	*chip = &self->chip;
	return 0;
}

int chip_start(struct chip *chip)
{
	struct chip_thread *self = (struct chip_thread *)chip;
	sigset_t all, before;
	int err;

	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, &before);
	err = pthread_create(&self->thread, NULL, run, self);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	self->runs = err == 0;
	return -err;
}

void chip_free(struct chip *chip)
{
	struct chip_thread *self = (struct chip_thread *)chip;

	if (!chip)
		return;
	if (self->runs)
		pthread_join(self->thread, NULL);
	view_unref(atomic_exchange(&self->published, NULL));
	content_unref(self->status);
	settings_dir_free(chip->settings);
	nerveskey_close(chip->key);
	free(self);
}
