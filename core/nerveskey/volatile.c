/* SPDX-License-Identifier: Apache-2.0 */
/* Volatile-key parts: opening the latch, and the key behind it. */
#include <errno.h>
#include <string.h>
#include <sys/random.h>

#include "digest.h"
#include "error.h"
#include "host_digest.h"
#include "key.h"

static int require_volatile(struct nerveskey *key)
{
	if (key->cache.kind != CONFIG_VOLATILE)
		return fail_because(ENODATA, "the chip was not provisioned "
					     "with mode=volatile");
	return key_require(key);
}

/* The chip's nonce and ours, and its serial, hashed with the key: CheckMac. */
static int authorise(struct nerveskey *key, const uint8_t secret[static 32])
{
	uint8_t message[CHECKMAC_MESSAGE_SIZE], tempkey[32], response[32];
	uint8_t random[32], seed[20];
	int err;

	if (getrandom(seed, sizeof(seed), 0) != (ssize_t)sizeof(seed))
		return fail_because(EIO, "the system gives no random bytes");
	err = atecc_nonce(key->chip, seed, random);
	if (err < 0)
		return err;
	nonce_message(random, seed, message);
	err = crypto_sha256(message, NONCE_MESSAGE_SIZE, tempkey);
	if (err == 0) {
		checkmac_message(secret, tempkey, key->cache.chip_serial,
				 message);
		err = crypto_sha256(message, sizeof(message), response);
	}
	if (err == 0)
		err = atecc_checkmac(key->chip, SLOT_ACTIVATION_KEY, response);
	explicit_bzero(message, sizeof(message));
	explicit_bzero(response, sizeof(response));
	if (err == -EKEYREJECTED)
		return fail_because(EACCES, "this is not the activation key");
	return err;
}

static int open_latch(struct nerveskey *key,
		      const uint8_t activation_key[static 16])
{
	uint8_t secret[32] = { 0 };
	bool open = false;
	int err;

	/* The slot has 32 bytes: the key and zeros. */
	memcpy(secret, activation_key, 16);
	err = authorise(key, secret);
	explicit_bzero(secret, sizeof(secret));
	if (err == 0)
		err = atecc_set_latch(key->chip);
	if (err == 0)
		err = atecc_latch(key->chip, &open);
	if (err == 0 && !open)
		return fail_because(EIO, "the latch stayed closed");
	return err;
}

int nerveskey_activate(struct nerveskey *key,
		       const uint8_t activation_key[static 16])
{
	int err;

	err = key_enter(key, OP_ACTIVATE);
	if (err < 0)
		return err;
	err = require_volatile(key);
	if (err == 0)
		err = open_latch(key, activation_key);
	return key_leave(key, OP_ACTIVATE, err);
}

int nerveskey_derive(struct nerveskey *key, const uint8_t data[static 32],
		     uint8_t mac[static 32])
{
	int err;

	err = key_enter(key, OP_DERIVE);
	if (err < 0)
		return err;
	err = require_volatile(key);
	if (err == 0)
		err = key_explain_refusal(
			key,
			atecc_mac(key->chip, SLOT_ENCRYPTION_KEY, data, mac));
	return key_leave(key, OP_DERIVE, err);
}
