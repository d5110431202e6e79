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
