/* SPDX-License-Identifier: Apache-2.0 */
#include "snapshot.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "cache.h"
#include "key.h"
#include "keys.h"
#include "look.h"
#include "provision_files.h"
#include "status.h"
#include "system_clock.h"

/* Looking for a missing chip is quick, unless the adapter is slow. */
static uint64_t next_look(const struct nerveskey *key)
{
	if (key->slow)
		return UINT64_MAX;
	return key->trouble && key->present ? key->seen_ms + TROUBLE_MS : 0;
}

/* Convert a time of the bus's clock to CLOCK_MONOTONIC. */
static uint64_t to_ms(const struct nerveskey *key, uint64_t at_us)
{
	return now_ms() - (atecc_now_us(key->chip) - at_us) / 1000;
}

/* Make the texts. One that has not changed keeps its content. */
static int render(struct nerveskey *key)
{
	BYTES_LOCAL(text);
	int err;

	err = status_text(key, &text);
	if (err == 0)
		err = content_update(&key->status, &text);
	for (size_t i = 0; i < 2 && err == 0; i++) {
		err = provision_file_text(key, (enum nerveskey_provision)i,
					  &text);
		if (err == 0)
			err = content_update(&key->shown[i], &text);
	}
	return err;
}

int nerveskey_snapshot(struct nerveskey *key,
		       struct nerveskey_snapshot **snapshot)
{
	struct nerveskey_snapshot *made = calloc(1, sizeof(*made));
	int err;

	if (!made)
		return -ENOMEM;
	err = render(key);
	if (err < 0) {
		free(made);
		return err;
	}
	atomic_init(&made->references, 1);
	made->chip_number = key->chip_number;
	/* The owner of a TrustFLEX part may write its certificates at any time. */
	made->slots_ms = to_ms(key, key->slots_us);
	made->looked_ms = key->cache.state == KEY_TRUSTFLEX
				  ? made->slots_ms
				  : to_ms(key, key->looked_us);
	made->look_ms = next_look(key);
	made->present = key->present;
	made->looked_at = look_is_complete(key);
	made->counts = key->counts;
	made->counts.present = key->present;
	made->features = cache_features(key);
	made->slots = cache_free_slots(key);
	made->readable = cache_readable_slots(key);
	made->keys = nerveskey_keys(key);
	for (size_t i = 0; i < NERVESKEY_ITEM_COUNT; i++) {
		made->item[i] = content_ref(key->cache.item[i]);
		made->missing[i] = key->cache.missing[i];
	}
	for (size_t i = 0; i < 2; i++)
		made->provision[i] = content_ref(key->shown[i]);
	made->status = content_ref(key->status);
	*snapshot = made;
	return 0;
}

void snapshot_unref(struct nerveskey_snapshot *snapshot)
{
	if (!snapshot || atomic_fetch_sub(&snapshot->references, 1) != 1)
		return;
	for (size_t i = 0; i < NERVESKEY_ITEM_COUNT; i++)
		content_unref(snapshot->item[i]);
	for (size_t i = 0; i < 2; i++)
		content_unref(snapshot->provision[i]);
	content_unref(snapshot->status);
	free(snapshot);
}
