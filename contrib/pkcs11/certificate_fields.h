/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fields of a certificate (RFC 5280) and the point of a P-256 public key (RFC
 * 5480). The DER may come from anyone.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "bytes.h"
#include "der.h"

/* Each element includes tag and length, except `point`. */
struct certificate_fields {
	struct der_view serial;
	struct der_view issuer;
	struct der_view subject;
	struct der_view public_key; /* SubjectPublicKeyInfo */
	struct der_view point;	    /* content of its BIT STRING */
};

/* Sets `fields` to views into `der`. Returns 0 or -EINVAL. */
int certificate_fields(const struct bytes *der, struct certificate_fields *f);

#define P256_POINT_SIZE 65

/*
 * Returns the uncompressed point (04, X, Y) of a P-256 SubjectPublicKeyInfo, or
 * NULL when it is anything else.
 */
const uint8_t *p256_point(const struct bytes *spki);
