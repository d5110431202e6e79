/* SPDX-License-Identifier: Apache-2.0 */
#include "settings_rename.h"

#include <errno.h>
#include <string.h>
#include <linux/fs.h>

#include "chip.h"
#include "settings.h"
#include "settings_text.h"

/*
 * Give the file another name. An existing key keeps its type, unless the file is a
 * key of the map, too.
 */
static int move(struct settings_shown *next, struct setting_shown *file,
		struct content *name, bool scratch)
{
	const char *to = content_text(name), *type = file->type;
	const char *key = file->key ? content_text(file->key) : NULL;
	/* Where two files stand for a key, it stays with the other one. */
	const bool has_key = key && settings_type(next->map, key) &&
			     !setting_rival(next, file);
	const bool is_stored =
		has_key && setting_is_key(file) && !file->pending;
	const bool is_new = !has_key && !settings_type(next->map, to);
	int err = 0;

	if (!scratch && has_key)
		err = settings_rename(next->map, key, to);
	content_replace(&file->name, content_ref(name));
	if (!scratch || !has_key)
		content_replace(&file->key, scratch ? NULL : content_ref(name));
	if (err < 0 || scratch) {
		file->pending = false;
		return err;
	}
	setting_claim(next, file);
	if (!is_stored)
		err = setting_store(next, file);
	if (err == 0 && is_new)
		err = settings_set_type(next->map, to, type);
	return err < 0 || !is_new ? err : setting_reread(next, file);
}

static int exchange_keys(struct settings_shown *next, struct setting_shown *a,
			 struct setting_shown *b)
{
	const struct setting_shown before = *a;
	int err = a->pending ? setting_store(next, a) : 0;

	if (err == 0 && b->pending)
		err = setting_store(next, b);
	if (err == 0)
		err = settings_exchange(next->map, content_text(a->name),
					content_text(b->name));
	a->name = b->name;
	a->key = b->key;
	b->name = before.name;
	b->key = before.key;
	return err;
}

/* The file that becomes temporary goes first. */
static int exchange(struct settings_shown *next, struct setting_shown *a,
		    struct setting_shown *b)
{
	const bool is_key = setting_is_key(a);
	struct content *name;
	int err;

	if (!is_key && setting_is_key(b))
		return exchange(next, b, a);
	if (setting_is_key(b))
		return exchange_keys(next, a, b);
	name = content_ref(a->name);
	err = move(next, a, b->name, true);
	if (err == 0)
		err = move(next, b, name, !is_key);
	content_unref(name);
	return err;
}

/* `other` has the new name, or is NULL. */
static int replace(struct settings_shown *next, struct setting_shown *file,
		   struct setting_shown *other, const char *to)
{
	bool scratch = other ? !setting_is_key(other) : scratch_name(to, false);
	struct content *name = other ? content_ref(other->name) : NULL;
	BYTES_LOCAL(text);
	int err = other ? 0 : settings_name_parse(to, NULL);

	if (err == 0 && !other)
		err = bytes_set(&text, to, strlen(to));
	if (err == 0 && !other)
		err = content_new(&text, &name);
	if (err == 0)
		err = move(next, file, name, scratch);
	if (err == 0 && other)
		setting_remove(next, other);
	content_unref(name);
	return err;
}

int rename_setting(struct chip *chip, struct request *request)
{
	const unsigned int flags = (unsigned int)request->flags;
	struct settings_dir *dir = chip->settings;
	struct setting_shown *file, *other;
	int err;

	if (flags & ~(unsigned int)(RENAME_NOREPLACE | RENAME_EXCHANGE))
		return -EINVAL;
	err = settings_dir_begin(dir, request->name, &file);
	if (err < 0)
		return err;
	other = shown_find(dir->next, request->target, 0);
	if (other == file)
		return 0;
	if (other && (flags & RENAME_NOREPLACE))
		return -EEXIST;
	if (!other && (flags & RENAME_EXCHANGE))
		return -ENOENT;
	err = flags & RENAME_EXCHANGE
		      ? exchange(dir->next, file, other)
		      : replace(dir->next, file, other, request->target);
	return err < 0 ? err : settings_dir_end(dir, request, file);
}
