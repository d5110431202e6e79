/* SPDX-License-Identifier: Apache-2.0 */
/* What a host computes to check a chip, or to be checked by it. */
#pragma once

#include "sim_bench.h"

void host_sha256(const void *data, size_t len, uint8_t digest[static 32]);
/* Sets `nonce` to TempKey after a random Nonce of mode 0. */
void host_nonce(const uint8_t random[static 32], const uint8_t seed[static 20],
		uint8_t nonce[static 32]);

/* Where the challenge of a CheckMac is from. */
enum host_challenge {
	HOST_CLIENT = 0x00, /* in the command */
	HOST_RANDOM = 0x01,
	HOST_FIXED = 0x05,
};

/*
 * CheckMac with slot 1 of the volatile image, whose key is 00 01 .. 0f 00 ... The
 * host uses `key_byte` as its first byte. The chip must answer `status`.
 */
void host_checkmac(struct bench *bench, enum host_challenge challenge,
		   uint8_t key_byte, uint8_t status);

/* A message that host and chip both hash. Each function appends a piece. */
struct host_message {
	uint8_t bytes[320];
	size_t len;
};
void host_add(struct host_message *message, const void *bytes, size_t len);
void host_add_hex(struct host_message *message, const char *hex);
void host_fill(struct host_message *message, uint8_t byte, size_t len);
/*
 * Appends `first` (32 bytes), `command` (four bytes in hex), the bytes that all
 * serials have in common, and `zeros` zeros.
 */
void host_begin(struct host_message *message, const uint8_t *first,
		const char *command, size_t zeros);
void host_digest(const struct host_message *message, uint8_t digest[static 32]);

/* Send `head` (in hex) and bytes after it, and receive. */
void host_send(struct bench *bench, const char *head, const void *bytes,
	       size_t len);
/* The answer has these bytes. */
void assert_reply(const struct bench *bench, const void *want, size_t len);
/* Run Nonce with 20 bytes of 5a. Sets `nonce` to TempKey. */
void host_random_nonce(struct bench *bench, uint8_t nonce[static 32]);
/* Also run GenDig of `slot`, which holds 32 bytes `key`. Sets `session`. */
void host_session(struct bench *bench, uint8_t slot, uint8_t key,
		  uint8_t session[static 32]);
/* Write `point` into a public key's slot that anybody may write. */
void host_store_public(struct bench *bench, unsigned int slot,
		       const uint8_t point[static 64]);

/* Verify by GnuTLS. `point` is X, then Y. */
bool host_verifies(const uint8_t point[static 64],
		   const uint8_t digest[static 32],
		   const uint8_t signature[static 64]);
