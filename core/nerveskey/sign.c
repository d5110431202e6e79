/* SPDX-License-Identifier: Apache-2.0 */
/* Signatures by the device's key, none of them unseen. */
#include "sign.h"

#include <errno.h>
#include <string.h>

#include "certificate.h"
#include "error.h"
#include "key.h"

/* On a volatile part a refusal mostly means that nobody has activated it. */
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

int sign_checked(struct nerveskey *key, const uint8_t digest[static 32],
		 uint8_t signature[static 64])
{
	int err;

	err = atecc_sign(key->chip, SLOT_DEVICE_KEY, digest, signature);
	if (err < 0)
		return explain_latch(key, err);
	return public_key_verify(key->cache.public_key, digest, signature);
}

int signature_mismatch(void)
{
	return fail_because(
		EIO, "the chip's signatures do not fit its public key, so "
		     "none is given out: slot 0 or the chip is damaged");
}

static int sign(struct nerveskey *key, const uint8_t digest[static 32],
		uint8_t signature[static 64])
{
	int err;

	err = key_state_permits(key->cache.state, USE_KEY, "the chip");
	if (err < 0)
		return err;
	if (!key->cache.have_public_key)
		return enter_lacks(key, OP_SIGN, LACKS_PUBLIC_KEY);
	err = sign_checked(key, digest, signature);
	if (err != -EKEYREJECTED)
		return err;
	if (key->run.mismatched)
		return signature_mismatch();
	/* Who is there? It is asked once more for a signature. */
	key->run.mismatched = true;
	return enter_lacks(key, OP_SIGN, LACKS_ZONES);
}

int nerveskey_sign(struct nerveskey *key, const uint8_t digest[static 32],
		   uint8_t signature[static 64])
{
	uint8_t made[64];
	int err;

	err = enter(key, OP_SIGN);
	if (err < 0)
		return err;
	err = sign(key, digest, made);
	if (err == 0)
		memcpy(signature, made, sizeof(made));
	return leave(key, OP_SIGN, err);
}

int nerveskey_sign_der(struct nerveskey *key, const uint8_t digest[static 32],
		       struct bytes *der)
{
	uint8_t signature[64];
	int err;

	err = enter(key, OP_SIGN);
	if (err < 0)
		return err;
	do
		err = sign(key, digest, signature);
	while (err == 0 && !signature_fit(signature));
	if (err == 0)
		err = signature_to_der(signature, der);
	return leave(key, OP_SIGN, err);
}
