/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The file that a simulated chip's EEPROM is kept in: its lock, and how it is
 * read and replaced. store_format.h has its members.
 */
#ifndef NK_SIM_STORE_H
#define NK_SIM_STORE_H

#include <stdbool.h>

#include <jansson.h>

struct store {
	char *path; /* absolute, without symbolic links */
	int fd;	    /* holds the lock on what `path` names */
	json_t *json;
};

/*
 * Open and lock FILE; sets `is_new` when it was not there or empty, and then
 * there is nothing to decode. -EBUSY: another has it.
 */
int store_open(struct store *store, const char *path, bool *is_new);
void store_close(struct store *store);
/*
 * Write the JSON as it is now, atomic and durable; on error FILE has the old
 * content.
 */
int store_write(struct store *store);

/* Sets `json` to a file's content; nothing is locked. The caller owns it. */
int store_read(const char *path, json_t **json);

#endif
