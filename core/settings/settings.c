/* SPDX-License-Identifier: Apache-2.0 */
#include "settings.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "etf.h"
#include "settings_names.h"
#include "settings_text.h"

/* Maps of more keys are hash maps to Erlang: any order is as good. */
#define SORTED_MAX 32

struct entry {
	struct bytes name, key, value; /* the last two as terms */
};

struct settings {
	struct entry *entries; /* in the order of the map */
	size_t count, cap;
};

static void entry_free(struct entry *entry)
{
	bytes_free(&entry->name);
	bytes_free(&entry->key);
	bytes_free(&entry->value);
}

int settings_new(struct settings **settings)
{
	struct settings *made = calloc(1, sizeof(*made));

	if (!made)
		return -ENOMEM;
	*settings = made;
	return 0;
}

void settings_free(struct settings *settings)
{
	if (!settings)
		return;
	for (size_t i = 0; i < settings->count; i++)
		entry_free(&settings->entries[i]);
	free(settings->entries);
	free(settings);
}

/* Room at `index`, which gets what `entry` holds; that is empty then. */
static int insert(struct settings *settings, size_t index, struct entry *entry)
{
	if (settings->count == settings->cap) {
		size_t cap = settings->cap ? 2 * settings->cap : 16;
		struct entry *entries =
			reallocarray(settings->entries, cap, sizeof(*entries));

		if (!entries)
			return -ENOMEM;
		settings->entries = entries;
		settings->cap = cap;
	}
	memmove(settings->entries + index + 1, settings->entries + index,
		(settings->count - index) * sizeof(*settings->entries));
	settings->entries[index] = *entry;
	settings->count++;
	*entry = (struct entry){ 0 };
	return 0;
}

static struct entry *find(const struct settings *settings, const char *name)
{
	for (size_t i = 0; i < settings->count; i++)
		if (strcmp(bytes_text(&settings->entries[i].name), name) == 0)
			return &settings->entries[i];
	return NULL;
}

static int no_such(const char *name)
{
	return fail_because(ENOENT, "no setting \"%s\"", name);
}

static void remove_entry(struct settings *settings, struct entry *entry)
{
	size_t index = (size_t)(entry - settings->entries);

	entry_free(entry);
	settings->count--;
	memmove(entry, entry + 1,
		(settings->count - index) * sizeof(*settings->entries));
}

int settings_clone(const struct settings *from, struct settings **settings)
{
	struct entry entry = { 0 };
	struct settings *made;
	int err = settings_new(&made);

	if (err < 0)
		return err;
	for (size_t i = 0; err == 0 && i < from->count; i++) {
		const struct entry *old = &from->entries[i];

		err = bytes_set(&entry.name, old->name.data, old->name.len);
		if (err == 0)
			err = bytes_set(&entry.key, old->key.data,
					old->key.len);
		if (err == 0)
			err = bytes_set(&entry.value, old->value.data,
					old->value.len);
		if (err == 0)
			err = insert(made, i, &entry);
	}
	entry_free(&entry);
	if (err < 0)
		settings_free(made);
	else
		*settings = made;
	return err;
}

static bool is_blank(const uint8_t *space, size_t len)
{
	for (size_t i = 1; i < len; i++)
		if (space[i] != space[0])
			return false;
	return len == 0 || space[0] == 0x00 || space[0] == 0xff;
}

static int take_term(struct etf_reader *reader, struct bytes *term)
{
	size_t start = reader->pos;
	int err = etf_skip(reader);

	if (err < 0)
		return err;
	return bytes_set(term, reader->data + start, reader->pos - start);
}

static int take_entry(struct settings *settings, struct etf_reader *reader)
{
	struct entry entry = { 0 };
	int err = take_term(reader, &entry.key);

	if (err == 0)
		err = take_term(reader, &entry.value);
	if (err == 0)
		err = settings_name_of(&entry.key, &entry.name);
	if (err == 0 && find(settings, bytes_text(&entry.name)))
		err = fail_because(EBADMSG, "two keys have the file name %s",
				   bytes_text(&entry.name));
	if (err == 0)
		err = insert(settings, settings->count, &entry);
	entry_free(&entry);
	return err;
}

static int take_map(const struct bytes *term, struct settings *settings)
{
	struct etf_reader reader = etf_reader(term);
	struct etf_node node;
	int err = etf_read(&reader, &node);

	if (err < 0)
		return err;
	if (node.type != ETF_MAP)
		return fail_because(EBADMSG, "their type is %s, not map",
				    value_type(term));
	for (size_t i = 0; err == 0 && i < node.children / 2; i++)
		err = take_entry(settings, &reader);
	return err;
}

int settings_decode(const uint8_t *space, size_t len,
		    struct settings **settings)
{
	struct bytes term = BYTES_INIT;
	struct settings *made;
	size_t used;
	int err = settings_new(&made);

	if (err < 0)
		return err;
	if (!is_blank(space, len)) {
		err = etf_unpack(space, len, &term, &used);
		if (err == 0)
			err = take_map(&term, made);
		bytes_free(&term);
	}
	if (err == -EBADMSG)
		err = fail_because(EUCLEAN, "the settings are no map: %s",
				   fail_reason());
	if (err < 0)
		settings_free(made);
	else
		*settings = made;
	return err;
}

int settings_encode(const struct settings *settings, struct bytes *etf)
{
	int err = bytes_append(etf, &(uint8_t){ ETF_VERSION }, 1);

	if (err == 0)
		err = etf_put_head(etf, TAG_MAP, settings->count);
	for (size_t i = 0; err == 0 && i < settings->count; i++) {
		const struct entry *entry = &settings->entries[i];

		err = bytes_append(etf, entry->key.data, entry->key.len);
		if (err == 0)
			err = bytes_append(etf, entry->value.data,
					   entry->value.len);
	}
	return err;
}

int settings_each(const struct settings *settings,
		  int (*each)(void *context, const char *name), void *context)
{
	for (size_t i = 0; i < settings->count; i++) {
		int ret = each(context, bytes_text(&settings->entries[i].name));

		if (ret != 0)
			return ret;
	}
	return 0;
}

int settings_get(const struct settings *settings, const char *name,
		 struct bytes *text)
{
	const struct entry *entry = find(settings, name);

	return entry ? value_show(&entry->value, text) : no_such(name);
}

int settings_name_check(const char *name)
{
	struct bytes key = BYTES_INIT;
	int err = settings_name_parse(name, &key);

	bytes_free(&key);
	return err;
}

/* Where Erlang has the key; a new one that is not sorted goes to the end. */
static size_t place_of(const struct settings *settings, const struct bytes *key)
{
	size_t i = 0;

	if (settings->count >= SORTED_MAX)
		return settings->count;
	while (i < settings->count &&
	       etf_compare(etf_reader(&settings->entries[i].key),
			   etf_reader(key)) < 0)
		i++;
	return i;
}

/* An entry without a value for a key that is not there yet. */
static int new_entry(const char *name, struct entry *entry)
{
	int err = settings_name_parse(name, &entry->key);

	return err < 0 ? err : bytes_set(&entry->name, name, strlen(name));
}

/* What was shown, maybe with a newline after it, changes nothing. */
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
	struct entry *old = find(settings, name), entry = { 0 };
	int err;

	if (old)
		return change(old, text);
	err = new_entry(name, &entry);
	if (err == 0)
		err = value_parse("binary", text, &entry.value);
	if (err == 0)
		err = insert(settings, place_of(settings, &entry.key), &entry);
	entry_free(&entry);
	return err;
}

int settings_remove(struct settings *settings, const char *name)
{
	struct entry *entry = find(settings, name);

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

/* The value goes to a key that is not there yet. */
static int move_key(struct settings *settings, struct entry *old,
		    const char *to)
{
	struct entry entry = { 0 };
	int err = new_entry(to, &entry);

	if (err == 0) {
		bytes_move(&entry.value, &old->value);
		remove_entry(settings, old); /* leaves room: cannot fail */
		err = insert(settings, place_of(settings, &entry.key), &entry);
	}
	entry_free(&entry);
	return err;
}

int settings_rename(struct settings *settings, const char *from, const char *to,
		    unsigned int flags)
{
	struct entry *old = find(settings, from);
	struct entry *other = find(settings, to);

	if (flags > RENAME_EXCHANGE)
		return fail_because(EINVAL, "no such way to rename: %#x",
				    flags);
	if (!old)
		return no_such(from);
	if (flags == RENAME_EXCHANGE)
		return other ? exchange(old, other) : no_such(to);
	if (other && flags == RENAME_NOREPLACE)
		return fail_because(EEXIST, "there is a setting \"%s\"", to);
	if (other == old)
		return 0;
	if (other) {
		bytes_move(&other->value, &old->value);
		remove_entry(settings, old);
		return 0;
	}
	return move_key(settings, old, to);
}

const char *settings_type(const struct settings *settings, const char *name)
{
	const struct entry *entry = find(settings, name);

	return entry ? value_type(&entry->value) : NULL;
}

int settings_set_type(struct settings *settings, const char *name,
		      const char *type)
{
	struct entry *entry = find(settings, name);
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
