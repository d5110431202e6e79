/* SPDX-License-Identifier: Apache-2.0 */
/*
 * settings/ behaves like any directory, but each change is one update of the
 * chip. There are two maps: `stored` is the chip's, `shown` is what the directory
 * shows. A change is made to `shown`. The chip should hold `shown` without the
 * temporary names of editors, and is updated if `stored` is another map. A refused
 * change leaves everything unchanged.
 *
 * The chip's thread uses it. `open` is from settings_dir_open(), or NULL to use
 * the name. Errors are those of nerveskey.h and settings.h, and those named here.
 */
#pragma once

#include <sys/types.h>

#include "bytes.h"
#include "view.h"

struct nerveskey;
struct settings_dir;
struct setting_open;

/* Sets *dir, which borrows `key`. -ENOMEM. */
int settings_dir_new(struct nerveskey *key, struct settings_dir **dir);
void settings_dir_free(struct settings_dir *dir);

/* Read the chip's map if it is not known or older than a second. */
int settings_dir_refresh(struct settings_dir *dir);
/* The same before a name is looked up. -ENODEV: it is another chip's map. */
int settings_dir_find(struct settings_dir *dir);
/* Sets the fields of `view` about settings. No change is under way. -ENOMEM. */
int settings_dir_show(struct settings_dir *dir, struct view *view);

/*
 * Open a file to write, truncate or create it, and set *open. -ENOENT: it does
 * not exist, and `flags` lacks O_CREAT. With O_TRUNC the file reads as empty from
 * now on, and is stored as empty if it is closed without a write.
 */
int settings_dir_open(struct settings_dir *dir, const char *name, int flags,
		      struct setting_open **open);
/* Frees `open`, unless it returns -EREMCHG. */
int settings_dir_close(struct settings_dir *dir, struct setting_open *open);
/* The same when the kernel's open has failed; nothing is stored. */
void settings_dir_give_up(struct settings_dir *dir, struct setting_open *open);
/* Sets `text` to the present content, and *file to its number; 0: removed. */
int setting_open_read(const struct setting_open *open, struct bytes *text,
		      uint64_t *file);

/*
 * Each change below is made in memory first, and shown. Call settings_dir_commit()
 * when the request's function has returned `err`: it updates the chip if its map
 * changes, and returns the result of the request. If the chip refuses, the change
 * is undone.
 */
int settings_dir_commit(struct settings_dir *dir, int err);

/* Writes `data`; a gap before it is filled with zeros. -EFBIG. */
int settings_dir_write(struct settings_dir *dir, struct setting_open *open,
		       const struct bytes *data, off_t offset);
/* Size 0 with `open` acts as O_TRUNC does: editors do that before they write. */
int settings_dir_resize(struct settings_dir *dir, const char *name,
			struct setting_open *open, off_t size);
/* Store a file that was created or truncated, and not written yet. */
int settings_dir_settle(struct settings_dir *dir, const char *name,
			struct setting_open *open);
int settings_dir_remove(struct settings_dir *dir, const char *name);
/* `flags` of renameat2(2). */
int settings_dir_rename(struct settings_dir *dir, const char *from,
			const char *to, unsigned int flags);
int settings_dir_set_type(struct settings_dir *dir, const char *name,
			  const char *type);
/* Replace the map by an external term. -EINVAL: it is not a map. */
int settings_dir_replace(struct settings_dir *dir, const struct bytes *etf);
