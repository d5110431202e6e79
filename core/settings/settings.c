/* SPDX-License-Identifier: Apache-2.0 */
#include "settings.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "etf.h"
#include "settings_map.h"
#include "settings_names.h"
#include "settings_text.h"

void entry_free(struct entry *entry)
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

int entry_append(struct settings *settings, struct entry *entry)
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
	settings->entries[settings->count++] = *entry;
	*entry = (struct entry){ 0 };
	return 0;
}

struct entry *entry_find(const struct settings *settings, const char *name)
{
	for (size_t i = 0; i < settings->count; i++)
		if (strcmp(bytes_text(&settings->entries[i].name), name) == 0)
			return &settings->entries[i];
	return NULL;
}

int settings_clone(const struct settings *from, struct settings **settings)
{
	struct entry entry = { 0 };
	struct settings *made;
	int err = settings_new(&made);

	if (err < 0)
		return err;
	made->compressed = from->compressed;
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
			err = entry_append(made, &entry);
	}
	entry_free(&entry);
	if (err < 0)
		settings_free(made);
	else
		*settings = made;
	return err;
}

bool settings_equal(const struct settings *a, const struct settings *b)
{
	if (a->count != b->count)
		return false;
	for (size_t i = 0; i < a->count; i++) {
		const struct entry *one = &a->entries[i];
		const struct entry *other =
			entry_find(b, bytes_text(&one->name));

		if (!other || !bytes_equal(&one->value, &other->value))
			return false;
	}
	return true;
}

void settings_arrange(struct settings *settings, const struct settings *like)
{
	size_t placed = 0;

	for (size_t i = 0; i < like->count; i++) {
		struct entry *found = entry_find(
			settings, bytes_text(&like->entries[i].name));
		struct entry *to = settings->entries + placed, moved;

		if (!found)
			continue;
		moved = *found;
		memmove(to + 1, to, (size_t)(found - to) * sizeof(*to));
		*to = moved;
		placed++;
	}
}

/*
 * Only the first block counts: an interrupted update of an empty map may have
 * left data behind it. No term begins with such a block.
 */
bool settings_is_blank(const uint8_t *space, size_t len)
{
	for (size_t i = 1; i < len && i < 32; i++)
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
	/* All other names are unique, since keys are. */
	if (err == 0 && strncmp(bytes_text(&entry.name), "%long-", 6) == 0 &&
	    entry_find(settings, bytes_text(&entry.name)))
		err = fail_because(
			EBADMSG,
			"two keys of the map have the same file name %s: "
			"rename one of them in the program that wrote them",
			bytes_text(&entry.name));
	if (err == 0)
		err = entry_append(settings, &entry);
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
		return fail_because(
			EBADMSG,
			"the term is of type %s, but settings are a map",
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
	if (!settings_is_blank(space, len)) {
		err = etf_unpack(space, len, &term, &used);
		if (err == 0)
			err = take_map(&term, made);
		made->compressed = err == 0 && space[1] == TAG_COMPRESSED;
		bytes_free(&term);
	}
	if (err == -EBADMSG)
		err = fail_because(
			EUCLEAN,
			"the settings on the chip are not a map that "
			"can be read (%s): replace them through "
			"settings.etf",
			fail_reason());
	if (err < 0)
		settings_free(made);
	else
		*settings = made;
	return err;
}

static int put_map(const struct settings *settings, struct bytes *term)
{
	int err = etf_put_head(term, TAG_MAP, settings->count);

	for (size_t i = 0; err == 0 && i < settings->count; i++) {
		const struct entry *entry = &settings->entries[i];

		err = bytes_append(term, entry->key.data, entry->key.len);
		if (err == 0)
			err = bytes_append(term, entry->value.data,
					   entry->value.len);
	}
	return err;
}

static int put_plain(struct bytes *etf, const struct bytes *term)
{
	int err = bytes_append(etf, &(uint8_t){ ETF_VERSION }, 1);

	return err < 0 ? err : bytes_append(etf, term->data, term->len);
}

int settings_encode(const struct settings *settings, struct bytes *etf)
{
	struct bytes term = BYTES_INIT, packed = BYTES_INIT;
	int err = put_map(settings, &term);

	/*
	 * Compressed, it may fit on the chip, but settings_decode() refuses it.
	 */
	if (err == 0 && settings->compressed && term.len > ETF_MAX_LEN)
		err = fail_because(
			ENOSPC,
			"the settings would have %zu bytes when they are "
			"unpacked, and at most %d can be read again: remove "
			"some first",
			term.len, ETF_MAX_LEN);
	if (err == 0 && settings->compressed)
		err = etf_put_compressed(&packed, &term);
	if (err == 0 && packed.len > 0 && packed.len <= term.len)
		err = bytes_append(etf, packed.data, packed.len);
	else if (err == 0)
		err = put_plain(etf, &term);
	bytes_free(&term);
	bytes_free(&packed);
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
