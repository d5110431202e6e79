/* SPDX-License-Identifier: Apache-2.0 */
/* Settings as they are read: from the cache, and now and then from the chip. */
#include <errno.h>
#include <string.h>

#include "error.h"
#include "key.h"
#include "log.h"

struct settings_place key_settings_place(const struct nerveskey *key)
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

static int check_state(enum key_state state)
{
	if (state == KEY_FOREIGN || state < KEY_DATA_LOCKED)
		return fail_because(ENODATA,
				    "the chip is %s: it has no settings yet",
				    key_state_name(state));
	return 0;
}

void key_settings_keep(struct nerveskey *key, struct settings *settings,
		       int error)
{
	struct settings *old = key->cache.settings;

	key->cache.settings = settings;
	key->cache.settings_error = error;
	key->settings_seen_us = atecc_now_us(key->chip);
	settings_free(old);
}

static int read_settings(struct nerveskey *key)
{
	struct settings_place place = key_settings_place(key);
	struct settings_space space = key->cache.space;
	struct settings *settings = NULL;
	bool recovered = false;
	int err;

	err = settings_load(key->chip, &place, &space, &recovered);
	if (err < 0)
		return err;
	if (recovered)
		log_write(LOG_LEVEL_WARNING,
			  "an interrupted settings update was finished");
	err = settings_decode(space.data, space.len, &settings);
	if (err < 0 && err != -EUCLEAN)
		return err;
	key->cache.space = space;
	key_settings_keep(key, settings, err);
	return err;
}

static int no_map(void)
{
	return fail_because(EUCLEAN,
			    "what the chip holds as settings is not a map; "
			    "writing settings.etf replaces it");
}

int key_settings_load(struct nerveskey *key)
{
	int err = key->cache.settings_error;

	if (err == -ENODATA) {
		err = check_state(key->cache.state);
		if (err == 0)
			err = read_settings(key);
	}
	return err == -EUCLEAN ? no_map() : err;
}

/* Another program may have written them. */
static int read_anew(struct nerveskey *key)
{
	int err;

	if (key->cache.settings_error == -ENODATA)
		return key_settings_load(key);
	err = settings_unchanged(key->chip, &key->cache.space);
	if (err == -ESTALE)
		err = read_settings(key);
	if (err == 0)
		key->settings_seen_us = atecc_now_us(key->chip);
	return err;
}

static bool is_old(const struct nerveskey *key, bool fresh)
{
	if (key->cache.settings_error == -ENODATA)
		return true;
	return fresh && (key->recheck ||
			 atecc_now_us(key->chip) - key->settings_seen_us >=
				 SAME_CHIP_US);
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
	/* To look for what cannot be there is no failure. */
	if (key->cache.state != KEY_ABSENT)
		err = check_state(key->cache.state);
	if (err < 0)
		return err;
	if (is_old(key, fresh)) {
		err = enter(key, OP_SETTINGS_READ);
		if (err < 0)
			return err;
		err = read_anew(key);
		if (err != -EUCLEAN)
			err = leave(key, OP_SETTINGS_READ, err);
		else
			leave(key, OP_SETTINGS_READ, 0);
		if (err < 0 && err != -EUCLEAN)
			return err;
	}
	if (key->cache.settings_error < 0)
		return refuse(key, no_map());
	*settings = key->cache.settings;
	return 0;
}

/* On 0 the cache has taken `settings` over. */
static int store(struct nerveskey *key, struct settings *settings)
{
	struct settings_place place = key_settings_place(key);
	struct settings_space space = key->cache.space;
	int err;

	err = settings_save(key->chip, &place, &space, settings);
	if (err == -ENOSPC || err == -ENOMEM) /* nothing was written */
		return err;
	if (err < 0) {
		/* Half-way, perhaps: the next reader looks, and finishes it. */
		key_settings_keep(key, NULL, -ENODATA);
		return err;
	}
	key->cache.space = space;
	key_settings_keep(key, settings, 0);
	return 0;
}

/* What is no map is replaced as well. */
static int load_to_compare(struct nerveskey *key)
{
	int err = key_settings_load(key);

	return err == -EUCLEAN ? 0 : err;
}

int nerveskey_settings_write(struct nerveskey *key, struct settings *settings)
{
	bool changed;
	int err;

	err = enter_to_change(key, OP_SETTINGS_WRITE);
	if (err < 0)
		return err;
	changed = key->cache.settings_error == -ENODATA;
	err = load_to_compare(key);
	if (err == 0 && !changed)
		err = store(key, settings);
	if (err == -ESTALE) { /* another program wrote */
		changed = true;
		err = load_to_compare(key);
	}
	err = leave(key, OP_SETTINGS_WRITE, err);
	return err == 0 && changed ? -ESTALE : err;
}
