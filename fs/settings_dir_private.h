/* SPDX-License-Identifier: Apache-2.0 */
/* Inside of settings_dir*.c. */
#ifndef NK_SETTINGS_DIR_PRIVATE_H
#define NK_SETTINGS_DIR_PRIVATE_H

#include "settings.h"
#include "settings_dir.h"

/* Longer files than this are refused, in memory as on the chip. */
#define SETTING_FILE_MAX 65536

/* What a change may change of a file, and gives back when it is refused. */
struct setting_marks {
	char *name;		 /* NULL: removed or replaced, but open */
	struct content *content; /* as it reads */
	struct timespec changed;
	/*
	 * A temporary file that was renamed from this key. The chip still has
	 * the key, so that a power cut in the middle of an editor's dance loses
	 * nothing.
	 */
	char *origin;
	bool scratch; /* a name that editors use for a moment */
	/*
	 * Made or emptied, and not written yet: it reads as empty, and `shown`
	 * has the value that lasts, or one that stands for none.
	 */
	bool unsettled;
};

struct setting_file {
	struct setting_file *next;
	uint64_t id;
	unsigned int users; /* that can write it */
	struct setting_marks marks;
};

struct setting_open {
	struct setting_file *file;
	int flags;
	bool fresh;	/* truncated, so its first write starts from nothing */
	bool attempted; /* something was written, or refused */
	uint64_t chip;	/* whose file it is */
};

/*
 * One change of `shown`. It is shown at once, and is undone when the chip does
 * not take it.
 */
struct change {
	struct setting_file *file, *other; /* `other` may be NULL */
	/* While it is made, what is to be; from then on, what was. */
	struct setting_marks marks, other_marks;
	struct settings *shown;

	/* What the chip is to hold, twice; NULL: what it does. */
	struct settings *last, *stored;
	struct content *etf;

	/* Who makes it. NULL: it is by name. */
	struct setting_open *open;
	enum { CHANGE_RESIZE, CHANGE_WRITE, CHANGE_CLOSE } by;
	struct content *untruncated; /* before an O_TRUNC that is not stored */
};

struct settings_dir {
	struct nerveskey *key;
	uint64_t chip; /* nerveskey_chip_number() that all of this is about */
	struct settings *stored, *shown; /* NULL: not known */
	struct content *etf;		 /* `stored` */
	struct setting_file *first;
	uint64_t last_id;
	int error;
	uint64_t seen_ms;
	struct change change; /* until settings_dir_commit(); no file: none */
};

/* Sets change->shown and the marks to what is there now. -ENOENT: no file. */
int change_begin(struct settings_dir *dir, struct change *change);
/*
 * Show what they were made to be: the rest is settings_dir_commit()'s. When that
 * fails, or making them failed with `err`, the change is over.
 */
int change_end(struct settings_dir *dir, struct change *change, int err);
/* What becomes of change->open. Frees what the change has; returns `err` or 0. */
int change_over(struct settings_dir *dir, struct change *change, int err);
/* Settles, in change->shown, a file that was made or emptied and not written. */
int change_settle(struct change *change, const struct setting_file *file,
		  struct setting_marks *marks);

/* See what the chip's map is: not older than a second; what is known will do. */
int dir_look(struct settings_dir *dir);
int dir_known(struct settings_dir *dir);
/* The files are those of `shown`, and read as it says. */
int dir_update(struct settings_dir *dir);
/* A name that leads nowhere yet. */
int dir_create(struct settings_dir *dir, const char *name, int flags,
	       struct setting_file **file);
struct setting_file *dir_find(const struct settings_dir *dir, const char *name);
bool dir_stores(const struct settings_dir *dir,
		const struct setting_file *file);

/* `open`'s file, or the one of that name as the chip has it now; -ENOENT. */
int dir_file_of(struct settings_dir *dir, const char *name,
		const struct setting_open *open, struct setting_file **file);
/* The external term of a map; *etf stays what it is when it is the same. */
int dir_encode(const struct settings *settings, struct content **etf);
/* It has no name any more, and stays as it is for who has it open. */
void marks_unname(struct setting_marks *marks);
void marks_free(struct setting_marks *marks);

/* A name that stays in memory; `exclusive`: it was created with O_EXCL. */
bool scratch_name(const char *name, bool exclusive);

#endif
