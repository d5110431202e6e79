/* SPDX-License-Identifier: Apache-2.0 */
/* The private keys of a chip, and the uses that its configuration allows. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "items.h"
#include "slot_rules.h"

struct cache;

/*
 * Sets what `zones` has of private keys, from its configuration and by asking
 * the chip which slots hold one. Needs a session. A NervesKey is not asked.
 */
int keys_find(struct nerveskey *key, struct cache *zones);

/* Note which key a foreign chip's files at the top are for. */
void keys_choose(struct nerveskey *key);

/*
 * Ask the known chip again, on which others may have made keys since, unless it
 * was asked within ten seconds. Needs a session.
 */
int keys_find_more(struct nerveskey *key);

/* Bits: the slots whose keys are in keys/; for a NervesKey, the device's. */
uint16_t nerveskey_keys(const struct nerveskey *key);

/*
 * Sets *slot to `which`, or to that of the main key: the one that `-o key=` has
 * named, or the first usable one. -ENODATA: there is none.
 */
int key_slot(const struct nerveskey *key, unsigned int which,
	     unsigned int *slot);

/*
 * Returns 0 if the key in `slot` can be used. -ENODATA: the slot has no key yet.
 * -EKEYREVOKED: its configuration forbids the use, and the sentence begins with
 * the field that does so.
 */
int key_permits(const struct nerveskey *key, unsigned int slot,
		enum slot_use use);

/*
 * Sets `public_key` to that of the key in `slot`, through the cache. Needs a
 * session.
 */
int key_public(struct nerveskey *key, unsigned int slot,
	       uint8_t public_key[static 64]);
/* Loads the public key of a slot of NERVESKEY_KEY_PUBLIC_KEY. */
int public_key_load(struct nerveskey *key, enum nerveskey_item item,
		    struct bytes *out);
