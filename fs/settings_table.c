/* SPDX-License-Identifier: Apache-2.0 */
/* The list of settings files that memory knows something about. */
#include <errno.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "settings_private.h"

/* Beyond this, what is remembered of files that nobody uses is forgotten. */
#define REMEMBERED_MAX 256

/*
 * Some look like words that a key could be; the programs that make those insist
 * on a new file, which people's redirections do not.
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

struct setting_file *table_find(struct settings_files *files, const char *name)
{
	for (struct setting_file *f = files->first; f; f = f->next)
		if (f->kind != SETTING_GONE && strcmp(f->name, name) == 0)
			return f;
	return NULL;
}

bool table_hides(struct settings_files *files, const char *name)
{
	for (struct setting_file *f = files->first; f; f = f->next)
		if (f->key && strcmp(f->key, name) == 0)
			return true;
	return false;
}

void table_unhide(struct settings_files *files, const char *key)
{
	for (struct setting_file *f = files->first; f; f = f->next)
		if (f->key && (!key || strcmp(f->key, key) == 0)) {
			free(f->key);
			f->key = NULL;
		}
}

static void forget(struct settings_files *files, struct setting_file *file)
{
	struct setting_file **link = &files->first;

	while (*link != file)
		link = &(*link)->next;
	*link = file->next;
	bytes_free(&file->content);
	free(file->name);
	free(file->key);
	free(file);
}

static void forget_idle(struct settings_files *files)
{
	struct setting_file *next;
	size_t count = 0;

	for (struct setting_file *f = files->first; f; f = f->next)
		count++;
	if (count < REMEMBERED_MAX)
		return;
	for (struct setting_file *f = files->first; f; f = next) {
		next = f->next;
		if (f->kind == SETTING_STORED && f->users == 0)
			forget(files, f);
	}
}

struct setting_file *table_add(struct settings_files *files, const char *name,
			       enum setting_kind kind)
{
	struct setting_file *file;

	forget_idle(files);
	file = calloc(1, sizeof(*file));
	if (!file)
		return NULL;
	file->name = strdup(name);
	if (!file->name) {
		free(file);
		return NULL;
	}
	file->kind = kind;
	file->users = 1;
	if (kind != SETTING_STORED)
		clock_gettime(CLOCK_REALTIME, &file->changed);
	file->next = files->first;
	files->first = file;
	return file;
}

int table_scratch_room(struct settings_files *files)
{
	size_t count = 0;

	for (struct setting_file *f = files->first; f; f = f->next)
		count += f->kind == SETTING_SCRATCH;
	if (count < SCRATCH_FILES)
		return 0;
	return fail_because(ENOSPC,
			    "%d temporary files are in settings/ already",
			    SCRATCH_FILES);
}

void table_drop(struct settings_files *files, struct setting_file *file)
{
	if (--file->users > 0)
		return;
	if (file->kind != SETTING_SCRATCH &&
	    (file->kind != SETTING_STORED || file->changed.tv_sec == 0))
		forget(files, file);
}

void table_retire(struct settings_files *files, const char *name,
		  struct bytes *content)
{
	struct setting_file *file = table_find(files, name);

	if (!file)
		return;
	if (file->kind == SETTING_STORED)
		bytes_move(&file->content, content);
	file->kind = SETTING_GONE;
	free(file->key);
	file->key = NULL;
	if (file->users == 0)
		forget(files, file);
}

void table_forget_chip(struct settings_files *files)
{
	struct setting_file *next;

	for (struct setting_file *f = files->first; f; f = next) {
		next = f->next;
		free(f->key);
		f->key = NULL;
		f->emptied = false;
		if (f->kind != SETTING_STORED) {
			f->kind = SETTING_GONE;
			bytes_free(&f->content);
		}
		if (f->users == 0)
			forget(files, f);
	}
}

void table_clear(struct settings_files *files)
{
	while (files->first)
		forget(files, files->first);
}
