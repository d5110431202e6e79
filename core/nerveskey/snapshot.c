/* SPDX-License-Identifier: Apache-2.0 */
#include "snapshot.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "cache.h"
#include "key.h"
#include "keys.h"
#include "provision_files.h"
#include "status.h"
#include "system_clock.h"

/* After a bus failure, background checks pause this long. */
#define TROUBLE_MS 30000

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
	struct bytes text = BYTES_INIT;
	int err;

	err = status_text(key, &text);
	if (err == 0)
		err = content_update(&key->cache.item[NERVESKEY_STATUS], &text);
	for (size_t i = 0; i < 2 && err == 0; i++) {
		err = provision_file_text(key, (enum nerveskey_provision)i,
					  &text);
		if (err == 0)
			err = content_update(&key->shown[i], &text);
	}
	bytes_free(&text);
	return err;
}

static void copy_features(struct nerveskey *key,
			  struct nerveskey_snapshot *made)
{
	for (unsigned int i = 0; i < NERVESKEY_FEATURE_COUNT; i++)
		if (nerveskey_has(key, (enum nerveskey_feature)i))
			made->features |= 1u << i;
	for (unsigned int i = 0; i < SLOT_COUNT; i++) {
		made->slots |= (unsigned int)nerveskey_slot_is_free(key, i)
			       << i;
		made->readable |=
			(unsigned int)nerveskey_slot_is_readable(key, i) << i;
	}
	made->keys = nerveskey_keys(key);
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
	made->looked_at = status_is_known(key);
	made->counts = key->counts;
	made->counts.present = key->present;
	copy_features(key, made);
	for (size_t i = 0; i < NERVESKEY_ITEM_COUNT; i++) {
		made->item[i] = content_ref(key->cache.item[i]);
		made->missing[i] = key->cache.missing[i];
	}
	for (size_t i = 0; i < 2; i++)
		made->provision[i] = content_ref(key->shown[i]);
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
	free(snapshot);
}
