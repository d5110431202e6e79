/* SPDX-License-Identifier: Apache-2.0 */
/* Load the settings from the chip, and finish an interrupted update. */
#include "chip_settings_load.h"

#include <errno.h>

#include "chip_settings.h"
#include "key.h"
#include "log.h"

static int load(struct nerveskey *key)
{
	struct settings_space space = key->cache.space;
	struct settings *settings = NULL;
	bool recovered = false;
	int err;

	space.place = chip_settings_place(key);
	err = settings_load(key->chip, &space, &recovered);
	if (err < 0)
		return err;
	if (recovered)
		log_write(LOG_LEVEL_WARNING,
			  "an interrupted settings update was finished");
	err = settings_decode(space.data, space.place.len, &settings);
	if (err < 0 && err != -EUCLEAN)
		return err;
	key->cache.space = space;
	chip_settings_keep(key, settings, err);
	return err;
}

bool chip_settings_are_lacking(const struct nerveskey *key)
{
	return key->cache.settings_error == -ENODATA &&
	       (key->cache.state == KEY_DATA_LOCKED ||
		key->cache.state == KEY_COMPLETE);
}

int chip_settings_make_known(struct nerveskey *key)
{
	int err = chip_settings_are_lacking(key) ? load(key) : 0;

	return err == -EUCLEAN ? 0 : err;
}
