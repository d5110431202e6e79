/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The private keys of a chip: which there are, and what its configuration lets
 * them be used for.
 */
#ifndef NK_NERVESKEY_KEYS_H
#define NK_NERVESKEY_KEYS_H

#include <stdbool.h>
#include <stdint.h>

#include "nerveskey.h"
#include "slot_rules.h"

struct cache;

/*
 * Sets `zones->keys`, in a session, from its configuration and from what the
 * chip says of each slot. A NervesKey is not asked.
 */
int keys_find(struct nerveskey *key, struct cache *zones);

/* A bit for each slot whose key is in keys/; for a NervesKey, the device's. */
uint16_t nerveskey_keys(const struct nerveskey *key);

/*
 * Sets `slot` to `which`, or to the main key's: the one that was wanted at the
 * start, or the first that can be used. -ENODATA: there is none.
 */
int key_slot(const struct nerveskey *key, unsigned int which,
	     unsigned int *slot);

/*
 * Returns 0 when the key in `slot` can be used; -ENODATA: it holds none yet;
 * -EKEYREVOKED: its configuration forbids it, as slot_permits() says.
 */
int key_permits(const struct nerveskey *key, unsigned int slot,
		enum slot_use use);

/* Whether the chip tells the public key, so that signatures can be checked. */
bool key_shows_public(const struct nerveskey *key, unsigned int slot);

/*
 * Sets `public_key` to that of the key in `slot`, within a session, by way of
 * the cache.
 */
int key_public(struct nerveskey *key, unsigned int slot,
	       uint8_t public_key[static 64]);

#endif
