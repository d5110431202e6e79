/* SPDX-License-Identifier: Apache-2.0 */
/* What the chip is asked to do: sign, draw random bytes, agree on a secret. */
#include <errno.h>
#include <string.h>

#include "certificate.h"
#include "error.h"
#include "key.h"

int key_require(struct nerveskey *key)
{
	enum key_state state = key->cache.state;

	if (state == KEY_FOREIGN)
		return fail_because(
			ENODATA,
			"the chip's configuration is locked and is not a "
			"NervesKey's, so it has no device key that is known");
	if (state < KEY_DATA_LOCKED)
		return fail_because(ENODATA,
				    "the chip is %s: provision it first",
				    key_state_name(state));
	return 0;
}

/* On a volatile part a refusal mostly means that nobody has activated it. */
int key_explain_refusal(struct nerveskey *key, int err)
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

int key_sign(struct nerveskey *key, const uint8_t digest[static 32],
	     uint8_t signature[static 64])
{
	uint8_t public_key[64];
	int err;

	err = atecc_sign(key->chip, SLOT_DEVICE_KEY, digest, signature);
	if (err < 0)
		return key_explain_refusal(key, err);
	err = key_public_key(key, public_key);
	if (err == 0)
		err = public_key_verify(public_key, digest, signature);
	return err;
}

int key_misfit(void)
{
	return fail_because(
		EIO, "the chip's signatures do not fit its public key, so "
		     "none is given out: slot 0 or the chip is damaged");
}

static int sign(struct nerveskey *key, const uint8_t digest[static 32],
		uint8_t signature[static 64])
{
	int err;

	err = key_require(key);
	if (err == 0)
		err = key_sign(key, digest, signature);
	if (err != -EKEYREJECTED)
		return err;
	/* Ask again who is there, then for a signature. */
	err = key_look(key);
	if (err == 0)
		err = key_require(key);
	if (err == 0)
		err = key_sign(key, digest, signature);
	return err == -EKEYREJECTED ? key_misfit() : err;
}

int nerveskey_sign(struct nerveskey *key, const uint8_t digest[static 32],
		   uint8_t signature[static 64])
{
	uint8_t made[64];
	int err;

	err = key_enter(key, OP_SIGN);
	if (err < 0)
		return err;
	err = sign(key, digest, made);
	if (err == 0)
		memcpy(signature, made, sizeof(made));
	return key_leave(key, OP_SIGN, err);
}

int nerveskey_sign_der(struct nerveskey *key, const uint8_t digest[static 32],
		       struct bytes *der)
{
	uint8_t signature[64];
	int err;

	err = key_enter(key, OP_SIGN);
	if (err < 0)
		return err;
	do
		err = sign(key, digest, signature);
	while (err == 0 && !signature_fit(signature));
	if (err == 0)
		err = signature_to_der(signature, der);
	return key_leave(key, OP_SIGN, err);
}

static int draw(struct nerveskey *key, uint8_t *random, size_t len)
{
	uint8_t block[32];
	size_t take;
	int err = 0;

	/* Until then it answers FF FF 00 00 all over. */
	if (key->cache.state == KEY_BLANK)
		return fail_because(
			ENODATA,
			"the chip's generator gives a fixed pattern until its "
			"configuration is locked: provision it first");
	for (; len > 0 && err == 0; random += take, len -= take) {
		take = len < sizeof(block) ? len : sizeof(block);
		err = atecc_random(key->chip, block);
		if (err == 0)
			memcpy(random, block, take);
	}
	explicit_bzero(block, sizeof(block));
	return err;
}

int nerveskey_random(struct nerveskey *key, uint8_t *random, size_t len)
{
	int err;

	err = key_enter(key, OP_RANDOM);
	if (err < 0)
		return err;
	err = draw(key, random, len);
	return key_leave(key, OP_RANDOM, err);
}

int nerveskey_parse_peer(const struct bytes *text, uint8_t peer[static 64])
{
	uint8_t parsed[64];
	int err;

	fail_clear();
	if (text->len == sizeof(parsed)) {
		memcpy(parsed, text->data, sizeof(parsed));
		err = public_key_check(parsed);
	} else {
		err = public_key_from_pem(text, parsed);
	}
	if (err < 0)
		return err;
	memcpy(peer, parsed, sizeof(parsed));
	return 0;
}

int nerveskey_ecdh(struct nerveskey *key, const uint8_t peer[static 64],
		   uint8_t secret[static 32])
{
	int err;

	err = key_enter_surely(key, OP_ECDH);
	if (err < 0)
		return err;
	err = key_require(key);
	if (err == 0)
		err = key_explain_refusal(
			key,
			atecc_ecdh(key->chip, SLOT_DEVICE_KEY, peer, secret));
	return key_leave(key, OP_ECDH, err);
}
