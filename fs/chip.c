/* SPDX-License-Identifier: Apache-2.0 */
#include "chip.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "chip_settings_tidy.h"
#include "look.h"
#include "nerveskey.h"
#include "nodes.h"
#include "progress.h"
#include "provision_files.h"
#include "report.h"
#include "reread.h"

/* The thread's own work is one or two reads. */
#define OWN_WORK_MS 5000
/* How often it looks for a missing chip and for expired keys. */
#define TICK_MS 1000
/* Wiping after updates wears the chip, so wait until no more updates come. */
#define TIDY_MS 5000
#define PAGE	4096

static struct view *make_view(struct chip *chip)
{
	struct view *view = calloc(1, sizeof(*view));
	int err;

	if (!view)
		return NULL;
	err = nerveskey_snapshot(chip->key, &view->key);
	if (err < 0) {
		view_free(view);
		return NULL;
	}
	settings_dir_show(chip->settings, view);
	return view;
}

/*
 * Let the kernel forget the name `status`, which it keeps for a second. This
 * waits for lookups in that directory, and the front answers those at once.
 */
static void note_status(struct chip *chip, struct content *status)
{
	bool is_known = chip->status && chip->status != status;

	content_replace(&chip->status, status);
	if (is_known)
		fuse_lowlevel_notify_inval_entry(chip->session, FUSE_ROOT_ID,
						 "status", strlen("status"));
}

/* Without memory the front keeps the view that it has. */
static void publish(struct chip *chip)
{
	struct view *view = make_view(chip);
	struct content *status;

	if (!view)
		return;
	status = content_ref(view->key->status);
	chip->is_absent = !view->key->present && view->key->chip_number == 0 &&
			  !view->key->item[NERVESKEY_CHIP_SERIAL];
	view_free(atomic_exchange(&chip->published, view));
	note_status(chip, status);
}

/* Publish the step of a running commit. */
static void show_progress(void *context, unsigned int done, unsigned int all)
{
	struct chip *chip = context;

	nerveskey_note_step(chip->key, done, all);
	publish(chip);
	queue_wake_front(chip->queue);
}

/*
 * Programs that read through the page cache find the reply behind what they
 * wrote. The kernel takes a page for valid only if it is stored from its start.
 */
static void store_reply(struct chip *chip, struct request *request)
{
	off_t at = request->offset + (off_t)request->data.len;
	off_t start = at - at % PAGE;
	struct fuse_bufvec buffer = FUSE_BUFVEC_INIT(0);
	BYTES_LOCAL(page);

	bytes_resize(&page, (size_t)(at - start));
	if (bytes_append(&page, request->reply.data, request->reply.len) < 0)
		return;
	buffer.buf[0].mem = page.data;
	buffer.buf[0].size = page.len;
	fuse_lowlevel_notify_store(chip->session, request->store_in, start,
				   &buffer, 0);
}

/* Report a failure to the log and to `status`. */
static void note(struct chip *chip, struct request *request)
{
	if (request->err >= 0 || request->err == -ENOENT || !*fail_reason())
		return;
	nerveskey_note_failure(chip->key, request->node->mode & S_IROTH,
			       request->err);
	report_failure(request->verb, request->node->path, request->param,
		       request->name, request->err);
}

static void serve(struct chip *chip, struct request *request)
{
	int err;

	fail_clear();
	do {
		err = request->work(chip, request);
		request->err = settings_dir_commit(chip->settings, err);
	} while (nerveskey_catch_up(chip->key, &request->err));
	settings_dir_over(chip->settings, request->err);
	note(chip, request);
	if (!request->quiet)
		publish(chip);
	if (request->err == 0 && request->store_in)
		store_reply(chip, request);
	chip->has_more |= !request->quiet;
	chip->is_untidy |= request->changes;
	chip->served_ms = now_ms();
	queue_finish(chip->queue, request);
}

/* Work of the thread itself, while no request waits. */
static void work_for_oneself(struct chip *chip)
{
	bool had_staged = chip->has_staged, looks = chip->is_absent;

	queue_note_work(chip->queue, OWN_WORK_MS);
	chip->has_staged = nerveskey_expire(chip->key) > 0;
	if (looks)
		nerveskey_look(chip->key);
	chip->has_more = nerveskey_preload(chip->key);
	if (chip->is_untidy && now_ms() - chip->served_ms >= TIDY_MS) {
		nerveskey_settings_tidy(chip->key);
		chip->is_untidy = false;
	}
	if (!looks && !chip->has_more && had_staged == chip->has_staged)
		return; /* nothing new */
	publish(chip);
	queue_wake_front(chip->queue);
}

static int patience(const struct chip *chip)
{
	if (chip->has_more)
		return 0;
	if (chip->is_absent || chip->has_staged)
		return TICK_MS;
	return chip->is_untidy ? TIDY_MS : -1;
}

static void *run(void *context)
{
	struct chip *chip = context;
	struct request *request;
	int err;

	progress_to(show_progress, chip);
	do {
		err = queue_next(chip->queue, patience(chip), &request);
		if (err == 0)
			serve(chip, request);
		else if (err == -EAGAIN)
			work_for_oneself(chip);
	} while (err != -ESHUTDOWN);
	return NULL;
}

int chip_new(struct nerveskey *key, struct queue *queue,
	     struct fuse_session *session, struct chip **out)
{
	struct chip *chip = calloc(1, sizeof(*chip));

	if (!chip)
		return -ENOMEM;
	chip->key = key;
	chip->queue = queue;
	chip->session = session;
	chip->has_more = true;
	if (settings_dir_new(key, &chip->settings) == 0)
		publish(chip);
	if (chip->published) {
		*out = chip;
		return 0;
	}
	settings_dir_free(chip->settings);
	free(chip);
	return -ENOMEM;
}

int chip_start(struct chip *chip)
{
	int err = pthread_create(&chip->thread, NULL, run, chip);

	chip->runs = err == 0;
	return -err;
}

void chip_free(struct chip *chip)
{
	if (!chip)
		return;
	if (chip->runs)
		pthread_join(chip->thread, NULL);
	view_free(atomic_exchange(&chip->published, NULL));
	content_unref(chip->status);
	settings_dir_free(chip->settings);
	nerveskey_close(chip->key);
	free(chip);
}
