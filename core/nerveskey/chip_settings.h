/* SPDX-License-Identifier: Apache-2.0 */
/* The settings of the chip, through the cache. */
#ifndef NK_CHIP_SETTINGS_H
#define NK_CHIP_SETTINGS_H

#include <stdbool.h>

struct nerveskey;

struct settings;
struct settings_place;

/*
 * Set *settings to the map of the chip. With `fresh` it is at most a second old,
 * else it is what the cache has. It belongs to `key`, and is valid until the next
 * call of a function of this header. -ENODATA: the chip has no place for a map
 * yet. -EUCLEAN: what it holds is not a map.
 */
int nerveskey_settings(struct nerveskey *key, bool fresh,
		       const struct settings **settings);
/*
 * Write `settings` to the chip in one update. On success they belong to `key`.
 * The caller has made them of what nerveskey_settings() returned in this request.
 * If the chip holds another map by now, this returns -EREMCHG, and the request
 * is run once more. -ENOSPC: they do not fit. Content of the chip that is not a
 * map (-EUCLEAN) is replaced.
 */
int nerveskey_settings_write(struct nerveskey *key, struct settings *settings);

/* Move `settings` to the cache; NULL with an error. Needs a session. */
void chip_settings_keep(struct nerveskey *key, struct settings *settings,
			int error);
struct settings_place chip_settings_place(const struct nerveskey *key);

#endif
