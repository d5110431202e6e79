/* SPDX-License-Identifier: Apache-2.0 */
/*
 * P-256 with plain scalars and points, by nettle. GnuTLS does not take a
 * private key without its public key. Numbers are 32 bytes, big-endian; points
 * are X then Y; signatures r then s.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "random.h"

/* A new private scalar. */
void sim_p256_create(struct sim_random *random, uint8_t scalar[static 32]);
/* Sets `point`. false: not a scalar of this curve. */
bool sim_p256_public(const uint8_t scalar[static 32], uint8_t point[static 64]);
bool sim_p256_sign(const uint8_t scalar[static 32],
		   const uint8_t digest[static 32], struct sim_random *random,
		   uint8_t signature[static 64]);
/* false: not a point of this curve, or the signature is wrong. */
bool sim_p256_verify(const uint8_t point[static 64],
		     const uint8_t digest[static 32],
		     const uint8_t signature[static 64]);
bool sim_p256_is_point(const uint8_t point[static 64]);
/* Sets the X coordinate of scalar times point. false: not a point or scalar. */
bool sim_p256_ecdh(const uint8_t scalar[static 32],
		   const uint8_t point[static 64], uint8_t secret[static 32]);
