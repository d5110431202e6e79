/* SPDX-License-Identifier: Apache-2.0 */
/* Settings: reads from the cache, each change one update of the chip. */
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

static int require_place(struct nerveskey *key)
{
	return check_state(key->cache.state);
}

/* The cache takes over `settings`; NULL with an error. */
static void keep(struct nerveskey *key, struct settings *settings, int error)
{
	struct settings *old = key->cache.settings;

	pthread_mutex_lock(&key->cache_lock);
	key->cache.settings = settings;
	key->cache.settings_error = error;
	pthread_mutex_unlock(&key->cache_lock);
	settings_free(old);
}

static int read_settings(struct nerveskey *key)
{
	struct settings_place place = key_settings_place(key);
	struct settings_space space;
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
	keep(key, settings, err);
	key->settings_seen_us = atecc_now_us(key->chip);
	return err;
}

int key_settings_load(struct nerveskey *key)
{
	int err;

	if (key->cache.settings_error != -ENODATA)
		return key->cache.settings_error;
	err = require_place(key);
	return err < 0 ? err : read_settings(key);
}

/*
 * Another program may have written them: see, unless that was done within a
 * second or somebody has the chip.
 */
static void look_for_changes(struct nerveskey *key)
{
	int err = 0;

	if (key_enter_idle(key, &key->settings_seen_us) < 0)
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
	fail_because(-err, "what the chip holds as settings is not a map; "
			   "writing settings.etf replaces it");
	return key_refuse(key, err);
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

int nerveskey_setting_name_check(const char *name)
{
	fail_clear();
	return settings_name_check(name);
}

/* One change to the map; a row of arguments for each kind. */
struct edit {
	int (*apply)(struct settings *settings, const struct edit *edit);
	const char *name, *other;
	const struct bytes *value;
	unsigned int flags;
};

static int apply_put(struct settings *settings, const struct edit *edit)
{
	return settings_put(settings, edit->name, edit->value);
}

static int apply_remove(struct settings *settings, const struct edit *edit)
{
	return settings_remove(settings, edit->name);
}

static int apply_rename(struct settings *settings, const struct edit *edit)
{
	return settings_rename(settings, edit->name, edit->other, edit->flags);
}

static int apply_type(struct settings *settings, const struct edit *edit)
{
	return settings_set_type(settings, edit->name, edit->other);
}

/* On 0 the cache has taken `settings` over. */
static int write_map(struct nerveskey *key, struct settings *settings,
		     const struct bytes *etf)
{
	struct settings_place place = key_settings_place(key);
	struct settings_space space = key->cache.space;
	int err;

	err = settings_store(key->chip, &place, &space, etf);
	if (err == 0 || err == -ENOSPC || err == -EFBIG) {
		pthread_mutex_lock(&key->cache_lock);
		key->cache.space = space;
		pthread_mutex_unlock(&key->cache_lock);
	}
	if (err == 0) {
		keep(key, settings, 0);
		key->settings_seen_us = atecc_now_us(key->chip);
	} else if (err != -ENOSPC && err != -EFBIG) {
		/* Half-way, perhaps: the next reader looks, and finishes it. */
		keep(key, NULL, -ENODATA);
	}
	return err;
}

static int edit_in_session(struct nerveskey *key, const struct edit *edit)
{
	struct bytes etf = BYTES_INIT;
	struct settings *changed = NULL;
	int err;

	err = key_settings_load(key);
	if (err < 0)
		return err;
	err = settings_clone(key->cache.settings, &changed);
	if (err < 0)
		return err;
	err = edit->apply(changed, edit);
	if (err == 0)
		err = settings_encode(changed, &etf);
	if (err == 0)
		err = write_map(key, changed, &etf);
	if (err < 0)
		settings_free(changed);
	bytes_free(&etf);
	return err;
}

static int change(struct nerveskey *key, const struct edit *edit)
{
	int err;

	err = key_enter_to_change(key, OP_SETTINGS_WRITE);
	if (err < 0)
		return err;
	err = edit_in_session(key, edit);
	if (err == -ESTALE) /* another program wrote: change what it left */
		err = edit_in_session(key, edit);
	return key_leave(key, OP_SETTINGS_WRITE, err);
}

int nerveskey_setting_put(struct nerveskey *key, const char *name,
			  const struct bytes *value)
{
	return change(key, &(struct edit){ .apply = apply_put,
					   .name = name,
					   .value = value });
}

int nerveskey_setting_remove(struct nerveskey *key, const char *name)
{
	return change(key,
		      &(struct edit){ .apply = apply_remove, .name = name });
}

int nerveskey_setting_rename(struct nerveskey *key, const char *from,
			     const char *to, unsigned int flags)
{
	return change(key, &(struct edit){ .apply = apply_rename,
					   .name = from,
					   .other = to,
					   .flags = flags });
}

int nerveskey_setting_set_type(struct nerveskey *key, const char *name,
			       const char *type)
{
	return change(key, &(struct edit){ .apply = apply_type,
					   .name = name,
					   .other = type });
}

static int replace_in_session(struct nerveskey *key, const struct bytes *etf)
{
	struct settings *settings = NULL;
	struct bytes term = BYTES_INIT;
	int err;

	/* The old content is read also when it is no map: it is compared. */
	err = key_settings_load(key);
	if (err < 0 && err != -EUCLEAN)
		return err;
	err = settings_decode(etf->data, etf->len, &settings);
	if (err < 0)
		return err;
	/* What may follow the term is not stored. */
	err = settings_encode(settings, &term);
	if (err == 0)
		err = write_map(key, settings, &term);
	if (err < 0)
		settings_free(settings);
	bytes_free(&term);
	return err;
}

/* What is no map is refused as a value, not as the chip's state. */
static int check_map(const struct bytes *etf)
{
	struct settings *settings;
	int err;

	fail_clear();
	if (etf->len == 0 || etf->data[0] != 131)
		return fail_because(EINVAL, "not an external term: it starts "
					    "with byte 131");
	err = settings_decode(etf->data, etf->len, &settings);
	if (err == -EUCLEAN)
		return -EINVAL;
	if (err == 0)
		settings_free(settings);
	return err;
}

int nerveskey_settings_replace(struct nerveskey *key, const struct bytes *etf)
{
	int err;

	err = check_map(etf);
	if (err < 0)
		return key_refuse(key, err);
	err = key_enter_to_change(key, OP_SETTINGS_WRITE);
	if (err < 0)
		return err;
	err = replace_in_session(key, etf);
	if (err == -ESTALE)
		err = replace_in_session(key, etf);
	return key_leave(key, OP_SETTINGS_WRITE, err);
}
