/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Device certificates of parts that Microchip configures. The first bytes of the
 * OTP zone tell which template they have.
 */
#pragma once

#include "certificate.h"
#include "key.h"

/* The offset is in bytes. */
struct place {
	uint8_t slot, offset;
};

struct certificate_places {
	unsigned int key_slot; /* of the device's key */
	struct place device, signer_key, signer;
};

/* Those of a NervesKey, and of most parts that Microchip configures. */
extern const struct certificate_places usual_places;

/*
 * Makes a chip foreign whose OTP zone says that its slots have other contents
 * than its configuration suggests. Its certificates would be overwritten by
 * settings.
 */
void template_judge(struct cache *zones);

/*
 * Where the part has its certificates, from the code that its OTP zone begins
 * with, or else as all parts of its kind. Static. NULL: Microchip did not
 * configure it, or the code is not known.
 */
const struct certificate_places *template_places(const struct nerveskey *key);

/*
 * Sets `der`. -EUCLEAN: the template of the certificate is not known, or is not
 * that of the OTP zone. The sentence has its number.
 */
int template_rebuild(struct nerveskey *key,
		     const uint8_t compressed[static COMPRESSED_SIZE],
		     const uint8_t public_key[static 64],
		     const struct bytes *signer, struct bytes *der);

/* Loads NERVESKEY_EUI48. */
int eui48_load(struct nerveskey *key, enum nerveskey_item item,
	       struct bytes *out);
