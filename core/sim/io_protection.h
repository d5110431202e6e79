/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The I/O protection key of the 608: a secret of chip and host that hides
 * results on the bus and proves answers. ChipOptions (configuration bytes 90
 * and 91) say which slot it is in and what may leave the chip. Its formats are
 * those of Microchip's library (atca_host.c).
 */
#ifndef NK_SIM_IO_PROTECTION_H
#define NK_SIM_IO_PROTECTION_H

#include "chip.h"

/* ChipOptions.ECDHProt and KDFProt. */
enum output_protection {
	OUTPUT_ANY = 0,
	OUTPUT_ENCRYPTED = 1, /* not in the clear */
	OUTPUT_NONE = 2,      /* TempKey and slots alone */
	OUTPUT_FORBIDDEN = 3,
};

enum output_protection io_ecdh_protection(const struct chip *chip);
enum output_protection io_kdf_protection(const struct chip *chip);

/* The key; NULL when ChipOptions have none, or it may not be used. */
const uint8_t *io_key(struct chip *chip);

/*
 * Answer `len` bytes (32 or 64), encrypted, and the 32 bytes of nonce that the
 * host needs to decrypt them. EXECUTION: no key.
 */
enum chip_status io_answer_encrypted(struct chip *chip, const uint8_t *bytes,
				     size_t len, struct chip_reply *reply);

#endif
