/* SPDX-License-Identifier: Apache-2.0 */
/*
 * settings/ behaves like any directory, but each change is at most one update of
 * the chip. A request makes its change in a copy of what is shown, `next`. Then
 * settings_dir_commit() updates the chip, if that has another map, and shows
 * `next`; if the chip refuses, `next` is dropped.
 *
 * The chip's thread uses it. Errors are those of nerveskey.h and settings.h, and
 * those named here.
 */
#pragma once

#include "settings_shown.h"

struct nerveskey;
struct request;
struct view;

/* A file that is open to write, or was opened to be emptied. */
struct setting_open {
	uint64_t chip; /* number of the chip that has the file */
	uint64_t id;   /* of the file */
	int flags;
	bool fresh;   /* emptied: the first write begins with no content */
	bool refused; /* a write was, since it was emptied */
};

struct settings_dir {
	struct nerveskey *key;
	uint64_t chip; /* nerveskey_chip_number() of the chip that is shown */
	struct settings_shown *now, *next; /* NULL: nothing changes */
	struct setting_open *user; /* who writes or closes in this request */
	bool closes;
	uint64_t doubtful; /* a file that may have to be given back */
	uint64_t last_id;
	int error;
	uint64_t seen_ms;
};

/* Sets *dir, which borrows `key`. -ENOMEM. */
int settings_dir_new(struct nerveskey *key, struct settings_dir **dir);
void settings_dir_free(struct settings_dir *dir);

/* Read the chip's map if it is not known or older than a second. */
int settings_dir_refresh(struct settings_dir *dir);
/* The same before a name is looked up. -ENODEV: it is another chip's map. */
int settings_dir_find(struct settings_dir *dir);
/*
 * Sets the fields of `view` about settings. Call it after each request: if a write
 * was refused or never came, this undoes what the open did.
 */
void settings_dir_show(struct settings_dir *dir, struct view *view);

/*
 * Begin a change of a file, and set *file, which is in dir->next. -ENOENT: there
 * is no such name, but the change is begun; -ENODEV: another chip answers now.
 */
int settings_dir_begin(struct settings_dir *dir, const char *name,
		       struct setting_shown **file);
int settings_dir_begin_open(struct settings_dir *dir,
			    const struct setting_open *open,
			    struct setting_shown **file);
/* The same to replace all by `map`, which is the directory's then. */
int settings_dir_begin_anew(struct settings_dir *dir, struct settings *map);
/*
 * Prepare all that the update needs, so that only the chip can refuse it. Sets
 * the reply to the content of the open file.
 */
int settings_dir_end(struct settings_dir *dir, struct request *request,
		     const struct setting_shown *file);
/* Call it when the request's function has returned `err`. Returns its result. */
int settings_dir_commit(struct settings_dir *dir, int err);
/*
 * The request has ended with `err` and is not run again: note what that means for
 * the program that writes or closes a file.
 */
void settings_dir_over(struct settings_dir *dir, int err);
