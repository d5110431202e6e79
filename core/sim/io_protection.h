/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The I/O protection key of the 608: a secret that chip and host share. It
 * encrypts results on the bus and proves answers. ChipOptions (configuration
 * bytes 90 and 91) name its slot and say what may leave the chip. The formats
 * follow Microchip's library (atca_host.c).
 */
#pragma once

#include "chip.h"

/* ChipOptions.ECDHProt and KDFProt. */
enum output_protection {
	OUTPUT_ANY = 0,
	OUTPUT_ENCRYPTED = 1, /* only encrypted */
	OUTPUT_NONE = 2,      /* only to TempKey and slots */
	OUTPUT_FORBIDDEN = 3,
};

enum output_protection io_ecdh_protection(const struct chip *chip);
enum output_protection io_kdf_protection(const struct chip *chip);

/* Returns the key, or NULL: ChipOptions name none, or it may not be used. */
const uint8_t *io_key(struct chip *chip);

/*
 * Answers `len` bytes (32 or 64), encrypted, followed by the 32-byte nonce that
 * the host needs to decrypt them. EXECUTION: there is no key.
 */
enum chip_status io_answer_encrypted(struct chip *chip, const uint8_t *bytes,
				     size_t len, struct chip_reply *reply);
