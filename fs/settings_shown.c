/* SPDX-License-Identifier: Apache-2.0 */
#include "settings_shown.h"

#include <errno.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "settings.h"

void shown_unref(struct settings_shown *shown)
{
	if (!shown || atomic_fetch_sub(&shown->references, 1) != 1)
		return;
	for (size_t i = 0; i < shown->count; i++) {
		content_unref(shown->files[i].name);
		content_unref(shown->files[i].key);
		content_unref(shown->files[i].content);
	}
	settings_free(shown->map);
	content_unref(shown->etf);
	free(shown);
}

struct setting_shown *shown_find(const struct settings_shown *shown,
				 const char *name, uint64_t id)
{
	for (size_t i = 0; shown && i < shown->count; i++) {
		const struct setting_shown *file = &shown->files[i];

		if (name ? file->name && !strcmp(content_text(file->name), name)
			 : file->id == id)
			return (struct setting_shown *)file;
	}
	return NULL;
}

int shown_copy(const struct settings_shown *shown, struct settings *map,
	       struct settings_shown **out)
{
	struct settings_shown *made;
	size_t most = shown->count + 1;

	while (map && settings_name(map, most - shown->count - 1))
		most++;
	made = calloc(1, sizeof(*made) + most * sizeof(*made->files));
	if (!made) {
		settings_free(map);
		return -ENOMEM;
	}
	atomic_init(&made->references, 1);
	made->map = map;
	made->etf = content_ref(shown->etf);
	for (size_t i = 0; i < shown->count; i++) {
		const struct setting_shown *file = &shown->files[i];

		if (!file->name && file->users == 0)
			continue;
		made->files[made->count++] = *file;
		content_ref(file->name);
		content_ref(file->key);
		content_ref(file->content);
	}
	*out = made;
	return 0;
}

int shown_add(struct settings_shown *shown, const char *name, uint64_t id,
	      struct setting_shown **out)
{
	struct setting_shown *file = &shown->files[shown->count++];
	BYTES_LOCAL(text);
	int err = bytes_set(&text, name, strlen(name));

	*out = file;
	file->id = id;
	file->type = "binary";
	if (err == 0)
		err = content_new(&text, &file->name);
	return err < 0 ? err : content_new(&text, &file->content);
}

/* The file that stands for a key, also under a temporary name; or NULL. */
static struct setting_shown *find_key(struct settings_shown *shown,
				      const char *key)
{
	for (size_t i = 0; i < shown->count; i++)
		if (shown->files[i].key &&
		    strcmp(content_text(shown->files[i].key), key) == 0)
			return &shown->files[i];
	return NULL;
}

struct setting_shown *setting_rival(struct settings_shown *shown,
				    const struct setting_shown *file)
{
	for (size_t i = 0; i < shown->count; i++)
		if (&shown->files[i] != file && shown->files[i].key &&
		    bytes_equal(&shown->files[i].key->bytes, &file->key->bytes))
			return &shown->files[i];
	return NULL;
}

void setting_claim(struct settings_shown *shown,
		   const struct setting_shown *file)
{
	struct setting_shown *rival;

	while ((rival = setting_rival(shown, file)))
		content_replace(&rival->key, NULL);
}

int setting_reread(struct settings_shown *shown, struct setting_shown *file)
{
	const char *name = content_text(file->name);
	BYTES_LOCAL(text);
	int err = settings_get(shown->map, name, &text);

	file->pending = false;
	file->type = settings_type(shown->map, name);
	return err < 0 ? err : content_update(&file->content, &text);
}

int setting_store(struct settings_shown *shown, struct setting_shown *file)
{
	int err;

	clock_gettime(CLOCK_REALTIME, &file->changed);
	if (!setting_is_key(file))
		return 0;
	err = settings_put(shown->map, content_text(file->name),
			   &file->content->bytes);
	if (err < 0)
		return err;
	setting_claim(shown, file);
	return setting_reread(shown, file);
}

void setting_remove(struct settings_shown *shown, struct setting_shown *file)
{
	struct content *key = file->key;

	content_replace(&file->name, NULL);
	file->key = NULL;
	file->pending = false;
	if (key && !find_key(shown, content_text(key)))
		settings_remove(shown->map, content_text(key));
	content_unref(key);
}

/* Forget keys that the map lacks, unless they are only in memory yet. */
static void forget_keys(struct settings_shown *shown)
{
	for (size_t i = 0; i < shown->count; i++) {
		struct setting_shown *file = &shown->files[i];
		bool is_key = setting_is_key(file);

		if (!is_key)
			content_replace(&file->key, NULL);
		if (shown->map &&
		    (!is_key || file->pending ||
		     settings_type(shown->map, content_text(file->key))))
			continue;
		content_replace(&file->name, NULL);
		content_replace(&file->key, NULL);
		file->pending = false;
	}
}

int shown_follow(struct settings_shown *shown, uint64_t *last_id)
{
	const char *key;
	int err = 0;

	forget_keys(shown);
	if (!shown->map)
		return 0;
	for (size_t i = 0; err == 0 && (key = settings_name(shown->map, i));
	     i++) {
		struct setting_shown *file = find_key(shown, key);

		if (!file)
			file = shown_find(shown, key, 0);
		if (!file)
			err = shown_add(shown, key, ++*last_id, &file);
		if (err == 0 && !file->key)
			file->key = content_ref(file->name);
		if (err == 0 && setting_is_key(file) && !file->pending)
			err = setting_reread(shown, file);
	}
	return err;
}

/*
 * Some could also be names of keys. The programs that use these create a file with
 * O_EXCL, which a shell's redirection does not.
 */
static const struct {
	const char *pattern;
	bool exclusive;
} scratch_names[] = {
	{ "*~", false },		   /* backups of vim, emacs, nano */
	{ ".*.sw[a-z]", false },	   /* vim, nano */
	{ ".*.swpx", true },		   /* vim compares it with .swp */
	{ "4913", true },		   /* vim tries whether it can create */
	{ "#*#", false },		   /* emacs */
	{ ".#*", false },		   /* emacs */
	{ "sed??????", true },		   /* sed -i */
	{ ".*.??????", true },		   /* rsync */
	{ ".goutputstream-??????", true }, /* GLib */
	{ "tmp????????", true },	   /* Python's tempfile */
	{ "tmp.??????????", true },	   /* mktemp */
};

bool scratch_name(const char *name, bool exclusive)
{
	for (size_t i = 0; i < sizeof(scratch_names) / sizeof(*scratch_names);
	     i++)
		if ((exclusive || !scratch_names[i].exclusive) &&
		    fnmatch(scratch_names[i].pattern, name, 0) == 0)
			return true;
	return false;
}
