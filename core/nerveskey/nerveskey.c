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
	struct nerveskey *key = calloc(1, sizeof(*key));
	int err;

	if (!key)
		return -ENOMEM;
	key->cache.settings_error = -ENODATA; /* not read yet */
	key->wanted_key = options->key;
	key->state_dir = options->state_dir;
	err = provision_new(PROVISION_PRIMARY, &key->request[0]);
	if (err == 0)
		err = provision_new(PROVISION_AUX, &key->request[1]);
	if (err == 0)
		err = atecc_open(device, &key->chip);
	if (err == 0)
		err = first_look(key, options->wait);
	if (err < 0)
		nerveskey_close(key);
	else
		*out = key;
	return err;
}

void nerveskey_close(struct nerveskey *key)
{
	nerveskey_settings_tidy(key);
	atecc_close(key->chip);
	for (size_t i = 0; i < 2; i++) {
		provision_free(key->request[i]);
		content_unref(key->shown[i]);
	}
	content_unref(key->status);
	cache_forget_items(key);
	content_unref(key->cache.etf);
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
