/* SPDX-License-Identifier: Apache-2.0 */
/* A settings file's content, wherever it is. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "settings_private.h"

/* Each of those before has its own deadline for the chip. */
#define TURN_MS 60000

int setting_turn(struct settings_files *files)
{
	uint64_t chip;
	int err;

	err = fair_lock_take(&files->turn, TURN_MS, SETTING_TURNS);
	if (err == -EBUSY)
		return fail_because(ETIMEDOUT,
				    "%d others wait to change settings already",
				    SETTING_TURNS);
	if (err < 0)
		return fail_because(ETIMEDOUT,
				    "others were changing settings for %d s",
				    TURN_MS / 1000);
	chip = nerveskey_chip_number(files->key);
	pthread_mutex_lock(&files->lock);
	if (chip != files->chip)
		table_forget_chip(files);
	files->chip = chip;
	pthread_mutex_unlock(&files->lock);
	return 0;
}

/* Whether the chip has it, and nobody has renamed it to a scratch name. */
static int on_chip(struct settings_files *files, const char *name)
{
	const char *type;
	bool hidden;

	pthread_mutex_lock(&files->lock);
	hidden = table_hides(files, name);
	pthread_mutex_unlock(&files->lock);
	return hidden ? -ENOENT
		      : nerveskey_setting_type(files->key, name, &type);
}

int setting_acquire(struct settings_files *files, const char *name,
		    struct setting_file **out)
{
	struct setting_file *file;
	int err;

	pthread_mutex_lock(&files->lock);
	file = table_find(files, name);
	/* What the chip had, another program may have removed. */
	if (!file || file->kind == SETTING_STORED) {
		pthread_mutex_unlock(&files->lock);
		err = on_chip(files, name);
		if (err < 0)
			return err;
		pthread_mutex_lock(&files->lock);
		file = table_find(files, name);
	}
	if (file)
		file->users++;
	else
		file = table_add(files, name, SETTING_STORED);
	pthread_mutex_unlock(&files->lock);
	if (!file)
		return -ENOMEM;
	*out = file;
	return 0;
}

void setting_release(struct settings_files *files, struct setting_file *file)
{
	pthread_mutex_lock(&files->lock);
	table_drop(files, file);
	pthread_mutex_unlock(&files->lock);
}

int setting_content(struct settings_files *files, struct setting_file *file,
		    struct bytes *out)
{
	char *name = NULL;
	int err = 0;

	pthread_mutex_lock(&files->lock);
	if (file->kind != SETTING_STORED) {
		err = bytes_set(out, file->content.data, file->content.len);
	} else if (file->emptied) {
		bytes_free(out);
	} else {
		name = strdup(file->name);
		err = name ? 0 : -ENOMEM;
	}
	pthread_mutex_unlock(&files->lock);
	if (name)
		err = nerveskey_setting_get(files->key, name, out);
	free(name);
	return err;
}

int setting_store(struct settings_files *files, struct setting_file *file,
		  struct bytes *content)
{
	bool in_memory =
		file->kind == SETTING_SCRATCH || file->kind == SETTING_GONE;
	int err = 0;

	/* The name changes only in turn, so it may be read without the lock. */
	if (!in_memory)
		err = nerveskey_setting_put(files->key, file->name, content);
	pthread_mutex_lock(&files->lock);
	file->emptied = false;
	if (err == 0) {
		clock_gettime(CLOCK_REALTIME, &file->changed);
		if (in_memory) {
			bytes_move(&file->content, content);
		} else {
			bytes_free(&file->content);
			file->kind = SETTING_STORED;
			table_unhide(files, file->name);
		}
	}
	pthread_mutex_unlock(&files->lock);
	return err;
}

void setting_restore(struct settings_files *files, struct setting_file *file)
{
	pthread_mutex_lock(&files->lock);
	file->emptied = false;
	pthread_mutex_unlock(&files->lock);
}

int setting_settle(struct settings_files *files, struct setting_file *file)
{
	struct bytes nothing = BYTES_INIT;

	if (file->kind == SETTING_NEW ||
	    (file->kind == SETTING_STORED && file->emptied))
		return setting_store(files, file, &nothing);
	return 0;
}

int setting_of(struct settings_files *files, const char *name,
	       struct setting_open *open, struct setting_file **file)
{
	if (!open)
		return setting_acquire(files, name, file);
	pthread_mutex_lock(&files->lock);
	open->file->users++;
	pthread_mutex_unlock(&files->lock);
	*file = open->file;
	return 0;
}

int setting_check_chip(const struct settings_files *files,
		       const struct setting_open *open)
{
	if (open->chip == files->chip)
		return 0;
	return fail_because(ENODEV, "the file is another chip's");
}

int setting_enter(struct settings_files *files, const char *name,
		  struct setting_open *open, struct setting_file **out)
{
	struct setting_file *file;
	int err;

	err = setting_of(files, name, open, &file);
	if (err < 0)
		return err;
	err = setting_turn(files);
	if (err < 0)
		goto release;
	if (open)
		err = setting_check_chip(files, open);
	if (err < 0)
		goto give;
	*out = file;
	return 0;

give:
	fair_lock_give(&files->turn);
release:
	setting_release(files, file);
	return err;
}

void setting_leave(struct settings_files *files, struct setting_file *file)
{
	fair_lock_give(&files->turn);
	setting_release(files, file);
}
