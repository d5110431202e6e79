/* SPDX-License-Identifier: Apache-2.0 */
#include "settings_dir.h"

#include <errno.h>
#include <stdlib.h>

#include "chip_settings.h"
#include "error.h"
#include "cache.h"
#include "request.h"
#include "reread.h"
#include "settings.h"
#include "view.h"

int settings_dir_new(struct nerveskey *key, struct settings_dir **out)
{
	struct settings_dir *dir = calloc(1, sizeof(*dir));

	if (!dir)
		return -ENOMEM;
	if (shown_copy(&(struct settings_shown){ 0 }, NULL, &dir->now) < 0) {
		free(dir);
		return -ENOMEM;
	}
	dir->key = key;
	dir->chip = nerveskey_chip_number(key);
	dir->error = -ENODATA;
	*out = dir;
	return 0;
}

void settings_dir_free(struct settings_dir *dir)
{
	shown_unref(dir->now);
	free(dir);
}

static void end_with(struct settings_dir *dir, bool success)
{
	shown_unref(success ? dir->now : dir->next);
	if (success)
		dir->now = dir->next;
	dir->next = NULL;
}

/* Show the chip's map, or no files at all: those that are open count as removed. */
static int follow(struct settings_dir *dir, struct content *etf)
{
	struct settings *map = NULL;
	int err = 0;

	if (etf)
		err = settings_decode(etf->bytes.data, etf->bytes.len, &map);
	if (err == 0)
		err = shown_copy(dir->now, map, &dir->next);
	if (err < 0)
		return err;
	content_replace(&dir->next->etf, content_ref(etf));
	err = shown_follow(dir->next, &dir->last_id);
	end_with(dir, err == 0);
	return err;
}

/* `err` and `etf` are the result of reading the chip's map. */
static int found(struct settings_dir *dir, int err, struct content *etf)
{
	uint64_t chip = nerveskey_chip_number(dir->key);
	bool is_lost = err == -ENODATA || err == -EUCLEAN;

	if (err == -EREMCHG)
		return err;
	if ((dir->chip != chip || is_lost) && follow(dir, NULL) < 0)
		return -ENOMEM;
	dir->chip = chip;
	dir->error = err;
	if (err < 0 ||
	    (dir->now->etf && bytes_equal(&dir->now->etf->bytes, &etf->bytes)))
		return err;
	return follow(dir, etf);
}

int settings_dir_refresh(struct settings_dir *dir)
{
	struct content *etf = NULL;
	int err = nerveskey_settings(dir->key, &etf);

	if (err == 0)
		dir->seen_ms = now_ms();
	return found(dir, err, etf);
}

int settings_dir_find(struct settings_dir *dir)
{
	int err = settings_dir_refresh(dir);

	if (err == 0 && nerveskey_is_another(dir->key))
		err = fail_because(ENODEV,
				   "another chip answers now than when the "
				   "name was looked up: look at `status`, and "
				   "try again");
	return err;
}

/* Make sure that a map is known, of any age. */
static int know(struct settings_dir *dir)
{
	struct content *etf = NULL;
	int err = nerveskey_settings_known(dir->key, &etf);

	return found(dir, err, etf);
}

static int begin_copy(struct settings_dir *dir)
{
	struct settings *map;
	int err = settings_clone(dir->now->map, &map);

	return err < 0 ? err : shown_copy(dir->now, map, &dir->next);
}

/*
 * A file that was emptied has its old value again after a refused write, or if it
 * is closed; a new one disappears when it is closed.
 */
static int give_back(struct settings_dir *dir, uint64_t id)
{
	struct setting_shown *file = shown_find(dir->now, NULL, id);
	bool is_stored;
	int err;

	if (!file || !file->pending)
		return 0;
	is_stored = settings_type(dir->now->map, content_text(file->name));
	if (!is_stored && file->users > 0)
		return 0;
	err = begin_copy(dir);
	if (err < 0)
		return err;
	file = shown_find(dir->next, NULL, id);
	if (is_stored)
		err = setting_reread(dir->next, file);
	else
		setting_remove(dir->next, file);
	end_with(dir, err == 0);
	return err;
}

void settings_dir_show(struct settings_dir *dir, struct view *view)
{
	/* Without memory, try it again after the next request. */
	if (dir->doubtful && give_back(dir, dir->doubtful) == 0)
		dir->doubtful = 0;
	view->settings_error = dir->error;
	if (!dir->now->map || dir->chip != nerveskey_chip_number(dir->key))
		return;
	view->settings_ms = dir->seen_ms;
	view->settings = shown_ref(dir->now);
}

int settings_dir_begin_open(struct settings_dir *dir,
			    const struct setting_open *open,
			    struct setting_shown **file)
{
	int err;

	if (open->chip != nerveskey_chip_number(dir->key))
		return fail_because(ENODEV,
				    "the file was opened on another chip than "
				    "the one that answers now: open it again");
	err = know(dir);
	if (err == 0)
		err = begin_copy(dir);
	if (err == 0)
		*file = shown_find(dir->next, NULL, open->id);
	return err;
}

int settings_dir_begin(struct settings_dir *dir, const char *name,
		       struct setting_shown **file)
{
	int err = settings_dir_find(dir);

	if (err == 0)
		err = begin_copy(dir);
	if (err < 0)
		return err;
	*file = shown_find(dir->next, name, 0);
	return *file ? 0 : -ENOENT;
}

int settings_dir_begin_anew(struct settings_dir *dir, struct settings *map)
{
	int err = know(dir);

	if (err < 0 && err != -EUCLEAN)
		settings_free(map);
	else
		err = shown_copy(dir->now, map, &dir->next);
	if (err < 0)
		return err;
	content_replace(&dir->next->etf, NULL); /* store it in any case */
	return shown_follow(dir->next, &dir->last_id);
}

int settings_dir_end(struct settings_dir *dir, struct request *request,
		     const struct setting_shown *file)
{
	struct settings_shown *next = dir->next;
	BYTES_LOCAL(term);
	int err;

	if (next->etf)
		settings_arrange(next->map, dir->now->map);
	err = settings_encode(next->map, &term);
	if (err == 0)
		err = content_update(&next->etf, &term);
	if (err < 0 || !request->open)
		return err;
	return bytes_set(&request->reply, file->content->bytes.data,
			 file->content->bytes.len);
}

int settings_dir_commit(struct settings_dir *dir, int err)
{
	if (err == 0 && dir->next && dir->next->etf != dir->now->etf) {
		err = nerveskey_settings_write(dir->key, dir->next->etf);
		dir->error = err == 0 ? 0 : dir->error;
		dir->seen_ms = err == 0 ? now_ms() : dir->seen_ms;
	}
	if (dir->next)
		end_with(dir, err == 0);
	return err;
}

void settings_dir_over(struct settings_dir *dir, int err)
{
	struct setting_open *user = dir->user;

	if (!user)
		return;
	user->refused |= err < 0;
	user->fresh &= err < 0;
	shown_find(dir->now, NULL, user->id)->users -= dir->closes;
	dir->doubtful = user->id;
	if (dir->closes)
		free(user);
	dir->user = NULL;
	dir->closes = false;
}
