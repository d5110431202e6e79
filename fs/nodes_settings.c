/* SPDX-License-Identifier: Apache-2.0 */
/* settings/ and settings.etf: the map as files and as a whole. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "nodes.h"
#include "settings.h"
#include "settings_text.h"
#include "settings_rename.h"

/* Longer files than this are refused, in memory as on the chip. */
#define FILE_MAX      65536
#define SCRATCH_FILES 64

/* The time of an update and of finishing an interrupted one. */
#define UPDATE_MS 15000

static bool settings_are_old(const struct view *view)
{
	return is_due(view, view->settings_ms);
}

/* The front takes the map from what is published then. */
static int load_settings(struct chip *chip, struct request *request)
{
	(void)request;
	return settings_dir_refresh(chip->settings);
}

/* A process that looks up a name may have meant the chip before. */
static int find_setting(struct chip *chip, struct request *request)
{
	(void)request;
	return settings_dir_find(chip->settings);
}

static int begin(struct settings_dir *dir, const struct request *request,
		 struct setting_shown **file)
{
	return request->open ? settings_dir_begin_open(dir, request->open, file)
			     : settings_dir_begin(dir, request->name, file);
}

static int scratch_room(const struct settings_shown *shown)
{
	size_t count = 0;

	for (size_t i = 0; i < shown->count; i++)
		count += shown->files[i].name &&
			 !setting_is_key(&shown->files[i]);
	if (count < SCRATCH_FILES)
		return 0;
	return fail_because(ENOSPC,
			    "settings/ holds %d temporary files already, "
			    "which is the most: remove some",
			    SCRATCH_FILES);
}

static int create(struct settings_dir *dir, const struct request *request,
		  struct setting_shown **file)
{
	bool scratch = scratch_name(request->name, request->flags & O_EXCL);
	int err = settings_name_parse(request->name, NULL);

	if (err == 0 && scratch)
		err = scratch_room(dir->next);
	if (err == 0)
		err = shown_add(dir->next, request->name, ++dir->last_id, file);
	if (err < 0)
		return err;
	clock_gettime(CLOCK_REALTIME, &(*file)->changed);
	if (scratch)
		return 0;
	(*file)->key = content_ref((*file)->name);
	(*file)->pending = true;
	return 0;
}

/* Empty the file for readers, but do not store that. */
static int make_empty(struct setting_shown *file)
{
	BYTES_LOCAL(nothing);

	file->pending = setting_is_key(file);
	return content_update(&file->content, &nothing);
}

static int open_setting(struct chip *chip, struct request *request)
{
	struct settings_dir *dir = chip->settings;
	struct setting_open *open;
	struct setting_shown *file;
	int err = settings_dir_begin(dir, request->name, &file);

	if (err == 0 && (request->flags & O_CREAT) && (request->flags & O_EXCL))
		return -EEXIST;
	if (err == -ENOENT && (request->flags & O_CREAT))
		err = create(dir, request, &file);
	if (err == 0 && (request->flags & O_TRUNC))
		err = make_empty(file);
	if (err == 0)
		err = bytes_set(&request->reply, file->content->bytes.data,
				file->content->bytes.len);
	if (err < 0)
		return err;
	open = malloc(sizeof(*open));
	if (!open)
		return -ENOMEM;
	*open = (struct setting_open){ .chip = dir->chip,
				       .id = file->id,
				       .flags = request->flags,
				       .fresh = request->flags & O_TRUNC };
	file->users++;
	request->open = open;
	return 0;
}

static int too_long(void)
{
	return fail_because(EFBIG,
			    "the value would be longer than %d bytes: no "
			    "chip can hold it",
			    FILE_MAX);
}

/* Put written data into the present content. */
static int put_in(const struct request *request,
		  const struct setting_shown *file, struct bytes *text)
{
	const struct setting_open *open = request->open;
	const struct bytes *now = &file->content->bytes;
	const struct bytes *data = &request->data;
	off_t at = request->offset;
	int err = 0;

	if (!open->fresh)
		err = bytes_set(text, now->data, now->len);
	if (open->flags & O_APPEND)
		at = (off_t)text->len;
	if (err == 0 && at + (off_t)data->len > FILE_MAX)
		return too_long();
	if (err == 0 && text->len < (size_t)at + data->len)
		err = bytes_resize(text, (size_t)at + data->len);
	if (err == 0 && data->len > 0)
		memcpy(text->data + at, data->data, data->len);
	return err;
}

static int put_setting(struct chip *chip, struct request *request)
{
	struct settings_dir *dir = chip->settings;
	struct setting_shown *file;
	BYTES_LOCAL(text);
	int err;

	dir->user = request->open;
	err = settings_dir_begin_open(dir, request->open, &file);
	if (err == 0)
		err = put_in(request, file, &text);
	if (err == 0)
		err = content_update(&file->content, &text);
	if (err == 0)
		err = setting_store(dir->next, file);
	return err < 0 ? err : settings_dir_end(dir, request, file);
}

static int resize(struct settings_shown *next, struct setting_shown *file,
		  size_t size)
{
	const struct bytes *now = &file->content->bytes;
	BYTES_LOCAL(text);
	int err;

	if (now->len == size)
		return 0;
	err = bytes_set(&text, now->data, now->len);
	if (err == 0)
		err = bytes_resize(&text, size);
	if (err == 0)
		err = content_update(&file->content, &text);
	return err < 0 ? err : setting_store(next, file);
}

static int resize_setting(struct chip *chip, struct request *request)
{
	struct settings_dir *dir = chip->settings;
	struct setting_open *open = request->open;
	bool empties = open && request->offset == 0;
	struct setting_shown *file;
	int err;

	if (!empties)
		dir->user = open;
	if (request->offset > FILE_MAX)
		return too_long();
	err = begin(dir, request, &file);
	if (err == 0)
		err = empties ? make_empty(file)
			      : resize(dir->next, file,
				       (size_t)request->offset);
	if (err == 0)
		err = settings_dir_end(dir, request, file);
	if (err == 0 && empties) {
		open->fresh = true;
		open->refused = false;
	}
	return err;
}

static int settle_setting(struct chip *chip, struct request *request)
{
	struct settings_dir *dir = chip->settings;
	const struct setting_open *open = request->open;
	struct setting_shown *file;
	int err;

	if (open && !shown_find(dir->now, NULL, open->id)->pending)
		return 0;
	err = begin(dir, request, &file);
	if (err == 0 && file->pending)
		err = setting_store(dir->next, file);
	return err < 0 ? err : settings_dir_end(dir, request, file);
}

/* A file that is closed is stored as empty if it was not written. */
static int close_setting(struct chip *chip, struct request *request)
{
	struct settings_dir *dir = chip->settings;
	struct setting_open *open = request->open;

	dir->user = open;
	dir->closes = true;
	return open->refused ? 0 : settle_setting(chip, request);
}

static int set_type(struct chip *chip, struct request *request)
{
	struct settings_dir *dir = chip->settings;
	struct settings *map;
	struct setting_shown *file;
	bool scratch;
	int err = settings_dir_begin(dir, request->name, &file);

	if (err < 0)
		return err;
	map = dir->next->map;
	scratch = !setting_is_key(file);
	/* A temporary file is converted by way of the map. */
	if (scratch || file->pending)
		err = settings_put(map, request->name, &file->content->bytes);
	if (err == 0)
		err = settings_set_type(map, request->name,
					bytes_text(&request->data));
	if (err == 0)
		err = setting_reread(dir->next, file);
	if (err < 0)
		return err;
	if (scratch)
		settings_remove(map, request->name);
	else
		setting_claim(dir->next, file);
	return settings_dir_end(dir, request, file);
}

static int remove_setting(struct chip *chip, struct request *request)
{
	struct settings_dir *dir = chip->settings;
	struct setting_shown *file;
	int err = settings_dir_begin(dir, request->name, &file);

	if (err < 0)
		return err;
	setting_remove(dir->next, file);
	return settings_dir_end(dir, request, file);
}

static struct content *known_map(const struct view *view,
				 const struct node *node, unsigned int param)
{
	(void)node;
	(void)param;
	return view->settings ? view->settings->etf : NULL;
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

static int put_map(struct chip *chip, struct request *request)
{
	struct settings *map;
	int err;

	if (request->offset != 0)
		return fail_because(EINVAL,
				    "settings.etf is replaced by one write at "
				    "offset 0, and this one is at offset %lld: "
				    "write the whole map at once",
				    (long long)request->offset);
	err = decode_map(&request->data, &map);
	if (err == 0)
		err = settings_dir_begin_anew(chip->settings, map);
	return err < 0 ? err : settings_dir_end(chip->settings, request, NULL);
}

static const struct node setting = {
	.path = "/settings/",
	.mode = S_IFREG | 0660,
	.is_old = settings_are_old,
	.renew = load_settings,
	.load = load_settings,
	.put = put_setting,
	.put_ms = UPDATE_MS,
	.open = open_setting,
	.close = close_setting,
	.resize = resize_setting,
	.settle = settle_setting,
	.set_type = set_type,
	.is_volatile = true,
	.takes_attributes = true,
};

static const struct directory directory = {
	.child = &setting,
	.load = load_settings,
	.find = find_setting,
	.remove = remove_setting,
	.rename = rename_setting,
};

static const struct node rows[] = {
	{ .path = "/settings",
	  .mode = S_IFDIR | 0770,
	  .directory = &directory },
	{ .path = "/settings.etf",
	  .mode = S_IFREG | 0660,
	  .known = known_map,
	  .load = load_settings,
	  .is_old = settings_are_old,
	  .renew = load_settings,
	  .put = put_map,
	  .put_ms = UPDATE_MS,
	  .is_volatile = true },
};

const struct node_rows settings_nodes = { rows, sizeof(rows) / sizeof(*rows) };
