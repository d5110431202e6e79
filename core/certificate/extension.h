/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "kind.h"

/* The last byte of the extension's object identifier, 2.5.29.x. */
enum extension_id {
	EXTENSION_SUBJECT_KEY_ID = 14,
	EXTENSION_KEY_USAGE = 15,
	EXTENSION_ALT_NAME = 17,
	EXTENSION_BASIC_CONSTRAINTS = 19,
	EXTENSION_AUTHORITY_KEY_ID = 35,
	EXTENSION_EXT_KEY_USAGE = 37,
};

struct extension {
	enum extension_id id;
	bool critical;
	/* Writes the value. NULL: the value is `fixed`. */
	void (*write)(struct bytes *out, const struct kind_parts *parts);
	const uint8_t *fixed;
	size_t fixed_len;
};

extern const struct extension extension_signer[5], extension_device[4],
	extension_tng_signer[4], extension_tng_device[5],
	extension_tflx_device[4];

/* Writes all extensions of the kind, as the [3] of a TBSCertificate. */
void extension_write_all(struct bytes *out, const struct kind_parts *parts);
