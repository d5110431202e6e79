/* SPDX-License-Identifier: Apache-2.0 */
/* The settings of the chip, by way of the cache. */
#ifndef NK_CHIP_SETTINGS_H
#define NK_CHIP_SETTINGS_H

#include <stdbool.h>

struct nerveskey;

struct settings;
struct settings_place;

/*
 * The map that the chip holds, `fresh`: not older than a second; else what is
 * known of it will do. It is the key's, and good until the next call of a
 * function of this header. -ENODATA before the chip has a place for it, -EUCLEAN
 * when what is there is no map.
 */
int nerveskey_settings(struct nerveskey *key, bool fresh,
		       const struct settings **settings);
/*
 * Make the chip hold `settings`, by one update; on 0 they are the key's. They
 * are made of what nerveskey_settings() gave in this request: when the chip holds
 * something else by now, it is run once more. -ENOSPC: they do not fit. No map
 * on the chip (-EUCLEAN) is replaced.
 */
int nerveskey_settings_write(struct nerveskey *key, struct settings *settings);

/* The cache takes over `settings`; NULL with an error. In a session. */
void chip_settings_keep(struct nerveskey *key, struct settings *settings,
			int error);
struct settings_place chip_settings_place(const struct nerveskey *key);

#endif
