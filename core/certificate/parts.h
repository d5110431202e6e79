/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the chip knows about a certificate beside its 72 bytes, as the parts
 * that its kind wants. kind_parts_free() them, also after an error.
 */
#ifndef NK_PARTS_H
#define NK_PARTS_H

#include "kind.h"

int parts_signer(const uint8_t *public_key, struct kind_parts *parts);
/* -EINVAL: `signer_der` is no certificate of a P-256 key. */
int parts_device(const struct certificate_device *device,
		 const struct bytes *signer_der, struct kind_parts *parts);
/*
 * Replace the subject by the one that the Elixir library makes of a serial with
 * a slash: see name_write_split(). -EINVAL: it makes none.
 */
int parts_split_subject(const struct certificate_device *device,
			struct kind_parts *parts);
/* The signer's number is taken from the compressed certificate in `parts`. */
int parts_tng_signer(const uint8_t *public_key, struct kind_parts *parts);
/* By parts->kind. -EUCLEAN: the EUI has not as many hex digits as the kind's. */
int parts_trust_device(const struct certificate_trust_device *device,
		       const struct bytes *signer_der,
		       struct kind_parts *parts);

/* -EINVAL with the reason unless the OTP zone can keep the device's serial. */
int parts_check_serial(const uint8_t *serial, size_t len);

#endif
