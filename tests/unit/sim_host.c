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

void host_add(struct host_message *message, const void *bytes, size_t len)
{
	assert_true(message->len + len <= sizeof(message->bytes));
	memcpy(message->bytes + message->len, bytes, len);
	message->len += len;
}

void host_add_hex(struct host_message *message, const char *hex)
{
	size_t len = strlen(hex) / 2;

	assert_true(message->len + len <= sizeof(message->bytes));
	assert_int_equal(hex_decode(hex, message->bytes + message->len, len),
			 0);
	message->len += len;
}

void host_fill(struct host_message *message, uint8_t byte, size_t len)
{
	assert_true(message->len + len <= sizeof(message->bytes));
	memset(message->bytes + message->len, byte, len);
	message->len += len;
}

void host_begin(struct host_message *message, const uint8_t *first,
		const char *command, size_t zeros)
{
	message->len = 0;
	host_add(message, first, 32);
	host_add_hex(message, command);
	host_add_hex(message, "ee0123");
	host_fill(message, 0, zeros);
}

void host_digest(const struct host_message *message, uint8_t digest[static 32])
{
	host_sha256(message->bytes, message->len, digest);
}

void host_send(struct bench *bench, const char *head, const void *bytes,
	       size_t len)
{
	char payload[400];
	size_t at = strlen(head);

	assert_true(at + 2 * len < sizeof(payload));
	memcpy(payload, head, at);
	hex_encode(bytes, len, payload + at);
	bench_command(bench, payload);
}

void assert_reply(const struct bench *bench, const void *want, size_t len)
{
	assert_int_equal(bench->len, len);
	assert_memory_equal(bench->reply, want, len);
}

void host_random_nonce(struct bench *bench, uint8_t nonce[static 32])
{
	uint8_t seed[20];

	memset(seed, 0x5a, sizeof(seed));
	assert_answer(bench, "16000000" B20, 32);
	host_nonce(bench->reply, seed, nonce);
}

void host_session(struct bench *bench, uint8_t slot, uint8_t key,
		  uint8_t session[static 32])
{
	struct host_message message;
	uint8_t nonce[32], first[32];
	char command[9];

	memset(first, key, sizeof(first));
	host_random_nonce(bench, nonce);
	snprintf(command, sizeof(command), "1502%02x00", slot);
	assert_status(bench, command, 0x00);
	host_begin(&message, first, command, 25);
	host_add(&message, nonce, sizeof(nonce));
	host_digest(&message, session);
}

void host_store_public(struct bench *bench, unsigned int slot,
		       const uint8_t point[static 64])
{
	uint8_t padded[96] = { 0 };
	char head[9];

	memcpy(padded + 4, point, 32);
	memcpy(padded + 40, point + 32, 32);
	for (unsigned int block = 0; block < 3; block++) {
		snprintf(head, sizeof(head), "1282%02x%02x", slot << 3, block);
		host_send(bench, head, padded + 32 * block, 32);
		assert_reply(bench, "", 1);
	}
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
