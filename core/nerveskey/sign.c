/* SPDX-License-Identifier: Apache-2.0 */
/* Signatures by the chip's keys. Each one is verified. */
#include "sign.h"

#include <errno.h>
#include <string.h>

#include "certificate.h"
#include "error.h"
#include "key.h"
#include "keys.h"

/* On a volatile part, a refusal mostly means that the latch is closed. */
int explain_latch(struct nerveskey *key, int err)
{
	bool open;
	int look;

	if (err != -EPERM || key->cache.kind != CONFIG_VOLATILE)
		return err;
	look = atecc_latch(key->chip, &open);
	if (look < 0)
		return look;
	key->cache.latch = open ? LATCH_OPEN : LATCH_CLOSED;
	if (open)
		return err;
	return fail_because(EACCES, "the latch is closed: write the activation "
				    "key to `activate` first");
}

int sign_checked(struct nerveskey *key, unsigned int slot,
		 const uint8_t digest[static 32], uint8_t signature[static 64])
{
	int err;

	err = atecc_sign(key->chip, slot, digest, signature);
	if (err < 0)
		return explain_latch(key, err);
	return public_key_verify(key->cache.public_key[slot], digest,
				 signature);
}

int signature_mismatch(unsigned int slot)
{
	return fail_because(
		EIO,
		"the chip's signatures do not fit its public key, so none is "
		"given out: slot %u or the chip is damaged",
		slot);
}

static int sign(struct nerveskey *key, unsigned int which,
		const uint8_t digest[static 32], uint8_t signature[static 64])
{
	const struct cache *cache = &key->cache;
	unsigned int slot;
	int err;

	err = key_slot(key, which, &slot);
	if (err == 0)
		err = key_permits(key, slot, SLOT_SIGN);
	if (err < 0)
		return err;
	/* Without the public key, the signature cannot be verified. */
	if (cache->rule[SLOT_PUBLIC_KEY][slot])
		return atecc_sign(key->chip, slot, digest, signature);
	if (!(cache->public_keys >> slot & 1)) {
		key->run.slot = slot;
		return enter_lacks(key, OP_SIGN, LACKS_PUBLIC_KEY);
	}
	err = sign_checked(key, slot, digest, signature);
	if (err != -EKEYREJECTED)
		return err;
	if (key->run.mismatched)
		return signature_mismatch(slot);
	/* Check which chip answers, and sign once more. */
	key->run.mismatched = true;
	return enter_lacks(key, OP_SIGN, LACKS_ZONES);
}

/* A signature that cannot be verified has to come from the known chip. */
static int enter_to_sign(struct nerveskey *key, unsigned int which)
{
	unsigned int slot;

	if (key_slot(key, which, &slot) == 0 &&
	    key->cache.rule[SLOT_PUBLIC_KEY][slot])
		key->recheck |= !key->run.goes_on;
	return enter(key, OP_SIGN);
}

int nerveskey_sign(struct nerveskey *key, unsigned int slot,
		   const uint8_t digest[static 32],
		   uint8_t signature[static 64])
{
	uint8_t made[64];
	int err;

	err = enter_to_sign(key, slot);
	if (err < 0)
		return err;
	err = sign(key, slot, digest, made);
	if (err == 0)
		memcpy(signature, made, sizeof(made));
	return leave(key, OP_SIGN, err);
}

int nerveskey_sign_der(struct nerveskey *key, unsigned int slot,
		       const uint8_t digest[static 32], struct bytes *der)
{
	uint8_t signature[64];
	int err;

	err = enter_to_sign(key, slot);
	if (err < 0)
		return err;
	do
		err = sign(key, slot, digest, signature);
	while (err == 0 && !signature_fit(signature));
	if (err == 0)
		err = signature_to_der(signature, der);
	return leave(key, OP_SIGN, err);
}
