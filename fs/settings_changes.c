/* SPDX-License-Identifier: Apache-2.0 */
/* What programs do to the files of settings/. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "cache.h"
#include "chip_settings.h"
#include "error.h"
#include "log.h"
#include "settings_dir_private.h"

static int apply_put(struct settings_dir *dir, struct settings *next,
		     struct change *change)
{
	const char *name = change->file->marks.name;
	int err;

	(void)dir;
	change->after.unsettled = false;
	err = settings_put(next, name, change->text);
	/* A temporary file is the program's own, whatever its key was. */
	if (err == -EINVAL && change->file->marks.scratch) {
		settings_remove(next, name);
		err = settings_put(next, name, change->text);
	}
	return err;
}

/* `text` is the file's content from now on, which may take it over. */
static int put_text(struct settings_dir *dir, struct setting_file *file,
		    struct bytes *text)
{
	struct change change = { .apply = apply_put,
				 .file = file,
				 .text = text };
	int err = file->marks.name ? dir_change(dir, &change) : -ENOENT;

	if (err == -ENOENT && !file->marks.name) /* who has it open has it */
		err = content_update(&file->content, text);
	if (err == 0)
		clock_gettime(CLOCK_REALTIME, &file->changed);
	return err;
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

/* `open`'s file, or the one of that name as the chip has it now; -ENOENT. */
int dir_file_of(struct settings_dir *dir, const char *name,
		const struct setting_open *open, struct setting_file **file)
{
	int err = open ? check_chip(dir, open) : settings_dir_find(dir);

	if (err < 0)
		return err;
	*file = open ? open->file : dir_find(dir, name);
	return *file ? 0 : -ENOENT;
}

/* Empty for those who read, and for this one's first write; not stored yet. */
static int make_empty(struct settings_dir *dir, struct setting_open *open)
{
	struct setting_file *file = open->file;
	struct bytes nothing = BYTES_INIT;

	open->fresh = true;
	open->attempted = false;
	if (!file->marks.name || file->marks.scratch)
		return put_text(dir, file, &nothing);
	file->marks.unsettled = true;
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

static bool is_on_chip(const struct settings_dir *dir,
		       const struct setting_file *file)
{
	return dir->stored && file->marks.name &&
	       settings_type(dir->stored, file->marks.name);
}

/* A file that was made or emptied, and not written, is stored empty. */
static int finish(struct settings_dir *dir, struct setting_open *open)
{
	struct setting_file *file = open->file;
	struct bytes nothing = BYTES_INIT;
	int err = 0;

	if (!file->marks.name || !file->marks.unsettled)
		return 0;
	if (!open->attempted)
		err = put_text(dir, file, &nothing);
	if (err == -EREMCHG)
		return err;
	if (err < 0)
		log_write(LOG_LEVEL_WARNING, "settings/%s: %s",
			  file->marks.name ? file->marks.name : "",
			  fail_reason());
	if (!file->marks.unsettled || file->users > 0 || !file->marks.name)
		return 0;
	if (is_on_chip(dir, file))
		file->marks.unsettled = false;
	else
		settings_remove(dir->shown, file->marks.name);
	dir_update(dir);
	return 0;
}

int settings_dir_close(struct settings_dir *dir, struct setting_open *open)
{
	int err = 0;

	open->file->users--;
	if (check_chip(dir, open) == 0 && dir->shown)
		err = finish(dir, open);
	if (err < 0)
		open->file->users++;
	else
		free(open);
	return err;
}

void settings_dir_give_up(struct settings_dir *dir, struct setting_open *open)
{
	open->attempted = true;
	settings_dir_close(dir, open);
}

uint64_t setting_open_file(const struct setting_open *open)
{
	return open->file->marks.name ? open->file->id : 0;
}

struct content *setting_open_content(const struct setting_open *open)
{
	return open->file->content;
}

static int too_long(void)
{
	return fail_because(EFBIG,
			    "the value would be longer than %d bytes: no "
			    "chip can hold it",
			    SETTING_FILE_MAX);
}

/* What a write makes of the content that is there. */
static int put_in(const struct setting_open *open, const struct bytes *data,
		  off_t offset, struct bytes *text)
{
	const struct content *now = open->file->content;
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
	struct setting_file *file = open->file;
	struct bytes text = BYTES_INIT;
	int err;

	open->attempted = true;
	err = check_chip(dir, open);
	if (err == 0)
		err = put_in(open, data, offset, &text);
	if (err == 0)
		err = put_text(dir, file, &text);
	bytes_free(&text);
	if (err == 0) {
		open->fresh = false;
	} else if (err != -EREMCHG && file->marks.unsettled &&
		   is_on_chip(dir, file)) {
		/* What was there before O_TRUNC is there again. */
		file->marks.unsettled = false;
		dir_update(dir);
	}
	return err;
}

int settings_dir_resize(struct settings_dir *dir, const char *name,
			struct setting_open *open, off_t size)
{
	struct setting_file *file;
	struct bytes text = BYTES_INIT;
	int err;

	if (size > SETTING_FILE_MAX)
		return too_long();
	err = dir_file_of(dir, name, open, &file);
	if (err < 0)
		return err;
	if (open && size == 0)
		return make_empty(dir, open);
	err = bytes_set(&text, file->content->bytes.data,
			file->content->bytes.len);
	if (err == 0 && text.len != (size_t)size) {
		err = bytes_resize(&text, (size_t)size);
		if (err == 0)
			err = put_text(dir, file, &text);
		if (err == 0 && open)
			open->fresh = false;
	}
	bytes_free(&text);
	return err;
}

int dir_settle(struct settings_dir *dir, struct setting_file *file)
{
	struct bytes nothing = BYTES_INIT;

	return file->marks.unsettled ? put_text(dir, file, &nothing) : 0;
}

int settings_dir_settle(struct settings_dir *dir, const char *name,
			struct setting_open *open)
{
	struct setting_file *file;
	int err = dir_file_of(dir, name, open, &file);

	return err < 0 ? err : dir_settle(dir, file);
}

static int apply_remove(struct settings_dir *dir, struct settings *next,
			struct change *change)
{
	(void)dir;
	free(change->after.name);
	free(change->after.origin);
	change->after.name = NULL;
	change->after.origin = NULL;
	return settings_remove(next, change->file->marks.name);
}

int settings_dir_remove(struct settings_dir *dir, const char *name)
{
	struct change change = { .apply = apply_remove };
	int err = dir_file_of(dir, name, NULL, &change.file);

	return err < 0 ? err : dir_change(dir, &change);
}

static int apply_type(struct settings_dir *dir, struct settings *next,
		      struct change *change)
{
	(void)dir;
	return settings_set_type(next, change->file->marks.name, change->name);
}

int settings_dir_set_type(struct settings_dir *dir, const char *name,
			  const char *type)
{
	struct change change = { .apply = apply_type, .name = type };
	int err = dir_file_of(dir, name, NULL, &change.file);

	if (err == 0)
		err = dir_settle(dir, change.file);
	return err < 0 ? err : dir_change(dir, &change);
}

/* What is no map is refused as a value, not as the chip's state. */
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
	struct settings *map;
	int err;

	err = decode_map(etf, &map);
	if (err < 0)
		return err;
	err = dir_look(dir, false);
	if (err == 0 || err == -EUCLEAN)
		err = nerveskey_settings_write(dir->key, map);
	if (err < 0) {
		settings_free(map);
		return err;
	}
	for (struct setting_file *f = dir->first; f; f = f->next) {
		free(f->marks.origin);
		f->marks.origin = NULL;
	}
	return dir_look(dir, false);
}
