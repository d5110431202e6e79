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

	pthread_mutex_lock(&key->cache_lock);
	key->cache.settings = settings;
	key->cache.settings_error = error;
	pthread_mutex_unlock(&key->cache_lock);
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
	pthread_mutex_lock(&key->cache_lock);
	key->cache.space = space;
	pthread_mutex_unlock(&key->cache_lock);
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

/*
 * Another program may have written them: see, unless that was done within a
 * second or somebody has the chip.
 */
static void look_for_changes(struct nerveskey *key)
{
	bool known;
	int err = 0;

	pthread_mutex_lock(&key->cache_lock);
	known = key->cache.settings_error != -ENODATA;
	pthread_mutex_unlock(&key->cache_lock);
	if (!known || key_enter_idle(key, &key->settings_seen_us) < 0)
		return;
	if (key->cache.settings_error != -ENODATA)
		err = settings_unchanged(key->chip, &key->cache.space);
	if (err == 0)
		key->settings_seen_us = atecc_now_us(key->chip);
	if (err == -ESTALE)
		err = read_settings(key);
	if (err == -EUCLEAN) /* whoever wants them is told */
		err = 0;
	key_leave(key, OP_STATUS, err);
}

/*
 * The settings under the cache lock, asking the chip first where they are not
 * known. On 0 the caller unlocks the cache.
 */
static int lock_settings(struct nerveskey *key)
{
	int err;

	look_for_changes(key);
	fail_clear();
	pthread_mutex_lock(&key->cache_lock);
	/* Again when a write that failed has made them unknown meanwhile. */
	while (key->cache.settings_error == -ENODATA) {
		pthread_mutex_unlock(&key->cache_lock);
		err = key_enter(key, OP_SETTINGS_READ);
		if (err < 0)
			return err;
		err = key_settings_load(key);
		err = key_leave(key, OP_SETTINGS_READ, err);
		if (err < 0)
			return err;
		pthread_mutex_lock(&key->cache_lock);
	}
	err = key->cache.settings_error;
	if (err == 0)
		return 0;
	pthread_mutex_unlock(&key->cache_lock);
	return key_refuse(key, no_map());
}

int nerveskey_settings_each(struct nerveskey *key,
			    int (*each)(void *context, const char *name),
			    void *context)
{
	enum key_state state = key_state(key);
	struct settings *copy;
	int err = 0;

	/* To look for what cannot be there is no failure. */
	if (state != KEY_ABSENT)
		err = check_state(state);
	if (err == 0)
		err = lock_settings(key);
	if (err < 0)
		return err;
	err = settings_clone(key->cache.settings, &copy);
	pthread_mutex_unlock(&key->cache_lock);
	if (err < 0)
		return err;
	err = settings_each(copy, each, context);
	settings_free(copy);
	return err;
}

int nerveskey_setting_get(struct nerveskey *key, const char *name,
			  struct bytes *value)
{
	struct bytes text = BYTES_INIT;
	int err;

	err = lock_settings(key);
	if (err < 0)
		return err;
	err = settings_get(key->cache.settings, name, &text);
	pthread_mutex_unlock(&key->cache_lock);
	if (err == 0)
		bytes_move(value, &text);
	bytes_free(&text);
	return key_refuse(key, err);
}

int nerveskey_setting_type(struct nerveskey *key, const char *name,
			   const char **type)
{
	const char *found;
	int err;

	err = lock_settings(key);
	if (err < 0)
		return err;
	found = settings_type(key->cache.settings, name);
	pthread_mutex_unlock(&key->cache_lock);
	if (!found)
		return -ENOENT;
	*type = found;
	return 0;
}

int nerveskey_settings_etf(struct nerveskey *key, struct bytes *etf)
{
	struct bytes term = BYTES_INIT;
	int err;

	err = lock_settings(key);
	if (err < 0)
		return err;
	err = settings_encode(key->cache.settings, &term);
	pthread_mutex_unlock(&key->cache_lock);
	if (err == 0)
		bytes_move(etf, &term);
	bytes_free(&term);
	return key_refuse(key, err);
}

ssize_t nerveskey_settings_size(struct nerveskey *key)
{
	struct bytes term = BYTES_INIT;
	ssize_t size = -1;

	pthread_mutex_lock(&key->cache_lock);
	if (key->cache.settings &&
	    settings_encode(key->cache.settings, &term) == 0)
		size = (ssize_t)term.len;
	pthread_mutex_unlock(&key->cache_lock);
	bytes_free(&term);
	return size;
}

int nerveskey_setting_name_check(const char *name)
{
	fail_clear();
	return settings_name_check(name);
}
