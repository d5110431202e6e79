/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names in settings/: removing, renaming, listing. One rename is one update of
 * the chip, or none when it stays in memory.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "settings_private.h"

/* Two names, with a user each. `to` may be NULL. */
struct move {
	struct setting_file *from, *to;
	const char *name;     /* where it goes */
	struct bytes content; /* for those who have `name` open until then */
};

/* The key that a scratch file stands for goes with it. */
static int remove_hidden(struct settings_files *files,
			 const struct setting_file *file)
{
	int err;

	if (!file->key)
		return 0;
	err = nerveskey_setting_remove(files->key, file->key);
	return err == -ENOENT ? 0 : err;
}

static int remove_file(struct settings_files *files, struct setting_file *file)
{
	struct bytes content = BYTES_INIT;
	int err;

	/* Somebody may have it open, or open it while the chip works. */
	err = setting_content(files, file, &content);
	if (err == 0 && file->kind == SETTING_STORED)
		err = nerveskey_setting_remove(files->key, file->name);
	else if (err == 0)
		err = remove_hidden(files, file);
	if (err == 0) {
		pthread_mutex_lock(&files->lock);
		table_retire(files, file->name, &content);
		pthread_mutex_unlock(&files->lock);
	}
	bytes_free(&content);
	return err;
}

int settings_files_remove(struct settings_files *files, const char *name)
{
	struct setting_file *file;
	int err;

	err = setting_turn(files);
	if (err < 0)
		return err;
	err = setting_acquire(files, name, &file);
	if (err == 0) {
		err = remove_file(files, file);
		setting_release(files, file);
	}
	fair_lock_give(&files->turn);
	return err;
}

/* A key gets a scratch name: its value is copied, and the chip keeps it. */
static int stored_to_scratch(struct settings_files *files, struct move *move)
{
	struct setting_file *file = move->from;
	struct bytes content = BYTES_INIT;
	const char *type;
	char *key;
	int err;

	key = strdup(file->name);
	if (!key)
		return -ENOMEM;
	err = setting_content(files, file, &content);
	if (err == 0)
		err = nerveskey_setting_type(files->key, key, &type);
	pthread_mutex_lock(&files->lock);
	if (err == 0 && !move->to)
		err = table_scratch_room(files);
	if (err == 0) {
		bytes_move(&file->content, &content);
		file->kind = SETTING_SCRATCH;
		file->emptied = false;
		file->type = type;
		file->key = key;
		key = NULL;
	}
	pthread_mutex_unlock(&files->lock);
	bytes_free(&content);
	free(key);
	return err;
}

/* Still what the key that it was renamed from holds, term and all. */
static bool is_untouched(struct settings_files *files,
			 const struct setting_file *file)
{
	struct bytes value = BYTES_INIT;
	bool same;

	same = file->key &&
	       nerveskey_setting_get(files->key, file->key, &value) == 0 &&
	       bytes_equal(&value, &file->content);
	bytes_free(&value);
	return same;
}

/* A scratch file becomes a key, mostly over the old one. */
static int scratch_to_stored(struct settings_files *files, struct move *move)
{
	struct setting_file *file = move->from;
	bool elsewhere = file->key && strcmp(file->key, move->name) != 0;
	int err;

	if (is_untouched(files, file)) {
		err = elsewhere ? nerveskey_setting_rename(
					  files->key, file->key, move->name, 0)
				: 0;
	} else {
		err = nerveskey_setting_put(files->key, move->name,
					    &file->content);
		if (err == 0 && elsewhere)
			err = remove_hidden(files, file);
	}
	if (err < 0)
		return err;
	pthread_mutex_lock(&files->lock);
	file->kind = SETTING_STORED;
	bytes_free(&file->content);
	free(file->key);
	file->key = NULL;
	file->type = NULL;
	pthread_mutex_unlock(&files->lock);
	return 0;
}

static int stored_to_stored(struct settings_files *files, struct move *move)
{
	return nerveskey_setting_rename(files->key, move->from->name,
					move->name, 0);
}

static int stay_scratch(struct settings_files *files, struct move *move)
{
	(void)files;
	(void)move;
	return 0;
}

static int (*const movers[2][2])(struct settings_files *files,
				 struct move *move) = {
	/* [from scratch][to scratch] */
	{ stored_to_stored, stored_to_scratch },
	{ scratch_to_stored, stay_scratch },
};

static int replace(struct settings_files *files, struct move *move)
{
	bool from = move->from->kind == SETTING_SCRATCH;
	bool to = move->to ? move->to->kind == SETTING_SCRATCH
			   : scratch_name(move->name, false);
	char *name = strdup(move->name);
	int err = name ? 0 : -ENOMEM;

	/* A new name may be opened as soon as the chip has it. */
	if (err == 0)
		err = setting_content(files, move->to ? move->to : move->from,
				      &move->content);
	if (err == 0)
		err = movers[from][to](files, move);
	if (err == 0) {
		pthread_mutex_lock(&files->lock);
		table_retire(files, move->name, &move->content);
		if (!to)
			table_unhide(files, move->name);
		free(move->from->name);
		move->from->name = name;
		name = NULL;
		pthread_mutex_unlock(&files->lock);
	}
	free(name);
	return err;
}

static void swap_names(struct settings_files *files, struct move *move)
{
	char *name;

	pthread_mutex_lock(&files->lock);
	name = move->from->name;
	move->from->name = move->to->name;
	move->to->name = name;
	pthread_mutex_unlock(&files->lock);
}

/* One of the two is a key: its value and the scratch file's change places. */
static int exchange_scratch(struct settings_files *files,
			    struct setting_file *scratch,
			    struct setting_file *stored)
{
	struct bytes old = BYTES_INIT;
	int err;

	if (scratch->key)
		return fail_because(EINVAL, "%s still stands for %s",
				    scratch->name, scratch->key);
	err = setting_content(files, stored, &old);
	if (err == 0)
		err = nerveskey_setting_put(files->key, stored->name,
					    &scratch->content);
	if (err == 0) {
		pthread_mutex_lock(&files->lock);
		bytes_free(&scratch->content);
		scratch->kind = SETTING_STORED;
		bytes_move(&stored->content, &old);
		stored->kind = SETTING_SCRATCH;
		stored->emptied = false;
		pthread_mutex_unlock(&files->lock);
	}
	bytes_free(&old);
	return err;
}

static int exchange(struct settings_files *files, struct move *move)
{
	bool from = move->from->kind == SETTING_SCRATCH;
	bool to = move->to->kind == SETTING_SCRATCH;
	int err = 0;

	if (from && !to)
		err = exchange_scratch(files, move->from, move->to);
	else if (to && !from)
		err = exchange_scratch(files, move->to, move->from);
	else if (!from)
		err = nerveskey_setting_rename(files->key, move->from->name,
					       move->name, RENAME_EXCHANGE);
	if (err == 0)
		swap_names(files, move);
	return err;
}

/* What was created and not written has to be somewhere before it can move. */
static int move_file(struct settings_files *files, struct move *move,
		     unsigned int flags)
{
	int err;

	if (move->to && (flags & RENAME_NOREPLACE))
		return -EEXIST;
	if (!move->to && (flags & RENAME_EXCHANGE))
		return -ENOENT;
	err = move->to ? 0 : nerveskey_setting_name_check(move->name);
	if (err == 0)
		err = setting_settle(files, move->from);
	if (err < 0 || !(flags & RENAME_EXCHANGE))
		return err < 0 ? err : replace(files, move);
	err = setting_settle(files, move->to);
	return err < 0 ? err : exchange(files, move);
}

int settings_files_rename(struct settings_files *files, const char *from,
			  const char *to, unsigned int flags)
{
	struct move move = { .name = to };
	int err;

	if (flags & ~(unsigned int)(RENAME_NOREPLACE | RENAME_EXCHANGE))
		return -EINVAL;
	err = setting_turn(files);
	if (err < 0)
		return err;
	err = setting_acquire(files, from, &move.from);
	if (err < 0)
		goto give;
	err = setting_acquire(files, to, &move.to);
	if (err == -ENOENT)
		err = 0;
	if (err == 0 && move.from != move.to)
		err = move_file(files, &move, flags);
	if (move.to)
		setting_release(files, move.to);
	setting_release(files, move.from);
	bytes_free(&move.content);
give:
	fair_lock_give(&files->turn);
	return err;
}

struct listing {
	struct settings_files *files;
	int (*each)(void *context, const char *name);
	void *context;
};

static int list_stored(void *context, const char *name)
{
	const struct listing *listing = context;
	struct settings_files *files = listing->files;
	struct setting_file *file;
	bool hidden;

	pthread_mutex_lock(&files->lock);
	file = table_find(files, name);
	hidden = table_hides(files, name) ||
		 (file && file->kind != SETTING_STORED);
	pthread_mutex_unlock(&files->lock);
	return hidden ? 0 : listing->each(listing->context, name);
}

int settings_files_list(struct settings_files *files,
			int (*each)(void *context, const char *name),
			void *context)
{
	struct listing listing = { files, each, context };
	int ret;

	ret = nerveskey_settings_each(files->key, list_stored, &listing);
	/* No place for settings yet: nothing is in it. */
	if (ret != 0 && ret != -ENODATA)
		return ret;
	ret = 0;
	pthread_mutex_lock(&files->lock);
	for (struct setting_file *f = files->first; f && ret == 0; f = f->next)
		if (f->kind == SETTING_NEW || f->kind == SETTING_SCRATCH)
			ret = each(context, f->name);
	pthread_mutex_unlock(&files->lock);
	return ret;
}
