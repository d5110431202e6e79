/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The algorithms of the 608's KDF: PRF of TLS 1.2 (RFC 5246, section 5), AES,
 * and HKDF-Extract (RFC 5869, section 2.2). The details follow Microchip's
 * library (calib_command.h); no public data sheet describes them.
 */
#pragma once

#include "chip.h"

enum kdf_algorithm { KDF_PRF, KDF_AES, KDF_HKDF, KDF_ALGORITHMS };

/* Input and output of a KDF. */
struct kdf {
	const uint8_t *key; /* NULL: none */
	size_t key_len;
	uint32_t details;
	const uint8_t *message;
	size_t message_len;
	uint8_t out[64];
	size_t out_len;	 /* bytes for the target */
	size_t more_len; /* bytes after them, which are answered */
};

/* Sets `out` and the lengths. */
enum chip_status kdf_run(struct chip *chip, enum kdf_algorithm algorithm,
			 struct kdf *kdf);
