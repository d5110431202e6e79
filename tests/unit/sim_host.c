/* SPDX-License-Identifier: Apache-2.0 */
#include "sim_host.h"

#include <stdio.h>

#include <gnutls/abstract.h>
#include <gnutls/crypto.h>

#include "text.h"

void host_sha256(const void *data, size_t len, uint8_t digest[static 32])
{
	assert_int_equal(gnutls_hash_fast(GNUTLS_DIG_SHA256, data, len, digest),
			 0);
}

void host_nonce(const uint8_t random[static 32], const uint8_t seed[static 20],
		uint8_t nonce[static 32])
{
	uint8_t message[55] = { 0 };

	memcpy(message, random, 32);
	memcpy(message + 32, seed, 20);
	message[52] = 0x16;
	host_sha256(message, sizeof(message), nonce);
}

void host_checkmac(struct bench *bench, enum host_challenge challenge,
		   uint8_t key_byte, uint8_t status)
{
	uint8_t seed[20], message[88] = { 0 }, digest[32];
	char payload[200], hex[65];

	memset(seed, 0x5a, sizeof(seed));
	memset(message + 32, 0x5a, 32);
	for (uint8_t i = 1; i < 16; i++)
		message[i] = i;
	message[0] = key_byte;
	if (challenge == HOST_RANDOM) {
		assert_answer(bench, "16000000" B20, 32);
		host_nonce(bench->reply, seed, message + 32);
	} else if (challenge == HOST_FIXED) {
		bench_play(bench, "nonce", TEMP_KEY);
	}
	memcpy(message + 79, "\xee\0\0\0\0\x01\x23", 7);
	host_sha256(message, sizeof(message), digest);
	hex_encode(digest, sizeof(digest), hex);
	snprintf(payload, sizeof(payload), "28%02x0100" B32 "%s%026d",
		 (unsigned int)challenge, hex, 0);
	assert_status(bench, payload, status);
}

static gnutls_pubkey_t public_key(const uint8_t point[static 64])
{
	gnutls_datum_t x = { (unsigned char *)point, 32 };
	gnutls_datum_t y = { (unsigned char *)point + 32, 32 };
	gnutls_pubkey_t key;

	assert_int_equal(gnutls_pubkey_init(&key), 0);
	assert_int_equal(gnutls_pubkey_import_ecc_raw(
				 key, GNUTLS_ECC_CURVE_SECP256R1, &x, &y),
			 0);
	return key;
}

bool host_verifies(const uint8_t point[static 64],
		   const uint8_t digest[static 32],
		   const uint8_t signature[static 64])
{
	gnutls_datum_t r = { (unsigned char *)signature, 32 };
	gnutls_datum_t s = { (unsigned char *)signature + 32, 32 };
	gnutls_datum_t hash = { (unsigned char *)digest, 32 }, der;
	gnutls_pubkey_t key = public_key(point);
	int err;

	assert_int_equal(gnutls_encode_rs_value(&der, &r, &s), 0);
	err = gnutls_pubkey_verify_hash2(key, GNUTLS_SIGN_ECDSA_SHA256, 0,
					 &hash, &der);
	gnutls_free(der.data);
	gnutls_pubkey_deinit(key);
	return err >= 0;
}
