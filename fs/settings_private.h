/* SPDX-License-Identifier: Apache-2.0 */
/* Inside of settings_*.c: what is in memory of the files of settings/. */
#ifndef NK_SETTINGS_PRIVATE_H
#define NK_SETTINGS_PRIVATE_H

#include <pthread.h>

#include "fair_lock.h"
#include "settings_files.h"

/* Longer files than this are refused, in memory as on the chip. */
#define SETTING_FILE_MAX 65536
#define SCRATCH_FILES	 64
/* Changes that wait at once; each keeps one of FUSE's threads. */
#define SETTING_TURNS 64

enum setting_kind {
	SETTING_STORED,	 /* the chip has it */
	SETTING_NEW,	 /* created, not written yet */
	SETTING_SCRATCH, /* a name that editors use for a moment */
	SETTING_GONE,	 /* removed or replaced, but open */
};

/* A file that is in use or has something in memory. */
struct setting_file {
	struct setting_file *next;
	char *name;
	unsigned int users;
	enum setting_kind kind;
	bool emptied;	      /* stored, but opened with O_TRUNC */
	struct bytes content; /* unless stored */
	/*
	 * A scratch file that was renamed from this key. The chip still has the
	 * key, hidden, so that a power cut in the middle of an editor's dance
	 * loses nothing.
	 */
	char *key;
	const char *type; /* the key's */
	struct timespec changed;
};

struct setting_open {
	struct setting_file *file;
	int flags;
	bool fresh;	/* truncated, so its first write starts from nothing */
	bool attempted; /* something was written, or refused */
	uint64_t chip;	/* whose file it is */
};

/*
 * Changes wait for their `turn`, and keep it while the chip works. `lock`, which
 * is taken after it, is for the list and what is in it, never during I/O.
 */
struct settings_files {
	struct nerveskey *key;
	uint64_t chip; /* nerveskey_chip_number() that all of this is about */
	struct fair_lock turn;
	pthread_mutex_t lock;
	struct setting_file *first;
};

/* A name that stays in memory; `exclusive`: it was created with O_EXCL. */
bool scratch_name(const char *name, bool exclusive);

/* The functions below are called with the lock held. */
struct setting_file *table_find(struct settings_files *files, const char *name);
/* Somebody renamed this key to a scratch name. */
bool table_hides(struct settings_files *files, const char *name);
/* A new entry with one user. NULL: no memory. */
struct setting_file *table_add(struct settings_files *files, const char *name,
			       enum setting_kind kind);
/* -ENOSPC when there are too many scratch files. */
int table_scratch_room(struct settings_files *files);
/* One user less; forgotten when it was the last and memory holds nothing. */
void table_drop(struct settings_files *files, struct setting_file *file);
/* The name leads elsewhere now; who has it open keeps `content`. */
void table_retire(struct settings_files *files, const char *name,
		  struct bytes *content);
/*
 * The key (NULL: any) has been overwritten or removed: nobody stands for it any
 * more.
 */
void table_unhide(struct settings_files *files, const char *key);

/* Another chip answers: what memory holds of files was not its. */
void table_forget_chip(struct settings_files *files);

void table_clear(struct settings_files *files);

/*
 * Wait for the turn, and see which chip this is about now. -ETIMEDOUT: it did
 * not come.
 */
int setting_turn(struct settings_files *files);

/* A file's entry with one more user, made when the chip has it. -ENOENT. */
int setting_acquire(struct settings_files *files, const char *name,
		    struct setting_file **file);
void setting_release(struct settings_files *files, struct setting_file *file);
/* `open`'s file, or the one of that name, with one more user. */
int setting_of(struct settings_files *files, const char *name,
	       struct setting_open *open, struct setting_file **file);
/* Whether `open` is of the chip that is there: -ENODEV. In turn. */
int setting_check_chip(const struct settings_files *files,
		       const struct setting_open *open);
/* The same, to be changed: the turn is the caller's until setting_leave(). */
int setting_enter(struct settings_files *files, const char *name,
		  struct setting_open *open, struct setting_file **file);
void setting_leave(struct settings_files *files, struct setting_file *file);
int setting_content(struct settings_files *files, struct setting_file *file,
		    struct bytes *out);
/* Make `content` the file's, which is taken. The caller has the turn. */
int setting_store(struct settings_files *files, struct setting_file *file,
		  struct bytes *content);
/* A refused write leaves what was there before O_TRUNC. */
void setting_restore(struct settings_files *files, struct setting_file *file);
/* Store what is new or truncated. The caller has the turn. */
int setting_settle(struct settings_files *files, struct setting_file *file);

#endif
