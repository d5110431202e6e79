/* SPDX-License-Identifier: Apache-2.0 */
/*
 * settings/ as programs expect a directory to be, over a map where each change
 * is one update of the chip.
 *
 * What this adds to the map lives in memory: files just created that nobody
 * has written yet, files that were opened with O_TRUNC and not written yet, and
 * the scratch files of editors. A refused write leaves what was there before.
 *
 * `open` is what settings_files_open() gave, or NULL to go by name. Errors are
 * those of the settings functions of nerveskey.h, and those named here.
 */
#ifndef NK_SETTINGS_FILES_H
#define NK_SETTINGS_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <time.h>

#include "bytes.h"
#include "nerveskey.h"

struct settings_files;
struct setting_open;

/* -ENOMEM. `key` stays the caller's and must outlive it. */
int settings_files_new(struct nerveskey *key, struct settings_files **files);
/* Nothing is open any more. */
void settings_files_free(struct settings_files *files);

/*
 * -ENOENT unless `flags` has O_CREAT. With O_TRUNC the file reads as empty from
 * now on, and is stored as empty when it is closed without a write.
 */
int settings_files_open(struct settings_files *files, const char *name,
			int flags, struct setting_open **open);
void settings_files_close(struct settings_files *files,
			  struct setting_open *open);

/* The content, `out` is set. */
int settings_files_read(struct settings_files *files, const char *name,
			struct setting_open *open, struct bytes *out);
/* Its size and, when it was changed since the mount, the time of that. */
int settings_files_stat(struct settings_files *files, const char *name,
			struct setting_open *open, off_t *size,
			struct timespec *changed);
/* All or nothing; a gap is filled with zeros. -EFBIG. */
int settings_files_write(struct settings_files *files,
			 struct setting_open *open, const uint8_t *data,
			 size_t len, off_t offset);
/* To nothing and `open`: as O_TRUNC does. Editors do that before they write. */
int settings_files_resize(struct settings_files *files, const char *name,
			  struct setting_open *open, off_t size);
/* Store what is new or truncated and not written yet. */
int settings_files_settle(struct settings_files *files, const char *name,
			  struct setting_open *open);

int settings_files_remove(struct settings_files *files, const char *name);
/* `flags` of renameat2(2). */
int settings_files_rename(struct settings_files *files, const char *from,
			  const char *to, unsigned int flags);

/* All keys at once, by what nerveskey_settings_replace() takes. */
int settings_files_replace(struct settings_files *files,
			   const struct bytes *etf);

/* Scratch files have a type too, which cannot be set. */
int settings_files_type(struct settings_files *files, const char *name,
			struct setting_open *open, const char **type);
int settings_files_set_type(struct settings_files *files, const char *name,
			    struct setting_open *open, const char *type);

int settings_files_list(struct settings_files *files,
			int (*each)(void *context, const char *name),
			void *context);

#endif
