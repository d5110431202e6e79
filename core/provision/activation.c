/* SPDX-License-Identifier: Apache-2.0 */
#include "activation.h"

#include <errno.h>
#include <string.h>

#include "crypto.h"
#include "error.h"
#include "host_digest.h"
#include "slots.h"

#define ATTEMPTS 3

/* Hash the chip's random bytes, ours, and its serial with the key. */
static void answer(const uint8_t secret[static 32],
		   const uint8_t chip_serial[static 9],
		   const uint8_t random[static 32],
		   const uint8_t seed[static 20], uint8_t response[static 32])
{
	uint8_t message[CHECKMAC_MESSAGE_SIZE], tempkey[32];

	nonce_message(random, seed, message);
	crypto_sha256(message, NONCE_MESSAGE_SIZE, tempkey);
	checkmac_message(secret, tempkey, chip_serial, message);
	crypto_sha256(message, sizeof(message), response);
	explicit_bzero(message, sizeof(message));
}

static int check(struct atecc *chip, const uint8_t response[static 32])
{
	int err = atecc_checkmac(chip, SLOT_ACTIVATION_KEY, response);

	return err == -EBADE
		       ? fail_because(
				 EACCES,
				 "this is not the activation key that the chip was "
				 "provisioned with")
		       : err;
}

static int attempt(struct atecc *chip, const uint8_t secret[static 32],
		   const uint8_t chip_serial[static 9])
{
	uint8_t random[32], seed[20], response[32];
	int err;

	crypto_random(seed, sizeof(seed));
	err = atecc_nonce(chip, seed, random);
	if (err < 0)
		return err;
	answer(secret, chip_serial, random, seed, response);
	err = check(chip, response);
	explicit_bzero(response, sizeof(response));
	return err;
}

int activation_authorise(struct atecc *chip, const uint8_t key[static 16],
			 const uint8_t chip_serial[static 9])
{
	uint8_t secret[32] = { 0 };
	int err = -ESTALE;

	/* The chip uses 32 bytes of the slot: the key and zeros. */
	memcpy(secret, key, 16);
	for (int i = 0; i < ATTEMPTS && err == -ESTALE; i++)
		err = attempt(chip, secret, chip_serial);
	explicit_bzero(secret, sizeof(secret));
	if (err == -ESTALE)
		return fail_because(
			EIO,
			"the chip lost its nonce before it was used, each of "
			"the times that it was tried: try again");
	return err;
}
