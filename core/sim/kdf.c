/* SPDX-License-Identifier: Apache-2.0 */
#include "kdf.h"

#include <string.h>

#include <nettle/aes.h>
#include <nettle/hmac.h>

#include "temp_key.h"

#define AES_BLOCK	16u
#define AES_ENABLED	0x01
#define KDF_AES_ALLOWED 0x04 /* ChipOptions, first byte */

#define PRF_KEY_LEN	0x003u
#define PRF_64_BYTES	0x100u
#define PRF_AEAD	0x600u
#define PRF_AEAD_SPLIT	0x200u /* one half to the target, one answered */
#define HKDF_MESSAGE	0x3u
#define HKDF_ZERO_KEY	0x4u
#define SIZE		0xff000000u /* size of the message */

enum hkdf_message { FROM_SLOT, FROM_TEMP_KEY, FROM_INPUT, FROM_INPUT_WITH_IV };

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

static enum chip_status run_prf(struct chip *chip, struct kdf *kdf)
{
	size_t key_len = ((kdf->details & PRF_KEY_LEN) + 1) * 16;
	unsigned int aead = kdf->details & PRF_AEAD;
	bool long_out = kdf->details & PRF_64_BYTES;

	(void)chip;
	if (kdf->details & ~(PRF_KEY_LEN | PRF_64_BYTES | PRF_AEAD | SIZE) ||
	    (aead != 0 && (aead != PRF_AEAD_SPLIT || !long_out)))
		return STATUS_PARSE;
	if (kdf->key_len < key_len)
		return STATUS_EXECUTION;
	prf(kdf, key_len, kdf->out, long_out ? 64 : 32);
	kdf->out_len = long_out && !aead ? 64 : 32;
	kdf->more_len = aead ? 32 : 0;
	return STATUS_OK;
}

/* The details select the 16 bytes of the source that are the key. */
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

/* Whether the message has the two bytes KdfIvStr at KdfIvLoc. */
static bool has_iv(const struct chip *chip, const struct kdf *kdf)
{
	const uint8_t *iv = chip->eeprom.config + CONFIG_KDF_IV;

	return (size_t)iv[0] + 2 <= kdf->message_len &&
	       memcmp(kdf->message + iv[0], iv + 1, 2) == 0;
}

static enum chip_status find_message(struct chip *chip, struct kdf *kdf)
{
	switch (kdf->details & HKDF_MESSAGE) {
	case FROM_TEMP_KEY:
		if (kdf->message_len != 0)
			return STATUS_PARSE;
		kdf->message = chip->sram.temp_key.value;
		kdf->message_len = temp_key_len(&chip->sram);
		return kdf->message_len ? STATUS_OK : STATUS_EXECUTION;
	case FROM_INPUT:
		return STATUS_OK;
	case FROM_INPUT_WITH_IV:
		return has_iv(chip, kdf) ? STATUS_OK : STATUS_EXECUTION;
	default:
		return STATUS_PARSE;
	}
}

static enum chip_status run_hkdf(struct chip *chip, struct kdf *kdf)
{
	static const uint8_t zeros[32];
	bool zero = kdf->details & HKDF_ZERO_KEY;
	struct hmac_sha256_ctx hmac;
	enum chip_status status;

	if (kdf->details & ~(HKDF_MESSAGE | HKDF_ZERO_KEY | SIZE))
		return STATUS_PARSE;
	status = find_message(chip, kdf);
	if (status != STATUS_OK)
		return status;
	if (!zero && kdf->key_len < 32)
		return STATUS_EXECUTION;
	hmac_sha256_set_key(&hmac, 32, zero ? zeros : kdf->key);
	hmac_sha256_update(&hmac, kdf->message_len, kdf->message);
	hmac_sha256_digest(&hmac, 32, kdf->out);
	kdf->out_len = 32;
	return STATUS_OK;
}

enum chip_status kdf_run(struct chip *chip, enum kdf_algorithm algorithm,
			 struct kdf *kdf)
{
	static enum chip_status (*const algorithms[KDF_ALGORITHMS])(
		struct chip *, struct kdf *) = {
		[KDF_PRF] = run_prf,
		[KDF_AES] = run_aes,
		[KDF_HKDF] = run_hkdf,
	};

	return algorithms[algorithm](chip, kdf);
}
