/* SPDX-License-Identifier: Apache-2.0 */
/* Random bytes and ECDH. */
#include "requests.h"

#include <errno.h>
#include <string.h>

#include "certificate.h"
#include "config_zone.h"
#include "error.h"
#include "key.h"
#include "keys.h"
#include "sign.h"

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
	int err;

	err = enter(key, OP_RANDOM);
	if (err < 0)
		return err;
	err = draw(key, random, len);
	return leave(key, OP_RANDOM, err);
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

static int agree(struct nerveskey *key, unsigned int slot,
		 const uint8_t peer[static 64], uint8_t secret[static 32])
{
	int err;

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
	unsigned int slot;
	int err;

	err = enter_verified(key, OP_ECDH);
	if (err < 0)
		return err;
	err = key_slot(key, which, &slot);
	if (err == 0)
		err = agree(key, slot, peer, secret);
	return leave(key, OP_ECDH, err);
}
