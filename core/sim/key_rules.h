/* SPDX-License-Identifier: Apache-2.0 */
/* What all uses of a slot's key have in common. */
#ifndef NK_SIM_KEY_RULES_H
#define NK_SIM_KEY_RULES_H

#include "chip.h"

/* First slot with room for a public key. */
#define FIRST_LARGE_SLOT 8u

/* Both zones are locked: keys are what they will be. */
bool key_zones_locked(const struct chip *chip);

bool key_is_private(const struct slot_rules *rules); /* P-256 */
bool key_is_public(const struct slot_rules *rules);  /* P-256 */

/*
 * `slot` is for public keys that are of use once Verify has validated them; and
 * the one that is there has been.
 */
bool key_wants_validation(const struct slot_rules *rules);
bool key_is_validated(struct chip *chip, unsigned int slot);

/* Authorisation by CheckMac, the latch, and no UseLock. */
bool key_is_permitted(const struct chip *chip, const struct slot_rules *rules);
/*
 * And a use of it is left. The command has used it, if it ends well: then the
 * use is counted.
 */
bool key_is_usable(struct chip *chip, unsigned int slot,
		   const struct slot_rules *rules);

/*
 * The content of `slot` as a symmetric key, and its rules: no ECC key, and
 * key_is_usable(). NULL: refused. The caller looks at the locks.
 */
const uint8_t *key_secret(struct chip *chip, unsigned int slot,
			  struct slot_rules *rules);

/*
 * `slot` has a private key that commands may use for `permission`, a bit of
 * ReadKey.
 */
bool key_is_ready(struct chip *chip, unsigned int slot,
		  const struct slot_rules *rules, unsigned int permission);

/*
 * Sets `point` to the public key in `slot`: X and Y, each behind four bytes.
 * false: no public key is kept there.
 */
bool key_public_point(struct chip *chip, unsigned int slot,
		      uint8_t point[static 64]);

/*
 * Commands may write a key that they have made, of `len` bytes, into `slot`;
 * they do so with key_store().
 */
bool key_can_store(const struct chip *chip, unsigned int slot, size_t len);
void key_store(struct chip *chip, unsigned int slot, const uint8_t *key,
	       size_t len);

#endif
