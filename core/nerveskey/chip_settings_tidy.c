/* SPDX-License-Identifier: Apache-2.0 */
/* Wipe what updates have left behind the map, when the chip is idle. */
#include "chip_settings_tidy.h"

#include <errno.h>

#include "chip_settings.h"
#include "key.h"
#include "reread.h"

static bool is_tidy(const struct nerveskey *key)
{
	return key->cache.settings_error != 0 ||
	       settings_is_tidy(&key->cache.space);
}

static int tidy(struct nerveskey *key)
{
	struct settings_space space = key->cache.space;
	int err = 0;

	if (!is_tidy(key))
		err = settings_tidy(key->chip, &space);
	/* Another program has changed them, or they are half done: reload. */
	if (err < 0)
		chip_settings_keep(key, NULL, -ENODATA);
	else
		key->cache.space = space;
	return err == -ESTALE ? 0 : err;
}

int nerveskey_settings_tidy(struct nerveskey *key)
{
	int err;

	if (is_tidy(key))
		return 0;
	do {
		err = enter_to_change(key, OP_STATUS);
		if (err == 0)
			err = leave(key, OP_STATUS, tidy(key));
	} while (nerveskey_catch_up(key, &err));
	return err;
}
