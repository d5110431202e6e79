/* SPDX-License-Identifier: Apache-2.0 */
/*
 * P-256 keys as SubjectPublicKeyInfo (RFC 5480): named curve, uncompressed
 * point.
 */
#pragma once

#include "der.h"

void public_key_write(struct bytes *out, const uint8_t public_key[static 64]);
/*
 * Reads a whole SubjectPublicKeyInfo and checks the point. -EINVAL with the
 * reason.
 */
int public_key_read(struct der_view info, uint8_t public_key[static 64]);

/* The input of the SHA-1 that gives a key identifier. */
enum key_id_source {
	KEY_ID_OF_INFO,	 /* SubjectPublicKeyInfo, as the Elixir library does */
	KEY_ID_OF_POINT, /* 04, X, Y: method (1) of RFC 5280, 4.2.1.2 */
};

void public_key_id(const uint8_t public_key[static 64],
		   enum key_id_source source, uint8_t key_id[static 20]);
