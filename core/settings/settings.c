/* SPDX-License-Identifier: Apache-2.0 */
#include "settings.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "etf.h"
#include "settings_text.h"

struct entry {
	struct bytes name, key, value; /* key and value are terms */
};

struct settings {
	struct entry *entries; /* in the order of the map */
	size_t count;
	bool compressed; /* settings_decode() found it compressed */
};

/* Frees the fields, not `entry` itself. */
static void entry_free(struct entry *entry)
{
	bytes_free(&entry->name);
	bytes_free(&entry->key);
	bytes_free(&entry->value);
}

int settings_new(struct settings **settings)
{
	*settings = calloc(1, sizeof(**settings));
	return *settings ? 0 : -ENOMEM;
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

/* Adds `entry`, or frees its fields when making it failed with `err`. */
static int append(struct settings *settings, struct entry *entry, int err)
{
	struct entry *entries = NULL;

	if (err == 0)
		entries = reallocarray(settings->entries, settings->count + 1,
				       sizeof(*entries));
	if (!entries) {
		entry_free(entry);
		return err < 0 ? err : -ENOMEM;
	}
	settings->entries = entries;
	entries[settings->count++] = *entry;
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
	return fail_because(ENOENT,
			    "there is no setting \"%s\": settings/ lists "
			    "those that exist",
			    name);
}

static int append_copy(struct settings *settings, const struct entry *from)
{
	struct entry entry = { 0 };

	bytes_append(&entry.name, from->name.data, from->name.len);
	bytes_append(&entry.key, from->key.data, from->key.len);
	bytes_append(&entry.value, from->value.data, from->value.len);
	return append(settings, &entry,
		      entry.name.err | entry.key.err | entry.value.err);
}

/* `made` when all went well. */
static int finish(struct settings *made, int err, struct settings **settings)
{
	if (err < 0)
		settings_free(made);
	else
		*settings = made;
	return err;
}

int settings_clone(const struct settings *from, struct settings **settings)
{
	struct settings *made;
	int err = settings_new(&made);

	if (err < 0)
		return err;
	made->compressed = from->compressed;
	for (size_t i = 0; err == 0 && i < from->count; i++)
		err = append_copy(made, &from->entries[i]);
	return finish(made, err, settings);
}

void settings_arrange(struct settings *settings, const struct settings *like)
{
	struct entry *to = settings->entries, *found, moved;

	for (size_t i = 0; i < like->count; i++) {
		found = find(settings, bytes_text(&like->entries[i].name));
		if (!found)
			continue;
		moved = *found;
		memmove(to + 1, to, (size_t)(found - to) * sizeof(*to));
		*to++ = moved;
	}
}

static int take_term(struct etf_reader *reader, struct bytes *term)
{
	size_t start = reader->pos;

	etf_skip(reader);
	return bytes_append(term, reader->data + start, reader->pos - start);
}

static int take_entry(struct settings *settings, struct etf_reader *reader)
{
	struct entry entry = { 0 };
	int err = take_term(reader, &entry.key);

	if (err == 0)
		err = take_term(reader, &entry.value);
	if (err == 0)
		err = settings_name_of(&entry.key, &entry.name);
	/* All other names are unique, since keys are. */
	if (err == 0 && strncmp(bytes_text(&entry.name), "%long-", 6) == 0 &&
	    find(settings, bytes_text(&entry.name)))
		err = fail_because(
			EBADMSG,
			"two keys of the map have the same file name %s: "
			"rename one of them in the program that wrote them",
			bytes_text(&entry.name));
	return append(settings, &entry, err);
}

bool settings_is_blank(const uint8_t *space, size_t len)
{
	for (size_t i = 1; i < len && i < 32; i++)
		if (space[i] != space[0])
			return false;
	return len == 0 || space[0] == 0x00 || space[0] == 0xff;
}

int settings_decode(const uint8_t *space, size_t len,
		    struct settings **settings)
{
	BYTES_LOCAL(term);
	struct etf_reader reader;
	struct etf_node node;
	struct settings *made;
	size_t used;
	int err = settings_new(&made);

	if (err < 0 || settings_is_blank(space, len))
		return finish(made, err, settings);
	err = etf_unpack(space, len, &term, &used);
	reader = etf_reader(&term);
	if (err == 0 && etf_read(&reader, &node) == 0 && node.type != ETF_MAP)
		err = fail_because(
			EBADMSG,
			"the term is of type %s, but settings are a map",
			value_type(&term));
	for (size_t i = 0; err == 0 && i < node.children; i += 2)
		err = take_entry(made, &reader);
	if (err == -EBADMSG)
		err = fail_because(
			EUCLEAN,
			"the settings on the chip are not a map that "
			"can be read (%s): replace them through "
			"settings.etf",
			fail_reason());
	made->compressed = len > 1 && space[1] == TAG_COMPRESSED;
	return finish(made, err, settings);
}

int settings_encode(const struct settings *settings, struct bytes *etf)
{
	BYTES_LOCAL(plain);
	BYTES_LOCAL(packed);
	int err;

	etf_put_number(&plain, 1, ETF_VERSION);
	etf_put_head(&plain, TAG_MAP, settings->count);
	for (size_t i = 0; i < settings->count; i++) {
		const struct entry *entry = &settings->entries[i];

		bytes_append(&plain, entry->key.data, entry->key.len);
		bytes_append(&plain, entry->value.data, entry->value.len);
	}
	if (plain.err < 0)
		return plain.err;
	/* A value may be as deep as a map must be. */
	err = etf_check(plain.data + 1, plain.len - 1, NULL);
	if (err == -EBADMSG)
		return fail_because(EINVAL,
				    "what was written is not one external term "
				    "that can be stored as settings: %s",
				    fail_reason());
	if (err < 0)
		return err;
	/* It may fit on the chip, but settings_decode() refuses it. */
	if (settings->compressed && plain.len - 1 > ETF_MAX_LEN)
		return fail_because(
			ENOSPC,
			"the settings would have %zu bytes when they are "
			"unpacked, and at most %d can be read again: remove "
			"some first",
			plain.len - 1, ETF_MAX_LEN);
	if (settings->compressed &&
	    etf_put_compressed(&packed, plain.data + 1, plain.len - 1) < 0)
		return packed.err;
	if (packed.len > 0 && packed.len < plain.len)
		bytes_move(&plain, &packed);
	return bytes_append(etf, plain.data, plain.len);
}

const char *settings_name(const struct settings *settings, size_t i)
{
	return i < settings->count ? bytes_text(&settings->entries[i].name)
				   : NULL;
}

int settings_get(const struct settings *settings, const char *name,
		 struct bytes *text)
{
	const struct entry *entry = find(settings, name);

	return entry ? value_show(&entry->value, text) : no_such(name);
}

int settings_put(struct settings *settings, const char *name,
		 const struct bytes *text)
{
	struct entry *old = find(settings, name), entry = { 0 };
	int err;

	if (old)
		return value_change(&old->value, text);
	err = settings_name_parse(name, &entry.key);
	if (err == 0)
		err = bytes_append(&entry.name, name, strlen(name));
	if (err == 0)
		err = value_parse("binary", text, &entry.value);
	return append(settings, &entry, err);
}

int settings_remove(struct settings *settings, const char *name)
{
	struct entry *entry = find(settings, name);

	if (!entry)
		return no_such(name);
	entry_free(entry);
	settings->count--;
	memmove(entry, entry + 1,
		(size_t)(settings->entries + settings->count - entry) *
			sizeof(*entry));
	return 0;
}

int settings_rename(struct settings *settings, const char *from, const char *to)
{
	struct entry *old = find(settings, from), *other = find(settings, to);
	BYTES_LOCAL(key);
	int err;

	if (!old)
		return no_such(from);
	if (other == old)
		return 0;
	if (other) {
		bytes_move(&other->value, &old->value);
		return settings_remove(settings, from);
	}
	/* The new key takes the place of the old one: other keys stay. */
	err = settings_name_parse(to, &key);
	if (err == 0)
		err = bytes_set(&old->name, to, strlen(to));
	if (err == 0)
		bytes_move(&old->key, &key);
	return err;
}

int settings_exchange(struct settings *settings, const char *a, const char *b)
{
	struct entry *one = find(settings, a), *other = find(settings, b);
	struct bytes value;

	if (!one || !other)
		return no_such(one ? b : a);
	value = other->value;
	other->value = one->value;
	one->value = value;
	return 0;
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
	BYTES_LOCAL(text);
	int err;

	if (!entry)
		return no_such(name);
	if (strcmp(value_type(&entry->value), type) == 0)
		return 0;
	err = value_show(&entry->value, &text);
	if (err < 0)
		return err;
	return value_parse(type, text.len > 0 ? &text : NULL, &entry->value);
}
