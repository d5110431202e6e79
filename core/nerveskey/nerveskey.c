/* SPDX-License-Identifier: Apache-2.0 */
/* Open and close. */
#include "nerveskey.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cache.h"
#include "certificate.h"
#include "chip_settings_tidy.h"
#include "error.h"
#include "key.h"
#include "log.h"
#include "reread.h"
#include "signing.h"

/* With `wait`, a missing chip is no failure. */
static int first_look(struct nerveskey *key, bool wait)
{
	int err;

	do {
		err = enter(key, OP_OPEN);
		if (err == 0)
			err = leave(key, OP_OPEN, 0);
	} while (nerveskey_catch_up(key, &err));
	if (err < 0 && wait) {
		log_write(LOG_LEVEL_WARNING, "%s; waiting for it",
			  fail_reason());
		return 0;
	}
	return err;
}

int nerveskey_open(const char *device, const struct nerveskey_options *options,
		   struct nerveskey **out)
{
	struct nerveskey *key;
	int err = 0;

	key = calloc(1, sizeof(*key));
	if (!key)
		return -ENOMEM;
	key->cache.settings_error = -ENODATA; /* not read yet */
	key->wanted_key = options->key;
	if (options->state_dir) {
		key->state_dir = strdup(options->state_dir);
		err = key->state_dir ? 0 : -ENOMEM;
	}
	if (err < 0)
		goto close;
	err = provision_new(PROVISION_PRIMARY, &key->request[0]);
	if (err < 0)
		goto close;
	err = provision_new(PROVISION_AUX, &key->request[1]);
	if (err < 0)
		goto close;
	err = atecc_open(device, &key->chip);
	if (err < 0)
		goto close;
	err = first_look(key, options->wait);
	if (err < 0)
		goto close;
	*out = key;
	return 0;

close:
	nerveskey_close(key);
	return err;
}

void nerveskey_close(struct nerveskey *key)
{
	nerveskey_settings_tidy(key);
	atecc_close(key->chip);
	for (size_t i = 0; i < 2; i++)
		provision_free(key->request[i]);
	for (size_t i = 0; i < 2; i++)
		content_unref(key->shown[i]);
	content_unref(key->status);
	cache_forget_items(key);
	settings_free(key->cache.settings);
	free(key->state_dir);
	explicit_bzero(key, sizeof(*key));
	free(key);
}

int nerveskey_start_signing(void (*confine)(void))
{
	return signing_start(confine);
}

void nerveskey_stop_signing(void)
{
	signing_stop();
}
