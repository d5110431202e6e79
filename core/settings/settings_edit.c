/* SPDX-License-Identifier: Apache-2.0 */
/* Operations of files on the map: read, write, unlink, rename, set type. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <linux/fs.h>

#include "error.h"
#include "etf.h"
#include "settings_map.h"
#include "settings_names.h"
#include "settings_text.h"

static int no_such(const char *name)
{
	return fail_because(ENOENT,
			    "there is no setting \"%s\": settings/ lists "
			    "those that exist",
			    name);
}

static void remove_entry(struct settings *settings, struct entry *entry)
{
	size_t index = (size_t)(entry - settings->entries);

	entry_free(entry);
	settings->count--;
	memmove(entry, entry + 1,
		(settings->count - index) * sizeof(*settings->entries));
}

int settings_get(const struct settings *settings, const char *name,
		 struct bytes *text)
{
	const struct entry *entry = entry_find(settings, name);

	return entry ? value_show(&entry->value, text) : no_such(name);
}

int settings_name_check(const char *name)
{
	struct bytes key = BYTES_INIT;
	int err = settings_name_parse(name, &key);

	bytes_free(&key);
	return err;
}

/* Sets name and key of `entry`, but no value. */
static int new_entry(const char *name, struct entry *entry)
{
	int err = settings_name_parse(name, &entry->key);

	return err < 0 ? err : bytes_set(&entry->name, name, strlen(name));
}

/* Whether `text` is what value_show() gives, with or without a newline. */
static int shows_as(const struct bytes *value, const struct bytes *text,
		    bool *same)
{
	struct bytes shown = BYTES_INIT;
	int err = value_show(value, &shown);

	if (err == 0 && text->len == shown.len + 1 &&
	    text->data[shown.len] == '\n' &&
	    strcmp(value_type(value), "binary") != 0)
		err = bytes_append(&shown, "\n", 1);
	*same = err == 0 && bytes_equal(&shown, text);
	bytes_free(&shown);
	return err;
}

static int change(struct entry *entry, const struct bytes *text)
{
	bool same = false;
	int err = shows_as(&entry->value, text, &same);

	if (err < 0 || same)
		return err;
	return value_parse(value_type(&entry->value), text, &entry->value);
}

int settings_put(struct settings *settings, const char *name,
		 const struct bytes *text)
{
	struct entry *old = entry_find(settings, name), entry = { 0 };
	int err;

	if (old)
		return change(old, text);
	err = new_entry(name, &entry);
	if (err == 0)
		err = value_parse("binary", text, &entry.value);
	if (err == 0)
		err = entry_append(settings, &entry);
	entry_free(&entry);
	return err;
}

int settings_copy(struct settings *settings, const struct settings *from,
		  const char *name)
{
	const struct entry *old = entry_find(from, name);
	struct entry entry = { 0 };
	int err;

	if (!old)
		return no_such(name);
	err = bytes_set(&entry.name, old->name.data, old->name.len);
	if (err == 0)
		err = bytes_set(&entry.key, old->key.data, old->key.len);
	if (err == 0)
		err = bytes_set(&entry.value, old->value.data, old->value.len);
	if (err == 0)
		err = entry_append(settings, &entry);
	entry_free(&entry);
	return err;
}

int settings_remove(struct settings *settings, const char *name)
{
	struct entry *entry = entry_find(settings, name);

	if (!entry)
		return no_such(name);
	remove_entry(settings, entry);
	return 0;
}

static int exchange(struct entry *a, struct entry *b)
{
	struct bytes value = a->value;

	a->value = b->value;
	b->value = value;
	return 0;
}

/* Put the new key in the place of the old one, so that other keys stay. */
static int rename_entry(struct entry *old, const char *to)
{
	struct entry entry = { 0 };
	int err = new_entry(to, &entry);

	if (err == 0) {
		bytes_move(&old->name, &entry.name);
		bytes_move(&old->key, &entry.key);
	}
	entry_free(&entry);
	return err;
}

int settings_rename(struct settings *settings, const char *from, const char *to,
		    unsigned int flags)
{
	struct entry *old = entry_find(settings, from);
	struct entry *other = entry_find(settings, to);

	if (flags > RENAME_EXCHANGE)
		return fail_because(
			EINVAL,
			"renameat2(2) was called with flags %#x: settings/ "
			"supports 0, RENAME_NOREPLACE or RENAME_EXCHANGE",
			flags);
	if (!old)
		return no_such(from);
	if (flags == RENAME_EXCHANGE)
		return other ? exchange(old, other) : no_such(to);
	if (other && flags == RENAME_NOREPLACE)
		return fail_because(
			EEXIST,
			"a setting \"%s\" exists already: remove it, or "
			"rename without RENAME_NOREPLACE",
			to);
	if (other == old)
		return 0;
	if (other) {
		bytes_move(&other->value, &old->value);
		remove_entry(settings, old);
		return 0;
	}
	return rename_entry(old, to);
}

const char *settings_type(const struct settings *settings, const char *name)
{
	const struct entry *entry = entry_find(settings, name);

	return entry ? value_type(&entry->value) : NULL;
}

int settings_set_type(struct settings *settings, const char *name,
		      const char *type)
{
	struct entry *entry = entry_find(settings, name);
	struct bytes text = BYTES_INIT, value = BYTES_INIT;
	int err;

	if (!entry)
		return no_such(name);
	if (strcmp(value_type(&entry->value), type) == 0)
		return 0;
	err = value_show(&entry->value, &text);
	if (err == 0)
		err = text.len == 0 ? value_blank(type, &value)
				    : value_parse(type, &text, &value);
	if (err == 0)
		bytes_move(&entry->value, &value);
	bytes_free(&text);
	bytes_free(&value);
	return err;
}
