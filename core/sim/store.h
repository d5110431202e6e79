/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Locks, reads and replaces the file that holds a simulated chip's EEPROM.
 * store_format.h describes its members.
 */
#pragma once

#include <stdbool.h>

#include <jansson.h>

struct store {
	char *path; /* absolute, without symbolic links */
	int fd;	    /* holds the lock on `path` */
	json_t *json;
};

/*
 * Opens and locks FILE. Sets `is_new` when it was missing or empty: there is
 * then nothing to decode. -EBUSY: another process holds the lock.
 */
int store_open(struct store *store, const char *path, bool *is_new);
void store_close(struct store *store);
/*
 * Writes the current JSON, atomically and durably. On error FILE is unchanged.
 */
int store_write(struct store *store);

/* Sets `json` to a file's content without locking it. The caller owns it. */
int store_read(const char *path, json_t **json);
