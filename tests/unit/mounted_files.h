/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A chip with settings and what settings/ keeps of it in memory; bench_begin()
 * is before them all.
 */
#ifndef NK_MOUNTED_FILES_H
#define NK_MOUNTED_FILES_H

#include "key_bench.h"
#include "settings_files.h"

struct mounted {
	struct nerveskey *key;
	struct settings_files *files;
};

/*
 * Others are at work for longer than anybody waits. Only for programs that are
 * linked with --wrap=fair_lock_take (see CMakeLists.txt).
 */
extern bool turn_never_comes;

/* The image with the settings, as a chip with this serial: 4 hex digits. */
void place_chip(const char *file, const char *serial);
/* `options` begin with a comma, "" for none. */
struct mounted mount_chip(const char *file, const char *options);
/* A new one of serial 1111, whose keys "net" and "wifi" are "cable" and "radio". */
struct mounted mount_two_keys(void);
void unmount_chip(struct mounted *mounted);
/* Nothing is left to be wiped when it is unmounted. */
void tidy_chip(struct mounted *mounted);
/* How many transfers a mount takes, with this work and tidy_chip() in it. */
unsigned int transfers_of(void (*work)(struct mounted *mounted));

struct setting_open *open_file(struct mounted *mounted, const char *name,
			       int flags);
int write_at(struct mounted *mounted, struct setting_open *open,
	     const char *text, off_t offset);
/* As `printf text > name` does. */
int put(struct mounted *mounted, const char *name, const char *text);
void assert_content(struct mounted *mounted, const char *name,
		    const char *text);

#endif
