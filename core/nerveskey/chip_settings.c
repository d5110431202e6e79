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

/* They are not known, or another program may have written them. */
static int lacks_settings(struct nerveskey *key, enum operation operation)
{
	chip_settings_keep(key, NULL, -ENODATA);
	return enter_lacks(key, operation, LACKS_SETTINGS);
}

static int look_again(struct nerveskey *key)
{
	int err = settings_unchanged(key->chip, &key->cache.space);

	if (err == -ESTALE)
		return lacks_settings(key, OP_SETTINGS_READ);
	if (err == 0)
		key->settings_seen_us = atecc_now_us(key->chip);
	return err;
}

/* 0 when something is known of them, be it that they are no map. */
static int need_settings(struct nerveskey *key)
{
	int err = 0;

	fail_clear();
	/* A blank chip cannot have settings: that is no failure to show. */
	if (key->cache.state != KEY_ABSENT)
		err = key_state_permits(key->cache.state, USE_SETTINGS,
					"the chip");
	if (err == 0 && key->cache.settings_error == -ENODATA)
		err = enter_lacks(key, OP_SETTINGS_READ, LACKS_LOOK);
	return err;
}

static int give_map(struct nerveskey *key, const struct settings **settings)
{
	if (key->cache.settings_error < 0)
		return refuse(key,
			      fail_because(EUCLEAN, "what the chip holds as "
						    "settings is not a map; "
						    "writing settings.etf "
						    "replaces it"));
	*settings = key->cache.settings;
	return 0;
}

int nerveskey_settings_known(struct nerveskey *key,
			     const struct settings **settings)
{
	int err = need_settings(key);

	return err < 0 ? err : give_map(key, settings);
}

int nerveskey_settings(struct nerveskey *key, const struct settings **settings)
{
	int err = enter_to_look(key);

	if (err == -EREMCHG)
		return err;
	if (err == 0)
		leave(key, OP_STATUS, 0);
	err = need_settings(key);
	if (err == 0 &&
	    (key->recheck ||
	     atecc_now_us(key->chip) - key->settings_seen_us >= SAME_CHIP_US)) {
		err = enter(key, OP_SETTINGS_READ);
		if (err == 0)
			err = leave(key, OP_SETTINGS_READ, look_again(key));
	}
	return err < 0 ? err : give_map(key, settings);
}

/* On success `settings` are moved to the cache. */
static int store(struct nerveskey *key, struct settings *settings,
		 const struct bytes *etf)
{
	struct settings_space space = key->cache.space;
	int err;

	err = settings_store(key->chip, &space, etf);
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

int nerveskey_settings_write(struct nerveskey *key, struct settings *settings,
			     const struct bytes *etf)
{
	int err;

	err = enter_to_change(key, OP_SETTINGS_WRITE);
	if (err < 0)
		return err;
	err = key_state_permits(key->cache.state, USE_SETTINGS, "the chip");
	if (err == 0)
		err = key->cache.settings_error == -ENODATA
			      ? lacks_settings(key, OP_SETTINGS_WRITE)
			      : store(key, settings, etf);
	return leave(key, OP_SETTINGS_WRITE, err);
}
