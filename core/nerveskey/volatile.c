/* SPDX-License-Identifier: Apache-2.0 */
/* Volatile parts: opening the latch, and deriving keys. */
#include "volatile.h"

#include <errno.h>

#include "activation.h"
#include "error.h"
#include "key.h"
#include "sign.h"

#define ATTEMPTS 3

static int require_volatile(struct nerveskey *key)
{
	if (key->cache.kind != CONFIG_VOLATILE)
		return fail_because(
			ENODATA,
			"the chip was not provisioned with mode=volatile, so "
			"it has no activation or encryption key");
	return key_state_permits(key->cache.state, USE_KEY, "the chip");
}

static int open_latch(struct nerveskey *key,
		      const uint8_t activation_key[static 16])
{
	bool open = false;
	int err = -ESTALE;

	/* Sleep undoes the authorisation by the key. */
	for (int i = 0; i < ATTEMPTS && err == -ESTALE; i++) {
		err = activation_authorise(key->chip, activation_key,
					   key->cache.chip_serial);
		if (err == 0)
			err = atecc_set_latch(key->chip);
	}
	if (err == 0)
		err = atecc_latch(key->chip, &open);
	if (err == 0)
		key->cache.latch = open ? LATCH_OPEN : LATCH_CLOSED;
	if (err == 0 && !open)
		return fail_because(
			EIO,
			"the latch stayed closed although the activation key "
			"is right: write the key again");
	return err;
}

int nerveskey_activate(struct nerveskey *key,
		       const uint8_t activation_key[static 16])
{
	int err;

	err = enter_verified(key, OP_ACTIVATE);
	if (err < 0)
		return err;
	err = require_volatile(key);
	if (err == 0)
		err = open_latch(key, activation_key);
	return leave(key, OP_ACTIVATE, err);
}

int nerveskey_derive(struct nerveskey *key, const uint8_t data[static 32],
		     uint8_t mac[static 32])
{
	int err;

	err = enter_verified(key, OP_DERIVE);
	if (err < 0)
		return err;
	err = require_volatile(key);
	if (err == 0)
		err = explain_latch(
			key,
			atecc_mac(key->chip, SLOT_ENCRYPTION_KEY, data, mac));
	return leave(key, OP_DERIVE, err);
}
