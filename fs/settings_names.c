/* SPDX-License-Identifier: Apache-2.0 */
/* Renaming in settings/. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <linux/fs.h>

#include "error.h"
#include "settings_dir_private.h"
#include "settings_names.h"

/* Exchange the value of a key and the content of a temporary file. */
static int exchange_texts(struct settings *next, const char *key,
			  const char *scratch)
{
	struct bytes old = BYTES_INIT, new = BYTES_INIT;
	int err;

	err = settings_get(next, key, &old);
	if (err == 0)
		err = settings_get(next, scratch, &new);
	if (err == 0)
		err = settings_put(next, key, &new);
	if (err == 0)
		err = settings_remove(next, scratch);
	if (err == 0)
		err = settings_put(next, scratch, &old);
	bytes_free(&new);
	bytes_free(&old);
	return err;
}

static void swap_names(struct change *change)
{
	struct setting_marks a = change->marks, b = change->other_marks;

	change->marks.name = b.name;
	change->marks.scratch = b.scratch;
	change->other_marks.name = a.name;
	change->other_marks.scratch = a.scratch;
}

static int apply_exchange(struct change *change)
{
	const struct setting_marks *a = &change->file->marks;
	const struct setting_marks *b = &change->other->marks;
	int err;

	if (a->scratch != b->scratch && (a->origin || b->origin))
		return fail_because(
			EINVAL,
			"%s cannot be exchanged: it holds the value "
			"that the chip has for %s, until %s is written "
			"anew",
			a->origin ? a->name : b->name,
			a->origin ? a->origin : b->origin,
			a->origin ? a->origin : b->origin);
	err = change_settle(change, change->other, &change->other_marks);
	if (err < 0)
		return err;
	swap_names(change);
	if (a->scratch == b->scratch)
		return settings_exchange(change->shown, a->name, b->name);
	return a->scratch ? exchange_texts(change->shown, b->name, a->name)
			  : exchange_texts(change->shown, a->name, b->name);
}

/* Make the content of a temporary file the text of a key. */
static int move_text(struct settings_dir *dir, struct settings *next,
		     const char *from, const char *to)
{
	struct bytes text = BYTES_INIT;
	int err = settings_get(next, from, &text);

	if (err == 0 && !settings_type(next, to))
		err = settings_copy(next, dir->stored, to);
	if (err == 0)
		err = settings_put(next, to, &text);
	if (err == 0)
		err = settings_remove(next, from);
	bytes_free(&text);
	return err;
}

/* Set its new name, and the key that it stands for there. */
static int mark_move(struct settings_dir *dir, struct change *change,
		     const char *to, bool scratch)
{
	struct setting_marks *after = &change->marks;
	char *name = strdup(to);

	if (!name)
		return -ENOMEM;
	if (!scratch) {
		free(after->origin);
		after->origin = NULL;
	} else if (!after->scratch && settings_type(dir->stored, after->name)) {
		free(after->origin);
		after->origin = after->name;
		after->name = NULL;
	}
	free(after->name);
	after->name = name;
	after->scratch = scratch;
	marks_unname(&change->other_marks);
	return 0;
}

static int apply_rename(struct settings_dir *dir, struct change *change,
			const char *to)
{
	struct settings *next = change->shown;
	const struct setting_marks *from = &change->file->marks;
	bool scratch = change->other ? change->other->marks.scratch
				     : scratch_name(to, false);
	bool is_typed =
		settings_type(next, to) || settings_type(dir->stored, to);
	int err = mark_move(dir, change, to, scratch);

	if (err < 0)
		return err;
	if (from->scratch && !scratch && !from->origin && is_typed)
		return move_text(dir, next, from->name, to);
	return settings_rename(next, from->name, to);
}

static int make_rename(struct settings_dir *dir, struct change *change,
		       const char *to, unsigned int flags)
{
	int err;

	if (change->other && (flags & RENAME_NOREPLACE))
		return -EEXIST;
	if (!change->other && (flags & RENAME_EXCHANGE))
		return -ENOENT;
	err = change->other ? 0 : settings_name_parse(to, NULL);
	if (err == 0)
		err = change_begin(dir, change);
	/* A file that was created and not written is stored by its new name. */
	if (err == 0)
		err = change_settle(change, change->file, &change->marks);
	if (err < 0)
		return err;
	return flags & RENAME_EXCHANGE ? apply_exchange(change)
				       : apply_rename(dir, change, to);
}

int settings_dir_rename(struct settings_dir *dir, const char *from,
			const char *to, unsigned int flags)
{
	struct change change = { .file = NULL };
	int err;

	if (flags & ~(unsigned int)(RENAME_NOREPLACE | RENAME_EXCHANGE))
		return -EINVAL;
	err = dir_file_of(dir, from, NULL, &change.file);
	if (err < 0)
		return err;
	change.other = dir_find(dir, to);
	if (change.other == change.file)
		return 0;
	err = make_rename(dir, &change, to, flags);
	return change_end(dir, &change, err);
}
