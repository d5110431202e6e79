/* SPDX-License-Identifier: Apache-2.0 */
#include "chip_settings.h"

#include <errno.h>
#include <string.h>

#include "enter.h"
#include "error.h"
#include "key.h"
#include "log.h"

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

void chip_settings_keep(struct nerveskey *key, struct content *etf, int error)
{
	content_replace(&key->cache.etf, etf);
	key->cache.settings_error = error;
	key->settings_seen_us = atecc_now_us(key->chip);
}

/* -EUCLEAN: the space holds no map. */
static int keep_map(struct nerveskey *key, const struct settings_space *space)
{
	struct settings *settings = NULL;
	struct content *etf = NULL;
	BYTES_LOCAL(term);
	int err = settings_decode(space->data, space->place.len, &settings);

	if (err == 0)
		err = settings_encode(settings, &term);
	settings_free(settings);
	if (err == 0)
		err = content_new(&term, &etf);
	if (err == 0 || err == -EUCLEAN)
		chip_settings_keep(key, etf, err);
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
	struct settings_space space = key->cache.space;
	bool recovered = false;
	int err;

	if (!chip_settings_are_lacking(key))
		return 0;
	space.place = chip_settings_place(key);
	err = settings_load(key->chip, &space, &recovered);
	if (err < 0)
		return err;
	if (recovered)
		log_write(LOG_LEVEL_WARNING,
			  "an interrupted settings update was finished");
	err = keep_map(key, &space);
	if (err < 0 && err != -EUCLEAN)
		return err;
	key->cache.space = space;
	return 0;
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

static int give_map(struct nerveskey *key, struct content **etf)
{
	if (key->cache.settings_error < 0)
		return refuse(key,
			      fail_because(EUCLEAN, "what the chip holds as "
						    "settings is not a map; "
						    "writing settings.etf "
						    "replaces it"));
	*etf = key->cache.etf;
	return 0;
}

int nerveskey_settings_known(struct nerveskey *key, struct content **etf)
{
	int err = need_settings(key);

	return err < 0 ? err : give_map(key, etf);
}

int nerveskey_settings(struct nerveskey *key, struct content **etf)
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
	return err < 0 ? err : give_map(key, etf);
}

static int store(struct nerveskey *key, struct content *etf)
{
	struct settings_space space = key->cache.space;
	int err;

	if (key->cache.settings_error == -ENODATA)
		return lacks_settings(key, OP_SETTINGS_WRITE);
	err = settings_store(key->chip, &space, &etf->bytes);
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
	chip_settings_keep(key, content_ref(etf), 0);
	return 0;
}

int nerveskey_settings_write(struct nerveskey *key, struct content *etf)
{
	int err = enter_to_change(key, OP_SETTINGS_WRITE);

	if (err < 0)
		return err;
	err = key_state_permits(key->cache.state, USE_SETTINGS, "the chip");
	if (err == 0)
		err = store(key, etf);
	return leave(key, OP_SETTINGS_WRITE, err);
}
