/* SPDX-License-Identifier: Apache-2.0 */
/*
 * settings/ as programs expect a directory to be, over a map where each change
 * is one update of the chip. There are two maps: `stored` is the chip's, `shown`
 * is what the directory shows. A change is made to `shown`; what is to last is
 * `shown` without the temporary names of editors, and the chip is updated when
 * that is not what is stored. A refused change leaves everything as it was.
 *
 * Used by the chip's thread. `open` is what settings_dir_open() gave, or NULL to
 * go by name. Errors are those of nerveskey.h and settings.h, and those named
 * here.
 */
#ifndef NK_SETTINGS_DIR_H
#define NK_SETTINGS_DIR_H

#include <sys/types.h>

#include "bytes.h"
#include "view.h"

struct nerveskey;
struct settings_dir;
struct setting_open;

/* -ENOMEM. `key` stays the caller's and must outlive it. */
int settings_dir_new(struct nerveskey *key, struct settings_dir **dir);
void settings_dir_free(struct settings_dir *dir);

/* See what the chip's map is now. */
int settings_dir_refresh(struct settings_dir *dir);
/* The same for whoever names a file: -ENODEV when it is another chip's. */
int settings_dir_find(struct settings_dir *dir);
/* Fill in what `view` says of settings; no other call is under way. -ENOMEM. */
int settings_dir_show(struct settings_dir *dir, struct view *view);

/*
 * For who opens to write, truncate or create. -ENOENT unless `flags` has O_CREAT.
 * With O_TRUNC the file reads as empty from now on, and is stored as empty when
 * it is closed without a write.
 */
int settings_dir_open(struct settings_dir *dir, const char *name, int flags,
		      struct setting_open **open);
/* `open` is gone, unless -EREMCHG comes of it. */
int settings_dir_close(struct settings_dir *dir, struct setting_open *open);
/* The same for one that could not be opened; nothing is stored. */
void settings_dir_give_up(struct settings_dir *dir, struct setting_open *open);
/* Sets `text` to what it reads as now, and *file to its number; 0: removed. */
int setting_open_read(const struct setting_open *open, struct bytes *text,
		      uint64_t *file);

/*
 * The changes below are all or nothing. They are made in memory, and shown; what
 * they change of the chip's map is stored by settings_dir_commit(), which is
 * called when the request's function has returned `err`. It returns what comes
 * of the request. When the chip refuses, everything is as it was.
 */
int settings_dir_commit(struct settings_dir *dir, int err);

/* A gap is filled with zeros. -EFBIG. */
int settings_dir_write(struct settings_dir *dir, struct setting_open *open,
		       const struct bytes *data, off_t offset);
/* To nothing and `open`: as O_TRUNC does. Editors do that before they write. */
int settings_dir_resize(struct settings_dir *dir, const char *name,
			struct setting_open *open, off_t size);
/* Store what is new or truncated and not written yet. */
int settings_dir_settle(struct settings_dir *dir, const char *name,
			struct setting_open *open);
int settings_dir_remove(struct settings_dir *dir, const char *name);
/* `flags` of renameat2(2). */
int settings_dir_rename(struct settings_dir *dir, const char *from,
			const char *to, unsigned int flags);
int settings_dir_set_type(struct settings_dir *dir, const char *name,
			  const char *type);
/* All keys at once, as an external term. -EINVAL when it is no map. */
int settings_dir_replace(struct settings_dir *dir, const struct bytes *etf);

#endif
