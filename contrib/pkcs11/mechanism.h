/* SPDX-License-Identifier: Apache-2.0 */
/* The table of the chip's mechanisms. */
#pragma once

#include <nettle/nettle-meta.h>
#include <nettle/sha1.h>
#include <nettle/sha2.h>

#include "cryptoki.h"

#define MECHANISM_COUNT 8

extern const ck_mechanism_type_t mechanism_types[MECHANISM_COUNT];

/* The state of any hash of the table. */
union hash_context {
	struct sha1_ctx sha1;
	struct sha256_ctx sha256; /* also for SHA-224 */
	struct sha512_ctx sha512; /* also for SHA-384 */
};

struct mechanism {
	ck_flags_t does; /* CKF_SIGN or CKF_DERIVE */
	/*
	 * The hash that the module computes. NULL: the caller passes a digest.
	 */
	const struct nettle_hash *hash;
};

/* Returns NULL when the mechanism is unknown or cannot do `does`. */
const struct mechanism *mechanism_find(ck_mechanism_type_t type,
				       ck_flags_t does);
