/* SPDX-License-Identifier: Apache-2.0 */
/* Only for the files fs/settings_*.c. */
#pragma once

#include "settings.h"
#include "settings_dir.h"

/* Longer files than this are refused, in memory as on the chip. */
#define SETTING_FILE_MAX 65536

/* The fields of a file that a change sets, and that an undo restores. */
struct setting_marks {
	char *name;		 /* NULL: removed or replaced, but open */
	struct content *content; /* what a read returns */
	struct timespec changed;
	/*
	 * For a temporary file: the key that it was renamed from. The chip still
	 * has that key, so that a power cut while an editor saves loses nothing.
	 */
	char *origin;
	bool scratch; /* a temporary name of an editor */
	/*
	 * Created or emptied, and not written yet: it reads as empty. `shown` has
	 * the value that is still stored, or a placeholder.
	 */
	bool unsettled;
};

struct setting_file {
	struct setting_file *next;
	uint64_t id;
	unsigned int users; /* handles that can write it */
	struct setting_marks marks;
};

struct setting_open {
	struct setting_file *file;
	int flags;
	bool fresh;	/* truncated: the first write begins with no content */
	bool attempted; /* a write succeeded or was refused */
	uint64_t chip;	/* number of the chip that has the file */
};

/* One change. It is shown at once, and undone if the chip refuses it. */
struct change {
	struct setting_file *file, *other; /* `other` may be NULL */
	/* The new values until it is shown; from then on the old ones. */
	struct setting_marks marks, other_marks;
	struct settings *shown;

	struct settings *last; /* the chip's new map; NULL: it does not change */
	struct content *etf;

	/* The handle that makes the change; NULL: it is made by name. */
	struct setting_open *open;
	enum { CHANGE_RESIZE, CHANGE_WRITE, CHANGE_CLOSE } by;
	struct content *untruncated; /* from before an O_TRUNC not yet stored */
};

struct settings_dir {
	struct nerveskey *key;
	uint64_t chip; /* nerveskey_chip_number() of the chip with these maps */
	struct settings *stored, *shown; /* NULL: not known */
	struct content *etf;		 /* `stored` */
	struct setting_file *first;
	uint64_t last_id;
	int error;
	uint64_t seen_ms;
	struct change change; /* the one to commit; without `file`: none */
};

/* Sets change->shown and the marks to the present values. -ENOENT: no file. */
int change_begin(struct settings_dir *dir, struct change *change);
/*
 * Show the change, and leave the rest to settings_dir_commit(). If this fails, or
 * `err` says that making the change failed, the change is over.
 */
int change_end(struct settings_dir *dir, struct change *change, int err);
/* Updates change->open, and frees what the change has. Returns `err` or 0. */
int change_over(struct settings_dir *dir, struct change *change, int err);
/* Sets in change->shown the value of a file that was not written yet. */
int change_settle(struct change *change, const struct setting_file *file,
		  struct setting_marks *marks);

/* Make sure that a map is known: at most a second old; of any age. */
int dir_look(struct settings_dir *dir);
int dir_known(struct settings_dir *dir);
/* Update the files and their content from `shown`. */
int dir_update(struct settings_dir *dir);
/* Create a file with a name that does not exist yet, and set *file. */
int dir_create(struct settings_dir *dir, const char *name, int flags,
	       struct setting_file **file);
struct setting_file *dir_find(const struct settings_dir *dir, const char *name);
bool dir_stores(const struct settings_dir *dir,
		const struct setting_file *file);

/* Sets *file to that of `open`, or of the name in the chip's map. -ENOENT. */
int dir_file_of(struct settings_dir *dir, const char *name,
		const struct setting_open *open, struct setting_file **file);
/* Sets *etf to the external term of a map, unless it is the same already. */
int dir_encode(const struct settings *settings, struct content **etf);
/* Remove the name. The content stays for handles that are open. */
void marks_unname(struct setting_marks *marks);
void marks_free(struct setting_marks *marks);

/* Whether a name is temporary. `exclusive`: it was created with O_EXCL. */
bool scratch_name(const char *name, bool exclusive);
