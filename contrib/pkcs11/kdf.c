/* SPDX-License-Identifier: Apache-2.0 */
#include "kdf.h"

#include <string.h>

#include <nettle/sha1.h>
#include <nettle/sha2.h>

static const struct {
	unsigned long kdf;
	const struct nettle_hash *hash;
} kdfs[] = {
	{ CKD_SHA1_KDF, &nettle_sha1 },	    { CKD_SHA224_KDF, &nettle_sha224 },
	{ CKD_SHA256_KDF, &nettle_sha256 }, { CKD_SHA384_KDF, &nettle_sha384 },
	{ CKD_SHA512_KDF, &nettle_sha512 },
};

const struct nettle_hash *kdf_hash(unsigned long kdf)
{
	for (size_t i = 0; i < LENGTH(kdfs); i++)
		if (kdfs[i].kdf == kdf)
			return kdfs[i].hash;
	return NULL;
}

/* Hash(secret || counter || shared), the counter big-endian. */
static void hash_block(const struct nettle_hash *hash,
		       const struct kdf_input *input, uint32_t counter,
		       uint8_t block[SHA512_DIGEST_SIZE])
{
	const uint8_t number[4] = { (uint8_t)(counter >> 24),
				    (uint8_t)(counter >> 16),
				    (uint8_t)(counter >> 8), (uint8_t)counter };
	union {
		struct sha1_ctx sha1;
		struct sha256_ctx sha256;
		struct sha512_ctx sha512;
	} context;

	hash->init(&context);
	hash->update(&context, input->secret_len, input->secret);
	hash->update(&context, sizeof(number), number);
	hash->update(&context, input->shared_len, input->shared);
	hash->digest(&context, hash->digest_size, block);
	explicit_bzero(&context, sizeof(context));
}

void kdf_x963(const struct nettle_hash *hash, const struct kdf_input *input,
	      uint8_t *key, size_t len)
{
	uint8_t block[SHA512_DIGEST_SIZE];
	size_t part;

	for (uint32_t counter = 1; len > 0; counter++) {
		hash_block(hash, input, counter, block);
		part = len < hash->digest_size ? len : hash->digest_size;
		memcpy(key, block, part);
		key += part;
		len -= part;
	}
	explicit_bzero(block, sizeof(block));
}
