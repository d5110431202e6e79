/* SPDX-License-Identifier: Apache-2.0 */
/* One change: all of it, by one update of the chip, or nothing. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "chip_settings.h"
#include "settings_dir_private.h"

/* What is to last of `next`, as the marks of the files are now. */
static int what_lasts(const struct settings_dir *dir,
		      const struct settings *next, struct settings **out)
{
	struct settings *last;
	int err = settings_clone(next, &last);

	if (err < 0)
		return err;
	for (struct setting_file *f = dir->first; f; f = f->next)
		if (f->marks.name &&
		    (f->marks.scratch ||
		     (f->marks.unsettled &&
		      !settings_type(dir->stored, f->marks.name))))
			settings_remove(last, f->marks.name);
	for (struct setting_file *f = dir->first; f && err == 0; f = f->next)
		if (f->marks.origin && !settings_type(last, f->marks.origin))
			err = settings_copy(last, dir->stored, f->marks.origin);
	if (err < 0)
		settings_free(last);
	else
		*out = last;
	return err;
}

/* The chip holds what is to last of `next`. */
static int store(struct settings_dir *dir, const struct settings *next)
{
	struct settings *last = NULL, *stored = NULL;
	struct content *etf = content_ref(dir->etf);
	int err = what_lasts(dir, next, &last);

	if (err == 0 && settings_equal(last, dir->stored))
		goto out;
	if (err == 0) {
		settings_arrange(last, dir->stored);
		err = settings_clone(last, &stored);
	}
	if (err == 0)
		err = dir_encode(last, &etf);
	if (err == 0) {
		err = nerveskey_settings_write(dir->key, last);
		if (err == 0) {
			last = NULL; /* the key's */
			dir->seen_ms = now_ms();
			settings_free(dir->stored);
			dir->stored = stored;
			stored = NULL;
			content_replace(&dir->etf, content_ref(etf));
		}
	}
out:
	settings_free(stored);
	settings_free(last);
	content_unref(etf);
	return err;
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

static int copy_marks(const struct setting_file *file,
		      struct setting_marks *copy)
{
	*copy = (struct setting_marks){ .name = NULL };
	if (!file)
		return 0;
	copy->scratch = file->marks.scratch;
	copy->unsettled = file->marks.unsettled;
	copy->name = file->marks.name ? strdup(file->marks.name) : NULL;
	copy->origin = file->marks.origin ? strdup(file->marks.origin) : NULL;
	return (file->marks.name && !copy->name) ||
			       (file->marks.origin && !copy->origin)
		       ? -ENOMEM
		       : 0;
}

/* Once a key is written anew, nobody stands for the one before. */
static void release_origins(struct settings_dir *dir)
{
	for (struct setting_file *f = dir->first; f; f = f->next) {
		struct setting_file *key =
			f->marks.origin ? dir_find(dir, f->marks.origin) : NULL;

		if (!f->marks.origin || !key || key->marks.unsettled)
			continue;
		free(f->marks.origin);
		f->marks.origin = NULL;
	}
}

static int try_change(struct settings_dir *dir, struct change *change)
{
	struct settings *next = NULL;
	int err;

	err = settings_clone(dir->shown, &next);
	if (err == 0)
		err = copy_marks(change->file, &change->after);
	if (err == 0)
		err = copy_marks(change->other, &change->other_after);
	if (err == 0)
		err = change->apply(dir, next, change);
	swap_marks(change->file, &change->after);
	swap_marks(change->other, &change->other_after);
	if (err == 0)
		err = store(dir, next);
	if (err == 0) {
		settings_free(dir->shown);
		dir->shown = next;
		next = NULL;
		release_origins(dir);
		err = dir_update(dir);
	} else {
		swap_marks(change->file, &change->after);
		swap_marks(change->other, &change->other_after);
	}
	marks_free(&change->after);
	marks_free(&change->other_after);
	settings_free(next);
	return err;
}

int dir_change(struct settings_dir *dir, struct change *change)
{
	int err = dir_look(dir, false);

	if (err < 0)
		return err;
	if (!change->file->marks.name)
		return -ENOENT; /* another program has removed it */
	return try_change(dir, change);
}
