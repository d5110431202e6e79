/* SPDX-License-Identifier: Apache-2.0 */
#include "p256.h"

#include <string.h>

#include <nettle/bignum.h>
#include <nettle/ecc-curve.h>
#include <nettle/ecc.h>
#include <nettle/ecdsa.h>

static bool scalar_load(struct ecc_scalar *scalar, const uint8_t bytes[32])
{
	mpz_t number;
	bool ok;

	ecc_scalar_init(scalar, nettle_get_secp_256r1());
	nettle_mpz_init_set_str_256_u(number, 32, bytes);
	ok = ecc_scalar_set(scalar, number);
	mpz_clear(number);
	if (!ok)
		ecc_scalar_clear(scalar);
	return ok;
}

static bool point_load(struct ecc_point *point, const uint8_t bytes[64])
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

static void point_store(const struct ecc_point *point, uint8_t bytes[64])
{
	mpz_t x, y;

	mpz_init(x);
	mpz_init(y);
	ecc_point_get(point, x, y);
	nettle_mpz_get_str_256(32, bytes, x);
	nettle_mpz_get_str_256(32, bytes + 32, y);
	mpz_clear(x);
	mpz_clear(y);
}

void sim_p256_create(struct sim_random *random, uint8_t scalar[static 32])
{
	struct ecc_scalar probe;

	do
		sim_random_draw(random, scalar, 32);
	while (!scalar_load(&probe, scalar));
	ecc_scalar_clear(&probe);
}

bool sim_p256_public(const uint8_t scalar[static 32], uint8_t point[static 64])
{
	struct ecc_scalar k;
	struct ecc_point p;

	if (!scalar_load(&k, scalar))
		return false;
	ecc_point_init(&p, nettle_get_secp_256r1());
	ecc_point_mul_g(&p, &k);
	point_store(&p, point);
	ecc_point_clear(&p);
	ecc_scalar_clear(&k);
	return true;
}

bool sim_p256_sign(const uint8_t scalar[static 32],
		   const uint8_t digest[static 32], struct sim_random *random,
		   uint8_t signature[static 64])
{
	struct dsa_signature rs;
	struct ecc_scalar k;

	if (!scalar_load(&k, scalar))
		return false;
	dsa_signature_init(&rs);
	ecdsa_sign(&k, random, sim_random_nettle, 32, digest, &rs);
	nettle_mpz_get_str_256(32, signature, rs.r);
	nettle_mpz_get_str_256(32, signature + 32, rs.s);
	dsa_signature_clear(&rs);
	ecc_scalar_clear(&k);
	return true;
}

bool sim_p256_verify(const uint8_t point[static 64],
		     const uint8_t digest[static 32],
		     const uint8_t signature[static 64])
{
	struct dsa_signature rs;
	struct ecc_point p;
	bool ok;

	if (!point_load(&p, point))
		return false;
	dsa_signature_init(&rs);
	nettle_mpz_set_str_256_u(rs.r, 32, signature);
	nettle_mpz_set_str_256_u(rs.s, 32, signature + 32);
	ok = ecdsa_verify(&p, 32, digest, &rs);
	dsa_signature_clear(&rs);
	ecc_point_clear(&p);
	return ok;
}

bool sim_p256_is_point(const uint8_t point[static 64])
{
	struct ecc_point p;

	if (!point_load(&p, point))
		return false;
	ecc_point_clear(&p);
	return true;
}

bool sim_p256_ecdh(const uint8_t scalar[static 32],
		   const uint8_t point[static 64], uint8_t secret[static 32])
{
	struct ecc_point theirs, shared;
	struct ecc_scalar k;
	uint8_t product[64];

	if (!point_load(&theirs, point))
		return false;
	if (!scalar_load(&k, scalar)) {
		ecc_point_clear(&theirs);
		return false;
	}
	ecc_point_init(&shared, nettle_get_secp_256r1());
	ecc_point_mul(&shared, &k, &theirs);
	point_store(&shared, product);
	memcpy(secret, product, 32);
	explicit_bzero(product, sizeof(product));
	ecc_point_clear(&shared);
	ecc_scalar_clear(&k);
	ecc_point_clear(&theirs);
	return true;
}
