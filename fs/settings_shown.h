/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What settings/ shows, and the chip's map with it. A change is made to a copy,
 * which takes the place of the old one as a whole when the chip has stored it. It
 * is not changed after that, so the threads share it.
 *
 * A file of settings/ is
 *	- a key: `key` and `name` are the same content, and the map has its value;
 *	- temporary, with a name of an editor: only `content` has its text;
 *	- a key that was renamed to a temporary name: the map keeps `key` until it is
 *	  written anew, so that a power cut while an editor saves loses nothing;
 *	- removed, but open: without a name.
 */
#pragma once

#include <stdatomic.h>
#include <time.h>

#include "content.h"

struct settings;

struct setting_shown {
	uint64_t id; /* of the file, which keeps it when it is renamed */
	struct content *name;	 /* NULL: removed */
	struct content *key;	 /* of the map; NULL: none */
	struct content *content; /* what a read returns */
	const char *type; /* a temporary file becomes a key of this type */
	struct timespec changed; /* 0: not since mounting */
	/*
	 * A key that was created or emptied and not written yet: it reads as
	 * empty, and the map has the old value or none.
	 */
	bool pending;
	unsigned int users; /* handles; only the chip's thread uses it */
};

struct settings_shown {
	_Atomic unsigned int references;
	struct settings *map; /* NULL: not known */
	struct content *etf;  /* the same */
	size_t count;
	struct setting_shown files[];
};

/* NULL is allowed. */
static inline struct settings_shown *shown_ref(struct settings_shown *shown)
{
	if (shown)
		atomic_fetch_add(&shown->references, 1);
	return shown;
}
void shown_unref(struct settings_shown *shown);

/*
 * A file by its name, or also a removed one by its id if `name` is NULL; or NULL.
 * `shown` may be NULL.
 */
struct setting_shown *shown_find(const struct settings_shown *shown,
				 const char *name, uint64_t id);
/*
 * Sets *made to a copy with room for one more file and those of `map`, which
 * becomes its map, or is freed on failure. -ENOMEM.
 */
int shown_copy(const struct settings_shown *shown, struct settings *map,
	       struct settings_shown **made);

/* The functions below change a copy. Errors are those of settings.h. */

static inline bool setting_is_key(const struct setting_shown *file)
{
	return file->key && file->key == file->name;
}

/* Sets *file to a new, empty, temporary file. */
int shown_add(struct settings_shown *shown, const char *name, uint64_t id,
	      struct setting_shown **file);
/*
 * Let the files show the map, in which another program may have written any key;
 * without a map, all count as removed. New ones get the ids after *last_id.
 */
int shown_follow(struct settings_shown *shown, uint64_t *last_id);
/* Let the file of a key show what the map has. */
int setting_reread(struct settings_shown *shown, struct setting_shown *file);
/* Note that the content was changed: set the value of a key to it. */
int setting_store(struct settings_shown *shown, struct setting_shown *file);
/* Remove the name, and the key that it stands for. */
void setting_remove(struct settings_shown *shown, struct setting_shown *file);
/* The other file that stands for the key of this one, or NULL. */
struct setting_shown *setting_rival(struct settings_shown *shown,
				    const struct setting_shown *file);
/* No other file stands for the key of this one any more. */
void setting_claim(struct settings_shown *shown,
		   const struct setting_shown *file);

/* Whether a name is temporary. `exclusive`: it was created with O_EXCL. */
bool scratch_name(const char *name, bool exclusive);
