/* SPDX-License-Identifier: Apache-2.0 */
/* Reading and writing settings through the cache. */
#include "chip_settings.h"

#include <errno.h>
#include <string.h>

#include "enter.h"
#include "error.h"
#include "key.h"

struct settings_place chip_settings_place(const struct nerveskey *key)
{
	struct settings_place place = {
		.len = key->cache.kind == CONFIG_TRUST_AND_GO
			       ? SETTINGS_SPACE_TRUST_AND_GO
			       : SETTINGS_SPACE_MAX,
		.state_dir = key->state_dir,
	};

	memcpy(place.chip_serial, key->cache.chip_serial, CHIP_SERIAL_SIZE);
	return place;
}

void chip_settings_keep(struct nerveskey *key, struct settings *settings,
			int error)
{
	struct settings *old = key->cache.settings;

	key->cache.settings = settings;
	key->cache.settings_error = error;
	key->settings_seen_us = atecc_now_us(key->chip);
	settings_free(old);
}

static int no_map(void)
{
	return fail_because(EUCLEAN,
			    "what the chip holds as settings is not a map; "
			    "writing settings.etf replaces it");
}

static bool is_old(const struct nerveskey *key, bool fresh)
{
	if (key->cache.settings_error == -ENODATA)
		return true;
	return fresh && (key->recheck ||
			 atecc_now_us(key->chip) - key->settings_seen_us >=
				 SAME_CHIP_US);
}

/* They are not known, or another program may have written them. */
static int lacks_settings(struct nerveskey *key, enum operation operation)
{
	chip_settings_keep(key, NULL, -ENODATA);
	return enter_lacks(key, operation, LACKS_SETTINGS);
}

static int look_again(struct nerveskey *key)
{
	int err = -ESTALE;

	if (key->cache.settings_error != -ENODATA)
		err = settings_unchanged(key->chip, &key->cache.space);
	if (err == -ESTALE)
		return lacks_settings(key, OP_SETTINGS_READ);
	if (err == 0)
		key->settings_seen_us = atecc_now_us(key->chip);
	return err;
}

int nerveskey_settings(struct nerveskey *key, bool fresh,
		       const struct settings **settings)
{
	int err = fresh ? enter_to_look(key) : 0;

	if (err == -EREMCHG)
		return err;
	if (fresh && err == 0)
		leave(key, OP_STATUS, 0);
	err = 0;
	fail_clear();
	/* A blank chip cannot have settings: that is no failure to show. */
	if (key->cache.state != KEY_ABSENT)
		err = key_state_permits(key->cache.state, USE_SETTINGS,
					"the chip");
	if (err < 0)
		return err;
	if (is_old(key, fresh)) {
		err = enter(key, OP_SETTINGS_READ);
		if (err == 0)
			err = leave(key, OP_SETTINGS_READ, look_again(key));
		if (err < 0)
			return err;
	}
	if (key->cache.settings_error < 0)
		return refuse(key, no_map());
	*settings = key->cache.settings;
	return 0;
}

/* On success `settings` are moved to the cache. */
static int store(struct nerveskey *key, struct settings *settings)
{
	struct settings_place place = chip_settings_place(key);
	struct settings_space space = key->cache.space;
	int err;

	err = settings_save(key->chip, &place, &space, settings);
	if (err == -ENOSPC || err == -ENOMEM) /* nothing was written */
		return err;
	if (err == -ESTALE)
		return lacks_settings(key, OP_SETTINGS_WRITE);
	if (err < 0) {
		/* Perhaps half done: the next reader loads and finishes it. */
		chip_settings_keep(key, NULL, -ENODATA);
		return err;
	}
	key->cache.space = space;
	chip_settings_keep(key, settings, 0);
	return 0;
}

int nerveskey_settings_write(struct nerveskey *key, struct settings *settings)
{
	int err;

	err = enter_to_change(key, OP_SETTINGS_WRITE);
	if (err < 0)
		return err;
	err = key_state_permits(key->cache.state, USE_SETTINGS, "the chip");
	if (err == 0)
		err = key->cache.settings_error == -ENODATA
			      ? lacks_settings(key, OP_SETTINGS_WRITE)
			      : store(key, settings);
	return leave(key, OP_SETTINGS_WRITE, err);
}
