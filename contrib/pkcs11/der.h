/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Just enough DER (X.690) to find the fields of a certificate (RFC 5280) and
 * the point of a P-256 public key (RFC 5480). The bytes may come from anyone:
 * nothing outside of them is read, and lengths must be minimal and definite.
 */
#ifndef NK_PKCS11_DER_H
#define NK_PKCS11_DER_H

#include <stddef.h>
#include <stdint.h>

#include "bytes.h"

/* A stretch of somebody else's bytes. */
struct span {
	const uint8_t *data;
	size_t len;
};

/* Whole elements, tag and length included, but for `point`. */
struct certificate_fields {
	struct span serial;
	struct span issuer;
	struct span subject;
	struct span public_key; /* SubjectPublicKeyInfo */
	struct span point;	/* what its BIT STRING holds */
};

/* 0 or -EINVAL. The spans point into `der`. */
int certificate_fields(const struct bytes *der, struct certificate_fields *f);

#define P256_POINT_SIZE 65

/*
 * The uncompressed point (04, X, Y) of a SubjectPublicKeyInfo that names the
 * curve P-256; NULL when it is anything else.
 */
const uint8_t *p256_point(const struct bytes *spki);

/* The first PEM block of that label, decoded. 0, -EINVAL, -ENOMEM. */
int pem_decode(const struct bytes *text, const char *label, struct bytes *der);

#endif
