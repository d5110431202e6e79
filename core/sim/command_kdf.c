/* SPDX-License-Identifier: Apache-2.0 */
/*
 * KDF of the 608: PRF of TLS 1.2, AES, and HKDF-Extract. Its operands are those
 * of Microchip's library; there is no public data sheet of it.
 */
#include <string.h>

#include <nettle/aes.h>
#include <nettle/hmac.h>

#include "commands.h"

#define AES_BLOCK	    16u
#define AES_ENABLED	    0x01

#define KDF_SOURCE(mode)    ((mode)&3u)
#define KDF_TARGET(mode)    ((mode) >> 2 & 7u)
#define KDF_ALGORITHM(mode) ((mode) >> 5 & 3u)

enum kdf_place { KDF_TEMP, KDF_TEMP_UPPER, KDF_SLOT, KDF_ALT, KDF_OUT };
enum kdf_algorithm { KDF_PRF, KDF_AES, KDF_HKDF };

#define KDF_HKDF_FROM_INPUT 2u
#define KDF_HKDF_ZERO_KEY   4u
#define KDF_AES_ALLOWED	    0x04 /* ChipOptions, first byte */
#define KDF_PROTECTION	    0x0c /* ChipOptions, second byte */

/* What KDF works on. */
struct kdf {
	const uint8_t *key;
	size_t key_len; /* that are there */
	uint32_t details;
	const uint8_t *message;
	size_t message_len;
	uint8_t out[64];
	size_t out_len;
};

static void find_source(struct chip *chip, const struct chip_request *request,
			struct kdf *kdf)
{
	struct chip_sram *sram = &chip->sram;
	unsigned int slot = request->param2 & 0xff;
	struct slot_rules rules;

	switch (KDF_SOURCE(request->mode)) {
	case KDF_TEMP:
		kdf->key = sram->temp_key.value;
		kdf->key_len = sram->temp_key.len;
		return;
	case KDF_TEMP_UPPER:
		kdf->key = sram->temp_key.value + 32;
		kdf->key_len = sram->temp_key.len == 64 ? 32 : 0;
		return;
	case KDF_ALT:
		kdf->key = sram->alt_key.value;
		kdf->key_len = sram->alt_key.len;
		return;
	default:
		kdf->key = slot < EEPROM_SLOTS ? chip_secret(chip, slot, &rules)
					       : NULL;
		kdf->key_len = kdf->key ? eeprom_slot_size(slot) : 0;
		return;
	}
}

/* P_hash of RFC 5246, section 5. */
static void prf(const struct kdf *kdf, size_t key_len, uint8_t *out,
		size_t out_len)
{
	struct hmac_sha256_ctx hmac;
	uint8_t a[32];

	hmac_sha256_set_key(&hmac, key_len, kdf->key);
	hmac_sha256_update(&hmac, kdf->message_len, kdf->message);
	hmac_sha256_digest(&hmac, sizeof(a), a);
	for (size_t at = 0; at < out_len; at += 32) {
		hmac_sha256_update(&hmac, sizeof(a), a);
		hmac_sha256_update(&hmac, kdf->message_len, kdf->message);
		hmac_sha256_digest(&hmac, 32, out + at);
		hmac_sha256_update(&hmac, sizeof(a), a);
		hmac_sha256_digest(&hmac, sizeof(a), a);
	}
}

/* Details: bits 1-0 the key's length, 8 the result's; 10-9 AEAD: only 0. */
static enum chip_status run_prf(struct chip *chip, struct kdf *kdf)
{
	size_t key_len = ((kdf->details & 3) + 1) * 16;

	(void)chip;
	if (kdf->details & 0x00fffefc)
		return STATUS_PARSE;
	if (kdf->key_len < key_len)
		return STATUS_EXECUTION;
	kdf->out_len = kdf->details & 0x100 ? 64 : 32;
	prf(kdf, key_len, kdf->out, kdf->out_len);
	return STATUS_OK;
}

/* Details: bits 1-0 which 16 bytes of the source are the key. */
static enum chip_status run_aes(struct chip *chip, struct kdf *kdf)
{
	const uint8_t *config = chip->eeprom.config;
	size_t at = (kdf->details & 3) * AES_BLOCK;
	struct aes128_ctx aes;

	if (kdf->details & ~3u || kdf->message_len != AES_BLOCK)
		return STATUS_PARSE;
	if (!(config[CONFIG_AES_ENABLE] & AES_ENABLED) ||
	    !(config[CONFIG_CHIP_OPTIONS] & KDF_AES_ALLOWED) ||
	    kdf->key_len < at + AES_BLOCK)
		return STATUS_EXECUTION;
	aes128_set_encrypt_key(&aes, kdf->key + at);
	aes128_encrypt(&aes, AES_BLOCK, kdf->out, kdf->message);
	explicit_bzero(&aes, sizeof(aes));
	memset(kdf->out + AES_BLOCK, 0, AES_BLOCK);
	kdf->out_len = 32;
	return STATUS_OK;
}

/* Details: bits 1-0 where the message is: only in the command; 2 zero key. */
static enum chip_status run_hkdf(struct chip *chip, struct kdf *kdf)
{
	static const uint8_t zeros[32];
	bool zero = kdf->details & KDF_HKDF_ZERO_KEY;
	struct hmac_sha256_ctx hmac;

	(void)chip;
	if ((kdf->details & 0x00fffffb) != KDF_HKDF_FROM_INPUT)
		return STATUS_PARSE;
	if (!zero && kdf->key_len < 32)
		return STATUS_EXECUTION;
	hmac_sha256_set_key(&hmac, 32, zero ? zeros : kdf->key);
	hmac_sha256_update(&hmac, kdf->message_len, kdf->message);
	hmac_sha256_digest(&hmac, 32, kdf->out);
	kdf->out_len = 32;
	return STATUS_OK;
}

static enum chip_status (*const algorithms[])(struct chip *chip,
					      struct kdf *kdf) = {
	[KDF_PRF] = run_prf,
	[KDF_AES] = run_aes,
	[KDF_HKDF] = run_hkdf,
};

static enum chip_status deliver(struct chip *chip, unsigned int target,
				const struct kdf *kdf, struct chip_reply *reply)
{
	struct chip_sram *sram = &chip->sram;

	switch (target) {
	case KDF_TEMP:
		chip_set_temp_key(chip, kdf->out, kdf->out_len);
		return STATUS_OK;
	case KDF_ALT:
		if (kdf->out_len != 32)
			return STATUS_EXECUTION;
		memcpy(sram->alt_key.value, kdf->out, 32);
		sram->alt_key.len = 32;
		return STATUS_OK;
	case KDF_OUT:
		if (chip->eeprom.config[CONFIG_CHIP_OPTIONS + 1] &
		    KDF_PROTECTION)
			return STATUS_EXECUTION;
		return chip_answer(reply, kdf->out, kdf->out_len);
	default: /* half of TempKey, slots, encrypted output */
		return STATUS_EXECUTION;
	}
}

/* The four bytes of details, then the message; false: not that. */
static bool take_details(const struct chip_request *request, struct kdf *kdf)
{
	if (request->len < 4)
		return false;
	for (unsigned int i = 0; i < 4; i++)
		kdf->details |= (uint32_t)request->data[i] << (8 * i);
	kdf->message = request->data + 4;
	kdf->message_len = request->len - 4;
	return KDF_ALGORITHM(request->mode) == KDF_AES ||
	       kdf->details >> 24 == kdf->message_len;
}

enum chip_status command_kdf(struct chip *chip,
			     const struct chip_request *request,
			     struct chip_reply *reply)
{
	unsigned int target = KDF_TARGET(request->mode);
	struct kdf kdf = { 0 };
	enum chip_status status;

	if (request->mode & 0x80 || KDF_ALGORITHM(request->mode) > KDF_HKDF ||
	    target > KDF_OUT + 1 || !take_details(request, &kdf))
		return STATUS_PARSE;
	if (!chip_is_personal(chip))
		return STATUS_EXECUTION;
	find_source(chip, request, &kdf);
	status = algorithms[KDF_ALGORITHM(request->mode)](chip, &kdf);
	if (status == STATUS_OK)
		status = deliver(chip, target, &kdf, reply);
	explicit_bzero(&kdf, sizeof(kdf));
	return status;
}
