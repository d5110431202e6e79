/* SPDX-License-Identifier: Apache-2.0 */
#include "activation.h"

#include <errno.h>
#include <string.h>

#include "crypto.h"
#include "error.h"
#include "slots.h"

#define ATTEMPTS 3

void nonce_message(const uint8_t random[static 32],
		   const uint8_t seed[static 20],
		   uint8_t message[static NONCE_MESSAGE_SIZE])
{
	memcpy(message, random, 32);
	memcpy(message + 32, seed, 20);
	message[52] = 0x16; /* opcode and mode; param2's low byte is 0 too */
	message[53] = 0;
	message[54] = 0;
}

void checkmac_message(const uint8_t key[static 32],
		      const uint8_t tempkey[static 32],
		      const uint8_t chip_serial[static 9],
		      uint8_t message[static CHECKMAC_MESSAGE_SIZE])
{
	/* OtherData is all zeros; pieces of the serial are between its own. */
	memset(message, 0, CHECKMAC_MESSAGE_SIZE);
	memcpy(message, key, 32);
	memcpy(message + 32, tempkey, 32);
	message[79] = chip_serial[8];
	message[84] = chip_serial[0];
	message[85] = chip_serial[1];
}

static int attempt(struct atecc *chip, const uint8_t secret[static 32],
		   const uint8_t chip_serial[static 9])
{
	uint8_t random[32], seed[20], digest[32];
	uint8_t message[CHECKMAC_MESSAGE_SIZE];
	int err;

	crypto_random(seed, sizeof(seed));
	err = atecc_nonce(chip, seed, random);
	if (err < 0)
		return err;
	nonce_message(random, seed, message);
	crypto_sha256(message, NONCE_MESSAGE_SIZE, digest);
	checkmac_message(secret, digest, chip_serial, message);
	crypto_sha256(message, sizeof(message), digest);
	err = atecc_checkmac(chip, SLOT_ACTIVATION_KEY, digest);
	explicit_bzero(message, sizeof(message));
	explicit_bzero(digest, sizeof(digest));
	if (err == -EBADE)
		return fail_because(EACCES,
				    "this is not the activation key "
				    "that the chip was provisioned with");
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
