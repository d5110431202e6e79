/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The members of a state file, as README.md lists them. Unknown members are
 * kept.
 */
#pragma once

#include "eeprom.h"
#include "store.h"

/*
 * Sets `eeprom`, and `model` to a string that is valid until store_close().
 * -EINVAL with a sentence.
 */
int store_format_load(struct store *store, struct eeprom *eeprom,
		      const char **model);
/* Writes to FILE through store_write(). */
int store_format_save(struct store *store, const struct eeprom *eeprom);
/* Sets the content of a new FILE without saving it. */
int store_format_init(struct store *store, const char *model);

/*
 * Sets `eeprom` to the chip that `json`, read from `path`, describes. -EINVAL
 * with a sentence.
 */
int store_format_decode(const char *path, const json_t *json,
			struct eeprom *eeprom);
