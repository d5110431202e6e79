/* SPDX-License-Identifier: Apache-2.0 */
#include "sign.h"

#include <errno.h>
#include <string.h>

#include "cache.h"
#include "certificate.h"
#include "error.h"
#include "key.h"
#include "keys.h"
#include "provision_files.h"

int note_latch(struct nerveskey *key)
{
	bool open;
	int err = atecc_latch(key->chip, &open);

	if (err == 0)
		key->cache.latch = open ? LATCH_OPEN : LATCH_CLOSED;
	return err;
}

/* On a volatile part, a refusal mostly means that the latch is closed. */
int explain_latch(struct nerveskey *key, int err)
{
	int look;

	if (err != -EPERM || key->cache.kind != CONFIG_VOLATILE)
		return err;
	look = note_latch(key);
	if (look < 0)
		return look;
	if (key->cache.latch == LATCH_OPEN)
		return err;
	return fail_because(EACCES, "the latch is closed: write the activation "
				    "key to `activate` first");
}

/*
 * Sign within a session; the public key must be known. -EKEYREJECTED: the
 * signature does not verify. It is another chip's, or another program has used
 * the chip in between.
 */
static int sign_checked(struct nerveskey *key, unsigned int slot,
			const uint8_t digest[static 32],
			uint8_t signature[static 64])
{
	int err;

	err = atecc_sign(key->chip, slot, digest, signature);
	if (err < 0)
		return explain_latch(key, err);
	return public_key_verify(key->cache.public_key[slot], digest,
				 signature);
}

/* The error after the second such signature. */
static int signature_mismatch(unsigned int slot)
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

struct signer {
	struct nerveskey *key;
	unsigned int slot;
};

/* Sign until r and s are long, so that all requests have the same length. */
static int sign_request(void *context, const uint8_t digest[static 32],
			uint8_t signature[static 64])
{
	const struct signer *by = context;
	int err;

	do {
		err = sign_checked(by->key, by->slot, digest, signature);
		if (err == -EKEYREJECTED)
			err = sign_checked(by->key, by->slot, digest,
					   signature);
	} while (err == 0 && !signature_fit(signature));
	return err == -EKEYREJECTED ? signature_mismatch(by->slot) : err;
}

/*
 * The serial of a certificate request: the chip's own if others configured it,
 * else that of the OTP zone, the staged one, or the one that the chip would get.
 */
static size_t request_serial(const struct nerveskey *key,
			     uint8_t serial[static OTP_SERIAL_MAX])
{
	const struct otp *otp = &key->cache.otp;
	size_t len;

	if (!is_ours(key))
		return chip_serial_text(&key->cache, serial);
	if (otp->serial_len > 0) {
		memcpy(serial, otp->serial, otp->serial_len);
		return otp->serial_len;
	}
	provision_serial(key->request[NERVESKEY_PROVISION],
			 key->cache.chip_serial, serial, &len);
	return len;
}

int request_load(struct nerveskey *key, enum nerveskey_item item,
		 struct bytes *out)
{
	struct signer by = { key, item - NERVESKEY_KEY_REQUEST };
	uint8_t public_key[64], serial[OTP_SERIAL_MAX];
	struct certificate_device device = {
		.public_key = public_key,
		.serial = serial,
		.serial_len = request_serial(key, serial),
		.chip_serial = key->cache.chip_serial,
	};
	int err;

	/* A NervesKey's request is made before its key may do other things. */
	err = is_ours(key) ? 0 : key_permits(key, by.slot, SLOT_SIGN);
	if (err == 0)
		err = key_permits(key, by.slot, SLOT_PUBLIC_KEY);
	if (err == 0)
		err = key_public(key, by.slot, public_key);
	if (err < 0)
		return err;
	return certificate_request(&device, sign_request, &by, out);
}

static int draw(struct nerveskey *key, uint8_t *random, size_t len)
{
	uint8_t block[32];
	size_t take;
	int err;

	/* Before the configuration is locked, it returns only FF FF 00 00. */
	err = key_state_permits(key->cache.state, USE_RANDOM, "the chip");
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
	int err = enter(key, OP_RANDOM);

	return err < 0 ? err : leave(key, OP_RANDOM, draw(key, random, len));
}

int nerveskey_parse_peer(const struct bytes *text, uint8_t peer[static 64])
{
	fail_clear();
	if (text->len != 64)
		return public_key_from_pem(text, peer);
	memcpy(peer, text->data, 64);
	return public_key_check(peer);
}

static int agree(struct nerveskey *key, unsigned int which,
		 const uint8_t peer[static 64], uint8_t secret[static 32])
{
	unsigned int slot;
	int err;

	err = key_slot(key, which, &slot);
	if (err == 0)
		err = key_permits(key, slot, SLOT_ECDH);
	if (err < 0)
		return err;
	if (!config_data_is_locked(key->cache.config))
		return fail_because(ENODATA,
				    "the data zone of the chip is not locked, "
				    "and the chip makes no ECDH before that");
	return explain_latch(key, atecc_ecdh(key->chip, slot, peer, secret));
}

int nerveskey_ecdh(struct nerveskey *key, unsigned int which,
		   const uint8_t peer[static 64], uint8_t secret[static 32])
{
	int err = enter_verified(key, OP_ECDH);

	return err < 0 ? err
		       : leave(key, OP_ECDH, agree(key, which, peer, secret));
}
