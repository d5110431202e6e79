/* SPDX-License-Identifier: Apache-2.0 */
/* A P-256 key as SubjectPublicKeyInfo (RFC 5480): named curve, uncompressed point. */
#ifndef NK_PUBLIC_KEY_H
#define NK_PUBLIC_KEY_H

#include "der.h"

void public_key_write(struct der_writer *writer,
		      const uint8_t public_key[static 64]);
/* `info` is the whole SubjectPublicKeyInfo. -EINVAL with the reason; the point is checked. */
int public_key_read(struct der_view info, uint8_t public_key[static 64]);

/* What SHA-1 makes a key identifier of. */
enum key_id_source {
	KEY_ID_OF_INFO,	 /* SubjectPublicKeyInfo, as the Elixir library does */
	KEY_ID_OF_POINT, /* 04, X, Y: method (1) of RFC 5280, 4.2.1.2 */
};

int public_key_id(const uint8_t public_key[static 64],
		  enum key_id_source source, uint8_t key_id[static 20]);

#endif
