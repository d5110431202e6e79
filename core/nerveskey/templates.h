/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Device certificates of parts that Microchip configures. The first bytes of the
 * OTP zone tell which template they have.
 */
#ifndef NK_TEMPLATES_H
#define NK_TEMPLATES_H

#include "certificate.h"
#include "key.h"

/*
 * Sets `der`. -EUCLEAN: the template of the certificate is not known, or is not
 * that of the OTP zone. The sentence has its number.
 */
int template_rebuild(struct nerveskey *key,
		     const uint8_t compressed[static COMPRESSED_SIZE],
		     const uint8_t public_key[static 64],
		     const struct bytes *signer, struct bytes *der);

#endif
