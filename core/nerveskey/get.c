/* SPDX-License-Identifier: Apache-2.0 */
/* Get items, and load them before they are requested. */
#include "get.h"

#include <errno.h>

#include "error.h"
#include "key.h"
#include "reread.h"
#include "rewritten.h"

/* The item is cached, or the zones have it, which are known. */
static bool needs_no_chip(const struct nerveskey *key, enum nerveskey_item item)
{
	return key->cache.item[item] || (item_source(item) == SOURCE_ZONES &&
					 key->cache.state != KEY_ABSENT);
}

/* First forget what another program has written since, then load the item. */
static int load(struct nerveskey *key, enum nerveskey_item item,
		struct bytes *out)
{
	int err = rewritten_forget_old(key);

	return err < 0 ? err : item_load(key, item, out);
}

static int load_in_session(struct nerveskey *key, enum nerveskey_item item,
			   struct bytes *out)
{
	int err;

	do {
		err = enter(key, OP_READ);
		if (err == 0)
			err = leave(key, OP_READ, load(key, item, out));
	} while (nerveskey_catch_up(key, &err));
	return err;
}

int nerveskey_get(struct nerveskey *key, enum nerveskey_item item,
		  struct bytes *out)
{
	int err;

	fail_clear();
	if (item_source(item) == SOURCE_COMPUTED)
		return item_load(key, item, out);
	if (needs_no_chip(key, item))
		look_around(key);
	fail_clear();
	if (needs_no_chip(key, item)) {
		err = item_load(key, item, out);
		nerveskey_note_failure(key, true, err);
		return err;
	}
	return load_in_session(key, item, out);
}

/*
 * The item is not loaded yet and never changes again. The certificate request
 * of a chip whose key is not locked can change: the key may be made again.
 */
static bool is_worth_loading(const struct nerveskey *key,
			     enum nerveskey_item item)
{
	return item_source(item) == SOURCE_CHIP && !key->cache.item[item] &&
	       !key->cache.passed_over[item] && key->present && !key->trouble &&
	       !key->recheck && key->cache.state == KEY_COMPLETE;
}

bool nerveskey_preload(struct nerveskey *key)
{
	struct bytes out = BYTES_INIT;
	enum nerveskey_item item = 0;

	/* Other keys than the device's are loaded on request only. */
	while (item < NERVESKEY_KEY_PUBLIC_KEY && !is_worth_loading(key, item))
		item++;
	if (item == NERVESKEY_KEY_PUBLIC_KEY)
		return false;
	key->cache.passed_over[item] = true;
	key->quiet = true;
	load_in_session(key, item, &out);
	key->quiet = false;
	bytes_free(&out);
	fail_clear();
	return true;
}
