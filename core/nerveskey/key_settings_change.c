/* SPDX-License-Identifier: Apache-2.0 */
/* Changes to the settings: each is one update of the chip. */
#include <errno.h>

#include "error.h"
#include "key.h"

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
static int write_map(struct nerveskey *key, struct settings *settings)
{
	struct settings_place place = key_settings_place(key);
	struct settings_space space = key->cache.space;
	int err;

	err = settings_save(key->chip, &place, &space, settings);
	if (err == -ENOSPC) /* nothing was written */
		return err;
	if (err < 0) {
		/* Half-way, perhaps: the next reader looks, and finishes it. */
		key_settings_keep(key, NULL, -ENODATA);
		return err;
	}
	pthread_mutex_lock(&key->cache_lock);
	key->cache.space = space;
	pthread_mutex_unlock(&key->cache_lock);
	key_settings_keep(key, settings, 0);
	return 0;
}

static int edit_in_session(struct nerveskey *key, const struct edit *edit)
{
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
		err = write_map(key, changed);
	if (err < 0)
		settings_free(changed);
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
	int err;

	/* The old content is read also when it is no map: it is compared. */
	err = key_settings_load(key);
	if (err < 0 && err != -EUCLEAN)
		return err;
	err = settings_decode(etf->data, etf->len, &settings);
	if (err < 0)
		return err;
	err = write_map(key, settings);
	if (err < 0)
		settings_free(settings);
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
