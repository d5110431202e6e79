/* SPDX-License-Identifier: Apache-2.0 */
/* The settings of the chip, through the cache. */
#pragma once

#include <stdbool.h>

struct nerveskey;

struct bytes;
struct settings;
struct settings_place;

/*
 * Set *settings to the map of the chip: nerveskey_settings() to one that is at
 * most a second old, the other one to what the cache has, without a session. It
 * belongs to `key`, and is valid until the next call of a function of this
 * header. -ENODATA: the chip has no place for a map yet. -EUCLEAN: what it holds
 * is not a map.
 */
int nerveskey_settings(struct nerveskey *key, const struct settings **settings);
int nerveskey_settings_known(struct nerveskey *key,
			     const struct settings **settings);
/*
 * Write `settings` to the chip in one update. `etf` is what settings_encode()
 * makes of them. On success they belong to `key`. The caller has made them of
 * what one of the functions above returned in this request. If the chip holds
 * another map by now, this returns -EREMCHG, and the request is run once more.
 * -ENOSPC: they do not fit. Content of the chip that is not a map (-EUCLEAN) is
 * replaced.
 */
int nerveskey_settings_write(struct nerveskey *key, struct settings *settings,
			     const struct bytes *etf);

/* Move `settings` to the cache; NULL with an error. Needs a session. */
void chip_settings_keep(struct nerveskey *key, struct settings *settings,
			int error);
struct settings_place chip_settings_place(const struct nerveskey *key);
