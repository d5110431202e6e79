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
	fair_lock_init(&files->turn);
	pthread_mutex_init(&files->lock, NULL);
	*out = files;
	return 0;
}

void settings_files_free(struct settings_files *files)
{
	table_clear(files);
	pthread_mutex_destroy(&files->lock);
	fair_lock_destroy(&files->turn);
	free(files);
}

/* A name that leads nowhere yet. In turn. */
static int create(struct settings_files *files, const char *name, int flags,
		  struct setting_file **out)
{
	bool scratch = scratch_name(name, flags & O_EXCL);
	struct bytes nothing = BYTES_INIT;
	int err;

	err = nerveskey_setting_name_check(name);
	if (err < 0)
		return err;
	pthread_mutex_lock(&files->lock);
	if (scratch)
		err = table_scratch_room(files);
	if (err == 0) {
		table_retire(files, name, &nothing); /* removed by others */
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

/* For who creates or truncates: in turn. */
static int open_changing(struct settings_files *files, const char *name,
			 int flags, struct setting_open *open)
{
	int err;

	err = setting_turn(files);
	if (err < 0)
		return err;
	err = find_or_create(files, name, flags, &open->file);
	if (err == 0 && (flags & O_TRUNC))
		make_empty(files, open);
	fair_lock_give(&files->turn);
	return err;
}

int settings_files_open(struct settings_files *files, const char *name,
			int flags, struct setting_open **out)
{
	struct setting_open *open = calloc(1, sizeof(*open));
	int err;

	if (!open)
		return -ENOMEM;
	/* A reader does not wait for others' updates. */
	if (flags & (O_CREAT | O_TRUNC))
		err = open_changing(files, name, flags, open);
	else
		err = setting_acquire(files, name, &open->file);
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
	int err = setting_turn(files);

	if (err == 0) {
		if (!open->attempted && open->chip == files->chip &&
		    (open->fresh || open->file->kind == SETTING_NEW))
			err = setting_settle(files, open->file);
		fair_lock_give(&files->turn);
	}
	if (err == 0)
		return;
	pthread_mutex_lock(&files->lock); /* out of turn names may change */
	log_write(LOG_LEVEL_WARNING, "settings/%s: %s", open->file->name,
		  fail_reason());
	pthread_mutex_unlock(&files->lock);
}

void settings_files_close(struct settings_files *files,
			  struct setting_open *open)
{
	if (open->fresh || (open->flags & (O_ACCMODE | O_CREAT)) != O_RDONLY)
		finish(files, open);
	setting_release(files, open->file);
	free(open);
}

int settings_files_read(struct settings_files *files, const char *name,
			struct setting_open *open, struct bytes *out)
{
	struct setting_file *file;
	int err;

	err = setting_of(files, name, open, &file);
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

	err = setting_of(files, name, open, &file);
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
	size_t at;
	int err = setting_check_chip(files, open);

	if (err == 0 && !open->fresh)
		err = setting_content(files, open->file, content);
	if (err < 0)
		return err;
	if (open->flags & O_APPEND)
		offset = (off_t)content->len;
	if (offset > SETTING_FILE_MAX)
		return too_long();
	at = (size_t)offset;
	if (len > SETTING_FILE_MAX - at)
		return too_long();
	if (content->len < at + len)
		err = bytes_resize(content, at + len);
	if (err == 0)
		memcpy(content->data + at, data, len);
	return err;
}

static int write_in_turn(struct settings_files *files,
			 struct setting_open *open, const uint8_t *data,
			 size_t len, off_t offset)
{
	struct bytes content = BYTES_INIT;
	int err;

	err = put_in(files, open, data, len, offset, &content);
	if (err == 0)
		err = setting_store(files, open->file, &content);
	if (err == 0)
		open->fresh = false;
	bytes_free(&content);
	return err;
}

int settings_files_write(struct settings_files *files,
			 struct setting_open *open, const uint8_t *data,
			 size_t len, off_t offset)
{
	int err;

	open->attempted = true;
	err = setting_turn(files);
	if (err == 0) {
		err = write_in_turn(files, open, data, len, offset);
		fair_lock_give(&files->turn);
	}
	if (err < 0)
		setting_restore(files, open->file);
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

	err = setting_enter(files, name, open, &file);
	if (err < 0)
		return err;
	if (open && size == 0) {
		make_empty(files, open);
	} else {
		err = resize(files, file, size);
		if (err == 0 && open)
			open->fresh = false;
	}
	setting_leave(files, file);
	return err;
}

int settings_files_settle(struct settings_files *files, const char *name,
			  struct setting_open *open)
{
	struct setting_file *file;
	int err;

	err = setting_enter(files, name, open, &file);
	if (err < 0)
		return err;
	err = setting_settle(files, file);
	setting_leave(files, file);
	return err;
}

int settings_files_replace(struct settings_files *files,
			   const struct bytes *etf)
{
	int err = setting_turn(files);

	if (err < 0)
		return err;
	err = nerveskey_settings_replace(files->key, etf);
	if (err == 0) {
		pthread_mutex_lock(&files->lock);
		table_unhide(files, NULL);
		pthread_mutex_unlock(&files->lock);
	}
	fair_lock_give(&files->turn);
	return err;
}
