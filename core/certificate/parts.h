/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fills in the variable parts of a certificate from the chip's other contents.
 * The caller calls kind_parts_free(), also after an error.
 */
#pragma once

#include "kind.h"

int parts_signer(const uint8_t *public_key, struct kind_parts *parts);
/* -EINVAL: `signer_der` is no certificate of a P-256 key. */
int parts_device(const struct certificate_device *device,
		 const struct bytes *signer_der, struct kind_parts *parts);
/*
 * Replaces the subject by the one that the Elixir library makes of a serial
 * with a '/': see name_write_split(). -EINVAL: the library makes none.
 */
int parts_split_subject(const struct certificate_device *device,
			struct kind_parts *parts);
/* Takes the signer's number from the compressed certificate in `parts`. */
int parts_tng_signer(const uint8_t *public_key, struct kind_parts *parts);
/* Uses parts->kind. -EUCLEAN: the EUI has the wrong length for the kind. */
int parts_trust_device(const struct certificate_trust_device *device,
		       const struct bytes *signer_der,
		       struct kind_parts *parts);

/* -EINVAL, with the reason: the OTP zone cannot hold this serial. */
int parts_check_serial(const uint8_t *serial, size_t len);
