/* SPDX-License-Identifier: Apache-2.0 */
/* Conditions that all uses of a slot's key share. */
#pragma once

#include "chip.h"

/* The first slot that is large enough for a public key. */
#define FIRST_LARGE_SLOT 8u

/* Whether both zones are locked. Only then do keys stay as they are. */
bool key_zones_locked(const struct chip *chip);

bool key_is_private(const struct slot_rules *rules); /* P-256 */
bool key_is_public(const struct slot_rules *rules);  /* P-256 */

/*
 * Whether `slot` holds public keys that need validation by Verify, and whether
 * its key is validated.
 */
bool key_wants_validation(const struct slot_rules *rules);
bool key_is_validated(struct chip *chip, unsigned int slot);

/*
 * Whether CheckMac authorised the key, the latch is open, and there is no
 * UseLock.
 */
bool key_is_permitted(const struct chip *chip, const struct slot_rules *rules);
/*
 * key_is_permitted(), and a use of it is left. When the command succeeds, the
 * use is counted.
 */
bool key_is_usable(struct chip *chip, unsigned int slot,
		   const struct slot_rules *rules);

/*
 * Returns the content of `slot` as a symmetric key, and sets its rules. NULL:
 * an ECC key, or not key_is_usable(). The caller checks the locks.
 */
const uint8_t *key_secret(struct chip *chip, unsigned int slot,
			  struct slot_rules *rules);

/* Whether `slot` has a private key with `permission`, a bit of ReadKey. */
bool key_is_ready(struct chip *chip, unsigned int slot,
		  const struct slot_rules *rules, unsigned int permission);

/*
 * Sets `point` to the public key in `slot`: X and Y, each after four bytes.
 * false: the slot holds no public key.
 */
bool key_public_point(struct chip *chip, unsigned int slot,
		      uint8_t point[static 64]);

/*
 * Whether a command may store a key of `len` bytes that it made, by
 * key_store().
 */
bool key_can_store(const struct chip *chip, unsigned int slot, size_t len);
void key_store(struct chip *chip, unsigned int slot, const uint8_t *key,
	       size_t len);
