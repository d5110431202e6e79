/* SPDX-License-Identifier: Apache-2.0 */
/* The commands for locks, keys and random numbers. */
#include <errno.h>
#include <string.h>

#include "error.h"
#include "execute.h"
#include "frame.h"
#include "session.h"

enum {
	INFO_KEY_VALID = 0x01,
	INFO_LATCH = 0x04,
	INFO_LATCH_SET = 0x0003, /* param2: set the latch to 1 */
	GENKEY_PUBLIC = 0x00,
	GENKEY_CREATE = 0x04,
	NONCE_RANDOM = 0x00,
	NONCE_PASS = 0x03,
	SIGN_EXTERNAL = 0x80, /* TempKey; both families have this mode */
	MAC_TEMPKEY = 0x05,   /* key, then TempKey from a fixed input */
	CHECKMAC_TEMPKEY = 0x01,
	CHECKMAC_SIZE = 77, /* challenge 32, response 32, OtherData 13 */
	SEQUENCES = 4,
};

int atecc_lock(struct atecc *chip, enum atecc_lock lock, uint16_t argument)
{
	struct request request = { .param1 = (uint8_t)lock,
				   .param2 = argument };

	if (lock == ATECC_LOCK_SLOT) {
		request.param1 |= (uint8_t)(argument << 2);
		request.param2 = 0;
	}
	return session_execute(chip, COMMAND_LOCK, &request, NULL);
}

int atecc_random(struct atecc *chip, uint8_t random[static 32])
{
	const struct request request = { 0 };

	return session_execute(chip, COMMAND_RANDOM, &request, random);
}

int atecc_create_key(struct atecc *chip, unsigned int slot,
		     uint8_t public_key[static 64])
{
	const struct request request = { .param1 = GENKEY_CREATE,
					 .param2 = (uint16_t)slot };

	return session_execute(chip, COMMAND_CREATE_KEY, &request, public_key);
}

int atecc_public_key(struct atecc *chip, unsigned int slot,
		     uint8_t public_key[static 64])
{
	const struct request request = { .param1 = GENKEY_PUBLIC,
					 .param2 = (uint16_t)slot };

	return session_execute(chip, COMMAND_PUBLIC_KEY, &request, public_key);
}

/*
 * Put `value` into TempKey and run a command on it. Sleep clears TempKey, so
 * both run after one wake and are repeated together.
 */
static int with_tempkey(struct atecc *chip, const uint8_t value[static 32],
			enum command command, const struct request *request,
			uint8_t *reply)
{
	const struct request nonce = { .param1 = NONCE_PASS,
				       .data = value,
				       .len = 32 };
	unsigned int tries = 0, refusals = 0, before;
	int err;

	while (tries < SEQUENCES) {
		before = chip->disturbances;
		err = session_execute(chip, COMMAND_NONCE_PASS, &nonce, NULL);
		if (err < 0)
			return err;
		err = session_execute(chip, command, request, reply);
		/* Another program may have put the chip to sleep in between. */
		if (err == -EPERM && refusals++ > chip->disturbances)
			return err;
		if (err != -ESTALE && err != -EPERM)
			return err;
		tries += chip->disturbances == before;
	}
	return fail_because(err == -EPERM ? EPERM : EIO, "%s, at each try",
			    fail_reason());
}

int atecc_sign(struct atecc *chip, unsigned int slot,
	       const uint8_t digest[static 32], uint8_t signature[static 64])
{
	const struct request request = { .param1 = SIGN_EXTERNAL,
					 .param2 = (uint16_t)slot };

	return with_tempkey(chip, digest, COMMAND_SIGN, &request, signature);
}

int atecc_mac(struct atecc *chip, unsigned int slot,
	      const uint8_t challenge[static 32], uint8_t mac[static 32])
{
	const struct request request = { .param1 = MAC_TEMPKEY,
					 .param2 = (uint16_t)slot };

	return with_tempkey(chip, challenge, COMMAND_MAC, &request, mac);
}

int atecc_ecdh(struct atecc *chip, unsigned int slot,
	       const uint8_t public_key[static 64], uint8_t secret[static 32])
{
	const struct request request = { .param2 = (uint16_t)slot,
					 .data = public_key,
					 .len = 64 };

	return session_execute(chip, COMMAND_ECDH, &request, secret);
}

/* Info: whether its first byte is 1. */
static int ask(struct atecc *chip, uint8_t mode, unsigned int slot, bool *yes)
{
	const struct request request = { .param1 = mode,
					 .param2 = (uint16_t)slot };
	uint8_t answer[4];
	int err;

	err = session_execute(chip, COMMAND_INFO, &request, answer);
	if (err == 0)
		*yes = answer[0] == 1;
	return err;
}

int atecc_key_valid(struct atecc *chip, unsigned int slot, bool *valid)
{
	return ask(chip, INFO_KEY_VALID, slot, valid);
}

int atecc_latch(struct atecc *chip, bool *set)
{
	return ask(chip, INFO_LATCH, 0, set);
}

int atecc_set_latch(struct atecc *chip)
{
	const struct request request = { .param1 = INFO_LATCH,
					 .param2 = INFO_LATCH_SET };
	uint8_t state[4];

	return session_execute(chip, COMMAND_SET_LATCH, &request, state);
}

int atecc_nonce(struct atecc *chip, const uint8_t seed[static 20],
		uint8_t random[static 32])
{
	const struct request request = { .param1 = NONCE_RANDOM,
					 .data = seed,
					 .len = 20 };

	return session_execute(chip, COMMAND_NONCE_RANDOM, &request, random);
}

int atecc_checkmac(struct atecc *chip, unsigned int slot,
		   const uint8_t response[static 32])
{
	/* The challenge is TempKey, so the chip ignores the first 32 bytes. */
	uint8_t data[CHECKMAC_SIZE] = { 0 };
	const struct request request = { .param1 = CHECKMAC_TEMPKEY,
					 .param2 = (uint16_t)slot,
					 .data = data,
					 .len = sizeof(data) };
	int err;

	memcpy(data + 32, response, 32);
	err = session_execute(chip, COMMAND_CHECKMAC, &request, NULL);
	explicit_bzero(data, sizeof(data));
	return err;
}
