/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include <nettle/bignum.h>
#include <nettle/ecc-curve.h>
#include <nettle/ecc.h>
#include <nettle/ecdsa.h>
#include <nettle/sha1.h>
#include <nettle/sha2.h>

#include "error.h"

void crypto_sha256(const void *data, size_t len, uint8_t digest[static 32])
{
	struct sha256_ctx sha;

	sha256_init(&sha);
	sha256_update(&sha, len, data);
	sha256_digest(&sha, 32, digest);
	explicit_bzero(&sha, sizeof(sha));
}

void crypto_sha1(const void *data, size_t len, uint8_t digest[static 20])
{
	struct sha1_ctx sha;

	sha1_init(&sha);
	sha1_update(&sha, len, data);
	sha1_digest(&sha, 20, digest);
}

void crypto_random(void *data, size_t len)
{
	if (getrandom(data, len, 0) != (ssize_t)len)
		abort();
}

static void draw(void *context, size_t len, uint8_t *data)
{
	(void)context;
	crypto_random(data, len);
}

static bool load_point(const uint8_t bytes[static 64], struct ecc_point *point)
{
	mpz_t x, y;
	bool ok;

	ecc_point_init(point, nettle_get_secp_256r1());
	nettle_mpz_init_set_str_256_u(x, 32, bytes);
	nettle_mpz_init_set_str_256_u(y, 32, bytes + 32);
	ok = ecc_point_set(point, x, y);
	mpz_clear(x);
	mpz_clear(y);
	if (!ok)
		ecc_point_clear(point);
	return ok;
}

bool crypto_is_point(const uint8_t point[static 64])
{
	struct ecc_point loaded;

	if (!load_point(point, &loaded))
		return false;
	ecc_point_clear(&loaded);
	return true;
}

bool crypto_verify(const uint8_t point[static 64],
		   const uint8_t digest[static 32],
		   const uint8_t signature[static 64])
{
	struct dsa_signature rs;
	struct ecc_point key;
	bool ok;

	if (!load_point(point, &key))
		return false;
	dsa_signature_init(&rs);
	nettle_mpz_set_str_256_u(rs.r, 32, signature);
	nettle_mpz_set_str_256_u(rs.s, 32, signature + 32);
	ok = ecdsa_verify(&key, 32, digest, &rs);
	dsa_signature_clear(&rs);
	ecc_point_clear(&key);
	return ok;
}

static void wipe_and_free(void *memory, size_t size)
{
	explicit_bzero(memory, size);
	free(memory);
}

static bool load_scalar(const uint8_t bytes[static 32],
			struct ecc_scalar *scalar)
{
	mpz_t number;
	bool ok;

	mp_set_memory_functions(NULL, NULL, wipe_and_free);
	ecc_scalar_init(scalar, nettle_get_secp_256r1());
	nettle_mpz_init_set_str_256_u(number, 32, bytes);
	ok = ecc_scalar_set(scalar, number);
	mpz_clear(number);
	if (!ok)
		ecc_scalar_clear(scalar);
	return ok;
}

void crypto_new_key(uint8_t key[static 32], uint8_t point[static 64])
{
	struct ecc_scalar scalar;
	struct ecc_point public;
	mpz_t x, y;

	do
		crypto_random(key, 32);
	while (!load_scalar(key, &scalar));
	ecc_point_init(&public, nettle_get_secp_256r1());
	ecc_point_mul_g(&public, &scalar);
	mpz_inits(x, y, NULL);
	ecc_point_get(&public, x, y);
	nettle_mpz_get_str_256(32, point, x);
	nettle_mpz_get_str_256(32, point + 32, y);
	mpz_clears(x, y, NULL);
	ecc_point_clear(&public);
	ecc_scalar_clear(&scalar);
}

int crypto_sign(void *key, const uint8_t digest[static 32],
		uint8_t signature[static 64])
{
	struct dsa_signature rs;
	struct ecc_scalar scalar;

	if (!load_scalar(key, &scalar))
		return fail_because(EINVAL,
				    "the private key is zero, or not below the "
				    "order of P-256");
	dsa_signature_init(&rs);
	ecdsa_sign(&scalar, NULL, draw, 32, digest, &rs);
	nettle_mpz_get_str_256(32, signature, rs.r);
	nettle_mpz_get_str_256(32, signature + 32, rs.s);
	dsa_signature_clear(&rs);
	ecc_scalar_clear(&scalar);
	return 0;
}
