/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The file that a simulated chip's EEPROM is kept in: JSON, as README.md says.
 * Members that the simulator does not know are kept as they are.
 */
#ifndef NK_SIM_STORE_H
#define NK_SIM_STORE_H

#include <jansson.h>

#include "eeprom.h"

struct store {
	char *path; /* absolute, without symbolic links */
	int fd;	    /* holds the lock on what `path` names */
	json_t *json;
};

/*
 * Open and lock FILE; `is_new` when it was not there or empty, and then
 * store_load() is not for it. -EBUSY: another has it.
 */
int store_open(struct store *store, const char *path, bool *is_new);
void store_close(struct store *store);

/* -EINVAL with a sentence. `model` as in FILE, valid until store_close(). */
int store_load(struct store *store, struct eeprom *eeprom, const char **model);
/* Atomic and durable; on error FILE has the old content. */
int store_save(struct store *store, const struct eeprom *eeprom);
/* What store_save() ends in: the JSON as it is now. */
int store_write(struct store *store);
/* The content of a new FILE, not saved yet. */
int store_init(struct store *store, const char *model);

/*
 * A file's content alone, nothing locked; and the chip that it is, of a model
 * that there is. -EINVAL with a sentence.
 */
int store_read(const char *path, json_t **json);
int store_decode(const char *path, const json_t *json, struct eeprom *eeprom);

#endif
