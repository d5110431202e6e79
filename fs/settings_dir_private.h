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
	char *name; /* NULL: removed or replaced, but open */
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
	struct timespec changed;
	struct content *content; /* as it reads */
};

struct setting_open {
	struct setting_file *file;
	int flags;
	bool fresh;	/* truncated, so its first write starts from nothing */
	bool attempted; /* something was written, or refused */
	uint64_t chip;	/* whose file it is */
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
};

/* One change of `shown`. */
struct change {
	/* Edits `next`, and the marks that the files are to have after it. */
	int (*apply)(struct settings_dir *dir, struct settings *next,
		     struct change *change);
	struct setting_file *file, *other; /* `other` may be NULL */
	struct setting_marks after, other_after;
	const char *name;	  /* where it is renamed to, or its type */
	const struct bytes *text; /* its new value */
	unsigned int flags;
};

/* All or nothing, by one update of the chip or none. */
int dir_change(struct settings_dir *dir, struct change *change);
/*
 * See what the chip's map is: `surely` when it may be older than a second, else
 * what is known will do.
 */
int dir_look(struct settings_dir *dir, bool surely);
/* The chip's map is `map` now: -ENOMEM. */
int dir_follow(struct settings_dir *dir, const struct settings *map);
/* The files are those of `shown`, and read as it says. */
int dir_update(struct settings_dir *dir);
/* A name that leads nowhere yet. */
int dir_create(struct settings_dir *dir, const char *name, int flags,
	       struct setting_file **file);
struct setting_file *dir_find(const struct settings_dir *dir, const char *name);

/* `open`'s file, or the one of that name as the chip has it now; -ENOENT. */
int dir_file_of(struct settings_dir *dir, const char *name,
		const struct setting_open *open, struct setting_file **file);
/* Store what was made or emptied and not written. */
int dir_settle(struct settings_dir *dir, struct setting_file *file);
/* The external term of a map; *etf stays what it is when it is the same. */
int dir_encode(const struct settings *settings, struct content **etf);
void marks_free(struct setting_marks *marks);

/* A name that stays in memory; `exclusive`: it was created with O_EXCL. */
bool scratch_name(const char *name, bool exclusive);

#endif
