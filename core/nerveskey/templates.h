/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Device certificates of parts that Microchip has configured. What the OTP zone
 * begins with says which template they have.
 */
#ifndef NK_TEMPLATES_H
#define NK_TEMPLATES_H

#include "certificate.h"
#include "key.h"

/*
 * Sets `der`. -EUCLEAN, with the number of the template: it is not known, or not
 * the one that the OTP zone stands for.
 */
int template_rebuild(struct nerveskey *key,
		     const uint8_t compressed[static COMPRESSED_SIZE],
		     const uint8_t public_key[static 64],
		     const struct bytes *signer, struct bytes *der);

#endif
