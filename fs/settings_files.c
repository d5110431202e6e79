/* SPDX-License-Identifier: Apache-2.0 */
#include "settings_files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "log.h"
#include "settings_private.h"

int settings_files_new(struct nerveskey *key, struct settings_files **out)
{
	struct settings_files *files = calloc(1, sizeof(*files));

	if (!files)
		return -ENOMEM;
	files->key = key;
	files->chip = nerveskey_chip_number(key);
	turn_init(&files->turn);
	pthread_mutex_init(&files->lock, NULL);
	*out = files;
	return 0;
}

void settings_files_free(struct settings_files *files)
{
	table_clear(files);
	pthread_mutex_destroy(&files->lock);
	turn_destroy(&files->turn);
	free(files);
}

/* `open`'s file, or the one of that name, with one more user. */
static int file_of(struct settings_files *files, const char *name,
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

/* A name that leads nowhere yet. In turn. */
static int create(struct settings_files *files, const char *name, int flags,
		  struct setting_file **out)
{
	bool scratch = scratch_name(name, flags & O_EXCL);
	int err;

	err = nerveskey_setting_name_check(name);
	if (err < 0)
		return err;
	pthread_mutex_lock(&files->lock);
	if (scratch)
		err = table_scratch_room(files);
	if (err == 0) {
		*out = table_add(files, name,
				 scratch ? SETTING_SCRATCH : SETTING_NEW);
		err = *out ? 0 : -ENOMEM;
	}
	pthread_mutex_unlock(&files->lock);
	return err;
}

static int find_or_create(struct settings_files *files, const char *name,
			  int flags, struct setting_file **file)
{
	int err = setting_acquire(files, name, file);

	if (err == -ENOENT && (flags & O_CREAT))
		return create(files, name, flags, file);
	if (err < 0 || !(flags & O_CREAT) || !(flags & O_EXCL))
		return err;
	setting_release(files, *file);
	return -EEXIST;
}

/* Empty for those who read, and for this one's first write; not stored yet. */
static void make_empty(struct settings_files *files, struct setting_open *open)
{
	struct setting_file *file = open->file;

	pthread_mutex_lock(&files->lock);
	bytes_free(&file->content);
	file->emptied = file->kind == SETTING_STORED;
	pthread_mutex_unlock(&files->lock);
	open->fresh = true;
	open->attempted = false;
}

int settings_files_open(struct settings_files *files, const char *name,
			int flags, struct setting_open **out)
{
	struct setting_open *open = calloc(1, sizeof(*open));
	bool changes = flags & (O_CREAT | O_TRUNC);
	int err;

	if (!open)
		return -ENOMEM;
	/* A reader does not wait for others' updates. */
	if (changes)
		setting_turn(files);
	err = find_or_create(files, name, flags, &open->file);
	if (err == 0 && (flags & O_TRUNC))
		make_empty(files, open);
	if (changes)
		turn_give(&files->turn);
	if (err < 0) {
		free(open);
		return err;
	}
	open->flags = flags;
	open->chip = nerveskey_chip_number(files->key);
	*out = open;
	return 0;
}

/* A file that was made or emptied, and not written, is stored empty. */
static void finish(struct settings_files *files, struct setting_open *open)
{
	setting_turn(files);
	if (!open->attempted && open->chip == files->chip &&
	    (open->fresh || open->file->kind == SETTING_NEW) &&
	    setting_settle(files, open->file) < 0)
		log_write(LOG_LEVEL_WARNING, "settings/%s: %s",
			  open->file->name, fail_reason());
	turn_give(&files->turn);
}

void settings_files_close(struct settings_files *files,
			  struct setting_open *open)
{
	if (open->fresh || (open->flags & O_ACCMODE) != O_RDONLY)
		finish(files, open);
	setting_release(files, open->file);
	free(open);
}

int settings_files_read(struct settings_files *files, const char *name,
			struct setting_open *open, struct bytes *out)
{
	struct setting_file *file;
	int err;

	err = file_of(files, name, open, &file);
	if (err < 0)
		return err;
	err = setting_content(files, file, out);
	setting_release(files, file);
	return err;
}

int settings_files_stat(struct settings_files *files, const char *name,
			struct setting_open *open, off_t *size,
			struct timespec *changed)
{
	struct bytes content = BYTES_INIT;
	struct setting_file *file;
	int err;

	err = file_of(files, name, open, &file);
	if (err < 0)
		return err;
	err = setting_content(files, file, &content);
	if (err == 0) {
		*size = (off_t)content.len;
		pthread_mutex_lock(&files->lock);
		if (file->changed.tv_sec)
			*changed = file->changed;
		pthread_mutex_unlock(&files->lock);
	}
	setting_release(files, file);
	bytes_free(&content);
	return err;
}

static int too_long(void)
{
	return fail_because(EFBIG, "no value is longer than %d bytes",
			    SETTING_FILE_MAX);
}

/* What a write makes of the content that is there. In turn. */
static int put_in(struct settings_files *files, struct setting_open *open,
		  const uint8_t *data, size_t len, off_t offset,
		  struct bytes *content)
{
	size_t at = (size_t)offset;
	int err = 0;

	if (open->chip != files->chip)
		return fail_because(ENODEV, "the file is another chip's");
	if (!open->fresh)
		err = setting_content(files, open->file, content);
	if (err < 0)
		return err;
	if (open->flags & O_APPEND)
		at = content->len;
	if (at > SETTING_FILE_MAX || len > SETTING_FILE_MAX - at)
		return too_long();
	if (content->len < at + len)
		err = bytes_resize(content, at + len);
	if (err == 0)
		memcpy(content->data + at, data, len);
	return err;
}

int settings_files_write(struct settings_files *files,
			 struct setting_open *open, const uint8_t *data,
			 size_t len, off_t offset)
{
	struct bytes content = BYTES_INIT;
	int err;

	setting_turn(files);
	err = put_in(files, open, data, len, offset, &content);
	if (err == 0)
		err = setting_store(files, open->file, &content);
	open->attempted = true;
	if (err == 0)
		open->fresh = false;
	else
		setting_restore(files, open->file);
	turn_give(&files->turn);
	bytes_free(&content);
	return err;
}

static int resize(struct settings_files *files, struct setting_file *file,
		  off_t size)
{
	struct bytes content = BYTES_INIT;
	int err;

	if (size > SETTING_FILE_MAX)
		return too_long();
	err = setting_content(files, file, &content);
	if (err == 0 && content.len != (size_t)size) {
		err = bytes_resize(&content, (size_t)size);
		if (err == 0)
			err = setting_store(files, file, &content);
	}
	bytes_free(&content);
	return err;
}

int settings_files_resize(struct settings_files *files, const char *name,
			  struct setting_open *open, off_t size)
{
	struct setting_file *file;
	int err;

	err = file_of(files, name, open, &file);
	if (err < 0)
		return err;
	setting_turn(files);
	if (open && size == 0) {
		make_empty(files, open);
	} else {
		err = resize(files, file, size);
		if (err == 0 && open)
			open->fresh = false;
	}
	turn_give(&files->turn);
	setting_release(files, file);
	return err;
}

int settings_files_settle(struct settings_files *files, const char *name,
			  struct setting_open *open)
{
	struct setting_file *file;
	int err;

	err = file_of(files, name, open, &file);
	if (err < 0)
		return err;
	setting_turn(files);
	err = setting_settle(files, file);
	turn_give(&files->turn);
	setting_release(files, file);
	return err;
}

static int type_of(struct settings_files *files, struct setting_file *file,
		   const char **type)
{
	char *name = NULL;
	int err = 0;

	pthread_mutex_lock(&files->lock);
	if (file->kind == SETTING_STORED) {
		name = strdup(file->name);
		err = name ? 0 : -ENOMEM;
	} else {
		*type = file->type ? file->type : "binary";
	}
	pthread_mutex_unlock(&files->lock);
	if (name)
		err = nerveskey_setting_type(files->key, name, type);
	free(name);
	return err;
}

int settings_files_type(struct settings_files *files, const char *name,
			struct setting_open *open, const char **type)
{
	struct setting_file *file;
	int err;

	err = file_of(files, name, open, &file);
	if (err < 0)
		return err;
	err = type_of(files, file, type);
	setting_release(files, file);
	return err;
}

/* In turn. */
static int set_type(struct settings_files *files, struct setting_file *file,
		    const char *type)
{
	const char *now;
	int err;

	err = setting_settle(files, file);
	if (err == 0)
		err = type_of(files, file, &now);
	if (err < 0 || strcmp(now, type) == 0)
		return err;
	if (file->kind != SETTING_STORED)
		return -EOPNOTSUPP;
	return nerveskey_setting_set_type(files->key, file->name, type);
}

int settings_files_set_type(struct settings_files *files, const char *name,
			    struct setting_open *open, const char *type)
{
	struct setting_file *file;
	int err;

	err = file_of(files, name, open, &file);
	if (err < 0)
		return err;
	setting_turn(files);
	err = set_type(files, file, type);
	turn_give(&files->turn);
	setting_release(files, file);
	return err;
}
