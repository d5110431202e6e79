/* SPDX-License-Identifier: Apache-2.0 */
/* The changes that programs make to the files of settings/. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "cache.h"
#include "chip_settings.h"
#include "error.h"
#include "settings_dir_private.h"

static int apply_put(struct change *change, const struct bytes *text)
{
	const char *name = change->file->marks.name;
	int err = settings_put(change->shown, name, text);

	/* A temporary file may have any content, whatever its key's type is. */
	if (err == -EINVAL && change->file->marks.scratch) {
		settings_remove(change->shown, name);
		err = settings_put(change->shown, name, text);
	}
	change->marks.unsettled = false;
	clock_gettime(CLOCK_REALTIME, &change->marks.changed);
	return err;
}

/* Set the content of the file to `text`, whose bytes may be moved. */
static int put_text(struct settings_dir *dir, struct change *change,
		    struct bytes *text)
{
	struct setting_file *file = change->file;
	int err = file->marks.name ? change_begin(dir, change) : -ENOENT;

	if (err == 0)
		return change_end(dir, change, apply_put(change, text));
	if (err == -ENOENT && !file->marks.name) { /* removed, but open */
		err = content_update(&file->marks.content, text);
		clock_gettime(CLOCK_REALTIME, &file->marks.changed);
	}
	return change_over(dir, change, err);
}

static int check_chip(const struct settings_dir *dir,
		      const struct setting_open *open)
{
	if (open->chip == nerveskey_chip_number(dir->key))
		return 0;
	return fail_because(ENODEV,
			    "the file was opened on another chip than the "
			    "one that answers now: open it again");
}

/* Sets *file to that of `open`, or of the name in the chip's map. -ENOENT. */
int dir_file_of(struct settings_dir *dir, const char *name,
		const struct setting_open *open, struct setting_file **file)
{
	int err = open ? check_chip(dir, open) : settings_dir_find(dir);

	if (err < 0)
		return err;
	*file = open ? open->file : dir_find(dir, name);
	return *file ? 0 : -ENOENT;
}

/* Empty the file for readers and for the next write, but do not store that. */
static int make_empty(struct settings_dir *dir, struct setting_open *open)
{
	struct change change = { .file = open->file };
	struct bytes nothing = BYTES_INIT;

	open->fresh = true;
	open->attempted = false;
	if (!open->file->marks.name || open->file->marks.scratch)
		return put_text(dir, &change, &nothing);
	open->file->marks.unsettled = true;
	return dir_update(dir);
}

static int find_or_create(struct settings_dir *dir, const char *name, int flags,
			  struct setting_file **file)
{
	int err = dir_file_of(dir, name, NULL, file);

	if (err == -ENOENT && (flags & O_CREAT))
		return dir_create(dir, name, flags, file);
	if (err == 0 && (flags & O_CREAT) && (flags & O_EXCL))
		return -EEXIST;
	return err;
}

int settings_dir_open(struct settings_dir *dir, const char *name, int flags,
		      struct setting_open **out)
{
	struct setting_open *open = calloc(1, sizeof(*open));
	int err;

	if (!open)
		return -ENOMEM;
	err = find_or_create(dir, name, flags, &open->file);
	if (err < 0) {
		free(open);
		return err;
	}
	open->file->users++;
	open->flags = flags;
	open->chip = dir->chip;
	if (flags & O_TRUNC)
		err = make_empty(dir, open);
	if (err < 0)
		settings_dir_give_up(dir, open);
	else
		*out = open;
	return err;
}

/* The value that the chip still has of a key that `open` has emptied. */
static int keep_untruncated(const struct settings_dir *dir,
			    struct change *change)
{
	struct setting_marks *marks = &change->file->marks;
	struct bytes text = BYTES_INIT;
	int err;

	if (!marks->unsettled || !dir_stores(dir, change->file))
		return 0;
	err = settings_get(dir->shown, marks->name, &text);
	if (err == 0)
		err = content_update(&change->untruncated, &text);
	bytes_free(&text);
	return err;
}

/* Store a file as empty that was created or emptied, and not written. */
int settings_dir_close(struct settings_dir *dir, struct setting_open *open)
{
	struct change change = { .file = open->file,
				 .open = open,
				 .by = CHANGE_CLOSE };
	struct bytes nothing = BYTES_INIT;
	int err;

	open->file->users--;
	if (check_chip(dir, open) < 0 || !dir->shown ||
	    !open->file->marks.name || !open->file->marks.unsettled) {
		free(open);
		return 0;
	}
	err = keep_untruncated(dir, &change);
	if (err == 0 && !open->attempted)
		return put_text(dir, &change, &nothing);
	return change_over(dir, &change, err < 0 ? err : -ECANCELED);
}

void settings_dir_give_up(struct settings_dir *dir, struct setting_open *open)
{
	open->attempted = true;
	settings_dir_close(dir, open);
}

int setting_open_read(const struct setting_open *open, struct bytes *text,
		      uint64_t *file)
{
	const struct setting_marks *marks = &open->file->marks;

	*file = marks->name ? open->file->id : 0;
	return bytes_set(text, marks->content->bytes.data,
			 marks->content->bytes.len);
}

static int too_long(void)
{
	return fail_because(EFBIG,
			    "the value would be longer than %d bytes: no "
			    "chip can hold it",
			    SETTING_FILE_MAX);
}

/* Put written data into the present content. */
static int put_in(const struct setting_open *open, const struct bytes *data,
		  off_t offset, struct bytes *text)
{
	const struct content *now = open->file->marks.content;
	size_t at;
	int err = 0;

	if (!open->fresh && now)
		err = bytes_set(text, now->bytes.data, now->bytes.len);
	if (err < 0)
		return err;
	if (open->flags & O_APPEND)
		offset = (off_t)text->len;
	if (offset > SETTING_FILE_MAX)
		return too_long();
	at = (size_t)offset;
	if (data->len > SETTING_FILE_MAX - at)
		return too_long();
	if (text->len < at + data->len)
		err = bytes_resize(text, at + data->len);
	if (err == 0 && data->len)
		memcpy(text->data + at, data->data, data->len);
	return err;
}

int settings_dir_write(struct settings_dir *dir, struct setting_open *open,
		       const struct bytes *data, off_t offset)
{
	struct change change = { .file = open->file,
				 .open = open,
				 .by = CHANGE_WRITE };
	struct bytes text = BYTES_INIT;
	int err;

	open->attempted = true;
	err = keep_untruncated(dir, &change);
	if (err == 0)
		err = check_chip(dir, open);
	if (err == 0)
		err = put_in(open, data, offset, &text);
	err = err < 0 ? change_over(dir, &change, err)
		      : put_text(dir, &change, &text);
	bytes_free(&text);
	return err;
}

int settings_dir_resize(struct settings_dir *dir, const char *name,
			struct setting_open *open, off_t size)
{
	struct change change = { .open = open, .by = CHANGE_RESIZE };
	const struct content *now;
	struct bytes text = BYTES_INIT;
	int err;

	if (size > SETTING_FILE_MAX)
		return too_long();
	err = dir_file_of(dir, name, open, &change.file);
	if (err < 0)
		return err;
	if (open && size == 0)
		return make_empty(dir, open);
	now = change.file->marks.content;
	if (now->bytes.len == (size_t)size)
		return 0;
	err = bytes_set(&text, now->bytes.data, now->bytes.len);
	if (err == 0)
		err = bytes_resize(&text, (size_t)size);
	if (err == 0)
		err = put_text(dir, &change, &text);
	bytes_free(&text);
	return err;
}

int settings_dir_settle(struct settings_dir *dir, const char *name,
			struct setting_open *open)
{
	struct change change = { .file = NULL };
	struct bytes nothing = BYTES_INIT;
	int err = dir_file_of(dir, name, open, &change.file);

	if (err < 0 || !change.file->marks.unsettled)
		return err;
	return put_text(dir, &change, &nothing);
}

int settings_dir_remove(struct settings_dir *dir, const char *name)
{
	struct change change = { .file = NULL };
	int err = dir_file_of(dir, name, NULL, &change.file);

	if (err == 0)
		err = change_begin(dir, &change);
	if (err == 0) {
		marks_unname(&change.marks);
		err = settings_remove(change.shown, change.file->marks.name);
	}
	return change_end(dir, &change, err);
}

int settings_dir_set_type(struct settings_dir *dir, const char *name,
			  const char *type)
{
	struct change change = { .file = NULL };
	int err = dir_file_of(dir, name, NULL, &change.file);

	if (err == 0)
		err = change_begin(dir, &change);
	if (err == 0)
		err = change_settle(&change, change.file, &change.marks);
	if (err == 0)
		err = settings_set_type(change.shown, change.file->marks.name,
					type);
	return change_end(dir, &change, err);
}

/* A term that is not a map is EINVAL here; EUCLEAN is for the chip's map. */
static int decode_map(const struct bytes *etf, struct settings **map)
{
	int err;

	if (etf->len == 0 || etf->data[0] != 131)
		return fail_because(
			EINVAL,
			"what was written does not start with byte 131, "
			"as an external term of Erlang does: write what "
			"term_to_binary makes of the map");
	err = settings_decode(etf->data, etf->len, map);
	return err == -EUCLEAN ? -EINVAL : err;
}

int settings_dir_replace(struct settings_dir *dir, const struct bytes *etf)
{
	struct content *stored = NULL;
	struct settings *map;
	int err;

	err = decode_map(etf, &map);
	if (err < 0)
		return err;
	err = dir_encode(map, &stored);
	settings_free(map);
	if (err == 0)
		err = dir_known(dir);
	if (err == 0 || err == -EUCLEAN)
		err = nerveskey_settings_write(dir->key, stored);
	content_unref(stored);
	if (err < 0)
		return err;
	for (struct setting_file *f = dir->first; f; f = f->next) {
		free(f->marks.origin);
		f->marks.origin = NULL;
	}
	return dir_known(dir);
}
