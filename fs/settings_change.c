/* SPDX-License-Identifier: Apache-2.0 */
/* One change, by at most one update of the chip. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "chip_settings.h"
#include "error.h"
#include "log.h"
#include "settings_dir_private.h"

static int copy_marks(const struct setting_file *file,
		      struct setting_marks *copy)
{
	if (!file)
		return 0;
	*copy = file->marks;
	copy->content = content_ref(copy->content);
	copy->name = copy->name ? strdup(copy->name) : NULL;
	copy->origin = copy->origin ? strdup(copy->origin) : NULL;
	return (file->marks.name && !copy->name) ||
			       (file->marks.origin && !copy->origin)
		       ? -ENOMEM
		       : 0;
}

int change_begin(struct settings_dir *dir, struct change *change)
{
	int err = dir_known(dir);

	if (err < 0)
		return err;
	if (!change->file->marks.name)
		return -ENOENT; /* another program has removed it */
	err = settings_clone(dir->shown, &change->shown);
	if (err == 0)
		err = copy_marks(change->file, &change->marks);
	if (err == 0)
		err = copy_marks(change->other, &change->other_marks);
	return err;
}

int change_settle(struct change *change, const struct setting_file *file,
		  struct setting_marks *marks)
{
	struct bytes nothing = BYTES_INIT;

	if (!marks->unsettled)
		return 0;
	marks->unsettled = false;
	return settings_put(change->shown, file->marks.name, &nothing);
}

static void swap_marks(struct setting_file *file, struct setting_marks *marks)
{
	struct setting_marks before;

	if (!file)
		return;
	before = file->marks;
	file->marks = *marks;
	*marks = before;
}

/* Exchange the present values and those of the change. */
static void swap(struct settings_dir *dir, struct change *change)
{
	struct settings *shown = dir->shown;

	dir->shown = change->shown;
	change->shown = shown;
	swap_marks(change->file, &change->marks);
	swap_marks(change->other, &change->other_marks);
}

/* Sets the map that the chip should hold for what is shown. */
static int what_lasts(const struct settings_dir *dir, struct settings **out)
{
	int err = settings_clone(dir->shown, out);

	for (struct setting_file *f = dir->first; f && err == 0; f = f->next)
		if (f->marks.name &&
		    (f->marks.scratch ||
		     (f->marks.unsettled && !dir_stores(dir, f))))
			settings_remove(*out, f->marks.name);
	for (struct setting_file *f = dir->first; f && err == 0; f = f->next)
		if (f->marks.origin && !settings_type(*out, f->marks.origin))
			err = settings_copy(*out, dir->stored, f->marks.origin);
	return err;
}

/* Prepare all that the update needs, so that only the chip can refuse it. */
static int plan_update(const struct settings_dir *dir, struct change *change)
{
	int err = what_lasts(dir, &change->last);

	if (err == 0 && settings_equal(change->last, dir->stored)) {
		settings_free(change->last);
		change->last = NULL;
		return 0;
	}
	if (err < 0)
		return err;
	settings_arrange(change->last, dir->stored);
	return dir_encode(change->last, &change->etf);
}

/*
 * Restore the content from before O_TRUNC, unless other handles can write the
 * file. Remove a new file that no handle has open.
 */
static void give_back(struct settings_dir *dir, const struct change *change)
{
	struct setting_file *file = change->file;
	bool closes = change->by == CHANGE_CLOSE;

	if (!file->marks.name || !file->marks.unsettled ||
	    change->by == CHANGE_RESIZE || (closes && file->users > 0))
		return;
	if (change->untruncated) {
		file->marks.unsettled = false;
		content_replace(&file->marks.content,
				content_ref(change->untruncated));
	} else if (closes) {
		settings_remove(dir->shown, file->marks.name);
		marks_unname(&file->marks);
	}
}

static void change_free(struct change *change)
{
	marks_free(&change->marks);
	marks_free(&change->other_marks);
	settings_free(change->shown);
	settings_free(change->last);
	content_unref(change->etf);
	content_unref(change->untruncated);
}

int change_over(struct settings_dir *dir, struct change *change, int err)
{
	struct setting_open *open = change->open;
	bool closes = open && change->by == CHANGE_CLOSE;

	if (err == 0 && open)
		open->fresh = false;
	if (err < 0 && err != -EREMCHG && closes && !open->attempted)
		log_write(LOG_LEVEL_WARNING, "settings/%s: %s",
			  change->file->marks.name ? change->file->marks.name
						   : "",
			  fail_reason());
	if (err < 0 && err != -EREMCHG && open)
		give_back(dir, change);
	if (closes && err == -EREMCHG)
		open->file->users++;
	else if (closes)
		free(open);
	change_free(change);
	return closes && err != -EREMCHG ? 0 : err;
}

int change_end(struct settings_dir *dir, struct change *change, int err)
{
	if (err < 0)
		return change_over(dir, change, err);
	swap(dir, change);
	err = plan_update(dir, change);
	if (err == 0)
		err = dir_update(dir);
	if (err == 0) {
		dir->change = *change;
		return 0;
	}
	swap(dir, change);
	return change_over(dir, change, err);
}

/* When a key is written again, no temporary file stands for its old value. */
static void release_origins(struct settings_dir *dir)
{
	for (struct setting_file *f = dir->first; f; f = f->next) {
		struct setting_file *key =
			f->marks.origin ? dir_find(dir, f->marks.origin) : NULL;

		if (!key || key->marks.unsettled)
			continue;
		free(f->marks.origin);
		f->marks.origin = NULL;
	}
}

static int store(struct settings_dir *dir, struct change *change)
{
	int err = nerveskey_settings_write(dir->key, change->etf);

	if (err < 0)
		return err;
	settings_free(dir->stored);
	dir->stored = change->last;
	content_replace(&dir->etf, change->etf);
	dir->seen_ms = now_ms();
	change->last = NULL;
	change->etf = NULL;
	return 0;
}

int settings_dir_commit(struct settings_dir *dir, int err)
{
	struct change change = dir->change;

	if (!change.file)
		return err;
	dir->change = (struct change){ .file = NULL };
	if (err == 0 && change.last)
		err = store(dir, &change);
	if (err < 0)
		swap(dir, &change);
	else
		release_origins(dir);
	return change_over(dir, &change, err);
}
