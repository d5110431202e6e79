/* SPDX-License-Identifier: Apache-2.0 */
/* AES of the 608 (ATECC608A-TNGTLS data sheet, section 5.3.1). */
#include <string.h>

#include <nettle/aes.h>

#include "commands.h"
#include "key_rules.h"
#include "temp_key.h"

#define AES_BLOCK     16u
#define AES_ENABLED   0x01
#define FROM_TEMP_KEY 0xffff

enum aes_mode { AES_ENCRYPT = 0, AES_DECRYPT = 1, AES_GFM = 3 };

/*
 * Returns the 16-byte block `block` of an AES key: a slot's, once the zones are
 * locked, or TempKey's in any state. NULL: refused.
 */
static const uint8_t *aes_key(struct chip *chip, unsigned int source,
			      unsigned int block)
{
	size_t end = (block + 1) * AES_BLOCK;
	struct slot_rules rules;
	const uint8_t *key;

	if (source == FROM_TEMP_KEY)
		return temp_key_len(&chip->sram) >= end
			       ? chip->sram.temp_key.value + end - AES_BLOCK
			       : NULL;
	if (!key_zones_locked(chip))
		return NULL;
	key = key_secret(chip, source, &rules);
	if (!key || rules.key_type != KEY_TYPE_AES ||
	    eeprom_slot_size(source) < end)
		return NULL;
	return key + end - AES_BLOCK;
}

/* The product in GF(2^128) that GCM uses (NIST SP 800-38D, section 6.3). */
static void multiply(const uint8_t a[static 16], const uint8_t b[static 16],
		     uint8_t product[static 16])
{
	uint8_t v[16];

	memcpy(v, b, sizeof(v));
	memset(product, 0, 16);
	for (unsigned int bit = 0; bit < 128; bit++) {
		uint8_t carry = v[15] & 1;

		if (a[bit / 8] >> (7 - bit % 8) & 1)
			for (unsigned int i = 0; i < 16; i++)
				product[i] ^= v[i];
		for (unsigned int i = 15; i > 0; i--)
			v[i] = (uint8_t)(v[i] >> 1 | v[i - 1] << 7);
		v[0] >>= 1;
		if (carry)
			v[0] ^= 0xe1;
	}
}

static void crypt_block(const uint8_t *key, bool decrypt, const uint8_t *in,
			uint8_t *out)
{
	struct aes128_ctx aes;

	if (decrypt) {
		aes128_set_decrypt_key(&aes, key);
		aes128_decrypt(&aes, AES_BLOCK, out, in);
	} else {
		aes128_set_encrypt_key(&aes, key);
		aes128_encrypt(&aes, AES_BLOCK, out, in);
	}
	explicit_bzero(&aes, sizeof(aes));
}

static enum chip_status gfm(const struct chip_request *request,
			    struct chip_reply *reply)
{
	uint8_t product[AES_BLOCK];

	if (request->mode != AES_GFM || request->param2 != 0 ||
	    request->len != 2 * AES_BLOCK)
		return STATUS_PARSE;
	multiply(request->data, request->data + AES_BLOCK, product);
	return chip_answer(reply, product, sizeof(product));
}

enum chip_status command_aes(struct chip *chip,
			     const struct chip_request *request,
			     struct chip_reply *reply)
{
	unsigned int mode = request->mode & 3, block = request->mode >> 6;
	uint8_t out[AES_BLOCK];
	const uint8_t *key;

	if (!(chip->eeprom.config[CONFIG_AES_ENABLE] & AES_ENABLED))
		return STATUS_PARSE;
	if (mode == AES_GFM)
		return gfm(request, reply);
	if (request->mode & 0x3e || request->len != AES_BLOCK ||
	    (request->param2 >= EEPROM_SLOTS &&
	     request->param2 != FROM_TEMP_KEY))
		return STATUS_PARSE;
	key = aes_key(chip, request->param2, block);
	if (!key)
		return STATUS_EXECUTION;
	crypt_block(key, mode == AES_DECRYPT, request->data, out);
	return chip_answer(reply, out, sizeof(out));
}
