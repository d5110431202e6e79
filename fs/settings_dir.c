/* SPDX-License-Identifier: Apache-2.0 */
/* The two maps, and the files that show them. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "cache.h"
#include "chip_settings.h"
#include "reread.h"
#include "settings_dir_private.h"
#include "settings_names.h"

#define SCRATCH_FILES 64

int settings_dir_new(struct nerveskey *key, struct settings_dir **out)
{
	struct settings_dir *dir = calloc(1, sizeof(*dir));

	if (!dir)
		return -ENOMEM;
	dir->key = key;
	dir->chip = nerveskey_chip_number(key);
	dir->error = -ENODATA;
	*out = dir;
	return 0;
}

void marks_unname(struct setting_marks *marks)
{
	free(marks->name);
	free(marks->origin);
	*marks = (struct setting_marks){ .content = marks->content,
					 .changed = marks->changed };
}

void marks_free(struct setting_marks *marks)
{
	marks_unname(marks);
	content_replace(&marks->content, NULL);
}

static void free_file(struct setting_file *file)
{
	marks_free(&file->marks);
	free(file);
}

/* Forget both maps. Open files count as removed. */
static void forget_maps(struct settings_dir *dir)
{
	settings_free(dir->stored);
	settings_free(dir->shown);
	dir->stored = NULL;
	dir->shown = NULL;
	content_replace(&dir->etf, NULL);
	for (struct setting_file *f = dir->first; f; f = f->next)
		marks_unname(&f->marks);
}

void settings_dir_free(struct settings_dir *dir)
{
	if (!dir)
		return;
	forget_maps(dir);
	while (dir->first) {
		struct setting_file *file = dir->first;

		dir->first = file->next;
		free_file(file);
	}
	free(dir);
}

/* Forget files that are removed and not open. */
static void sweep(struct settings_dir *dir)
{
	struct setting_file **link = &dir->first, *file;

	while ((file = *link)) {
		if (file->marks.name || file->users > 0) {
			link = &file->next;
			continue;
		}
		*link = file->next;
		free_file(file);
	}
}

struct setting_file *dir_find(const struct settings_dir *dir, const char *name)
{
	struct setting_file *file = dir->first;

	while (file && (!file->marks.name || strcmp(file->marks.name, name)))
		file = file->next;
	return file;
}

bool dir_stores(const struct settings_dir *dir, const struct setting_file *file)
{
	return dir->stored && file->marks.name &&
	       settings_type(dir->stored, file->marks.name);
}

static int add_file(struct settings_dir *dir, const char *name,
		    struct setting_file **out)
{
	struct setting_file *file = calloc(1, sizeof(*file));

	if (file)
		file->marks.name = strdup(name);
	if (!file || !file->marks.name) {
		free(file);
		return -ENOMEM;
	}
	file->id = ++dir->last_id;
	file->next = dir->first;
	dir->first = file;
	*out = file;
	return 0;
}

/* Update the file of a name that is shown, and its content. */
static int update_file(struct settings_dir *dir, const char *name)
{
	struct setting_file *file = dir_find(dir, name);
	struct bytes text = BYTES_INIT;
	int err = file ? 0 : add_file(dir, name, &file);

	if (err == 0 && !file->marks.unsettled)
		err = settings_get(dir->shown, name, &text);
	if (err == 0)
		err = content_update(&file->marks.content, &text);
	bytes_free(&text);
	return err;
}

int dir_update(struct settings_dir *dir)
{
	const char *name;
	int err = 0;

	for (struct setting_file *f = dir->first; f; f = f->next)
		if (f->marks.name && !settings_type(dir->shown, f->marks.name))
			marks_unname(&f->marks);
	for (size_t i = 0; err == 0 && (name = settings_name(dir->shown, i));
	     i++)
		err = update_file(dir, name);
	return err;
}

/* Copy temporary files to a map that another program has written. */
static int carry_over(struct settings_dir *dir, struct settings *next)
{
	int err = 0;

	for (struct setting_file *f = dir->first; f && err == 0; f = f->next) {
		struct setting_marks *marks = &f->marks;
		bool known = marks->name && settings_type(next, marks->name);

		if (marks->name && !known &&
		    (marks->scratch || marks->unsettled))
			err = settings_copy(next, dir->shown, marks->name);
		if (!marks->origin || dir_find(dir, marks->origin))
			continue;
		if (settings_type(next, marks->origin)) {
			settings_remove(next, marks->origin);
		} else {
			free(marks->origin);
			marks->origin = NULL;
		}
	}
	return err;
}

int dir_encode(const struct settings *settings, struct content **etf)
{
	struct bytes term = BYTES_INIT;
	int err = settings_encode(settings, &term);

	if (err == 0)
		err = content_update(etf, &term);
	bytes_free(&term);
	return err;
}

static int follow(struct settings_dir *dir, struct content *etf)
{
	struct settings *stored = NULL, *shown = NULL;
	int err;

	if (etf == dir->etf)
		return 0;
	err = settings_decode(etf->bytes.data, etf->bytes.len, &stored);
	if (err == 0)
		err = settings_clone(stored, &shown);
	if (err == 0 && dir->shown)
		err = carry_over(dir, shown);
	if (err < 0)
		goto out;
	settings_free(dir->stored);
	settings_free(dir->shown);
	dir->stored = stored;
	dir->shown = shown;
	content_replace(&dir->etf, content_ref(etf));
	return dir_update(dir);

out:
	settings_free(shown);
	settings_free(stored);
	return err;
}

/* `err` and `etf` are the result of reading the chip's map. */
static int found(struct settings_dir *dir, int err, struct content *etf)
{
	if (err == -EREMCHG)
		return err;
	if (dir->chip != nerveskey_chip_number(dir->key)) {
		forget_maps(dir);
		dir->chip = nerveskey_chip_number(dir->key);
		dir->seen_ms = 0;
	}
	dir->error = err;
	if (err == -ENODATA || err == -EUCLEAN)
		forget_maps(dir);
	if (err == 0 && dir->seen_ms == 0)
		dir->seen_ms = now_ms();
	return err < 0 ? err : follow(dir, etf);
}

int dir_known(struct settings_dir *dir)
{
	struct content *etf = NULL;
	int err = nerveskey_settings_known(dir->key, &etf);

	return found(dir, err, etf);
}

int dir_look(struct settings_dir *dir)
{
	struct content *etf = NULL;
	int err = nerveskey_settings(dir->key, &etf);

	if (err == 0)
		dir->seen_ms = now_ms();
	return found(dir, err, etf);
}

int settings_dir_refresh(struct settings_dir *dir)
{
	return dir_look(dir);
}

int settings_dir_find(struct settings_dir *dir)
{
	int err = dir_look(dir);

	if (err == 0 && nerveskey_is_another(dir->key))
		err = fail_because(ENODEV,
				   "another chip answers now than when the "
				   "name was looked up: look at `status`, and "
				   "try again");
	return err;
}

static int scratch_room(const struct settings_dir *dir)
{
	size_t count = 0;

	for (struct setting_file *f = dir->first; f; f = f->next)
		count += f->marks.name && f->marks.scratch;
	if (count < SCRATCH_FILES)
		return 0;
	return fail_because(ENOSPC,
			    "settings/ holds %d temporary files already, "
			    "which is the most: remove some",
			    SCRATCH_FILES);
}

int dir_create(struct settings_dir *dir, const char *name, int flags,
	       struct setting_file **out)
{
	bool scratch = scratch_name(name, flags & O_EXCL);
	struct bytes nothing = BYTES_INIT;
	struct setting_file *file;
	int err;

	err = settings_name_parse(name, NULL);
	if (err == 0 && scratch)
		err = scratch_room(dir);
	/* A temporary file that stands for a key keeps the key's type. */
	if (err == 0)
		err = !scratch && settings_type(dir->stored, name)
			      ? settings_copy(dir->shown, dir->stored, name)
			      : settings_put(dir->shown, name, &nothing);
	if (err < 0)
		return err;
	err = add_file(dir, name, &file);
	if (err < 0) {
		settings_remove(dir->shown, name);
		return err;
	}
	file->marks.scratch = scratch;
	file->marks.unsettled = !scratch;
	clock_gettime(CLOCK_REALTIME, &file->marks.changed);
	*out = file;
	return dir_update(dir);
}

static int show_file(struct settings_dir *dir, const char *name,
		     struct setting_shown *shown)
{
	const struct setting_file *file = dir_find(dir, name);

	shown->name = strdup(name);
	if (!file || !shown->name) /* there was no memory for it */
		return -ENOMEM;
	shown->id = file->id;
	shown->content = content_ref(file->marks.content);
	shown->changed = file->marks.changed;
	shown->type = settings_type(dir->shown, name);
	return 0;
}

int settings_dir_show(struct settings_dir *dir, struct view *view)
{
	const char *name;
	size_t count = 0;
	int err = 0;

	sweep(dir);
	view->settings_error = dir->error;
	if (!dir->shown || dir->chip != nerveskey_chip_number(dir->key))
		return 0;
	view->settings_ms = dir->seen_ms;
	view->etf = content_ref(dir->etf);
	while (settings_name(dir->shown, count))
		count++;
	view->settings = calloc(count + 1, sizeof(*view->settings));
	if (!view->settings)
		return -ENOMEM;
	while (err == 0 && (name = settings_name(dir->shown, view->count)))
		err = show_file(dir, name, &view->settings[view->count++]);
	return err;
}
