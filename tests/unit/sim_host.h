/* SPDX-License-Identifier: Apache-2.0 */
/* What a host works out by itself to check a chip, or to be checked by it. */
#ifndef NK_SIM_HOST_H
#define NK_SIM_HOST_H

#include "sim_bench.h"

void host_sha256(const void *data, size_t len, uint8_t digest[static 32]);
/* TempKey after a random Nonce of mode 0: what came and what was sent. */
void host_nonce(const uint8_t random[static 32], const uint8_t seed[static 20],
		uint8_t nonce[static 32]);

/* How a CheckMac's challenge comes about. */
enum host_challenge {
	HOST_CLIENT = 0x00, /* in the command */
	HOST_RANDOM = 0x01,
	HOST_FIXED = 0x05,
};

/*
 * CheckMac with slot 1 of the volatile image, whose key is 00 01 .. 0f 00 ..;
 * the first byte can be another one. The chip is to answer `status`.
 */
void host_checkmac(struct bench *bench, enum host_challenge challenge,
		   uint8_t key_byte, uint8_t status);

/* By GnuTLS; `point` is X then Y. */
bool host_verifies(const uint8_t point[static 64],
		   const uint8_t digest[static 32],
		   const uint8_t signature[static 64]);

#endif
