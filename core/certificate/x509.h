/* SPDX-License-Identifier: Apache-2.0 */
/* Splits a certificate's DER into its parts (RFC 5280, 4.1). */
#pragma once

#include "der.h"

/* Each part includes its tag and length, except `signature`. */
struct x509 {
	struct der_view tbs;
	struct der_view serial, issuer, validity, subject, public_key;
	struct der_view rest;	   /* unique identifiers, extensions */
	struct der_view algorithm; /* equal inside and outside of tbs */
	struct der_view signature; /* content of the BIT STRING */
};

/* Sets `parts` to views into `der`. -EINVAL with the reason. */
int x509_split(const struct bytes *der, struct x509 *parts);

/*
 * Appends the AlgorithmIdentifier of ecdsa-with-SHA256, without parameters (RFC
 * 5758, 3.2).
 */
void x509_write_algorithm(struct bytes *out);
bool x509_is_ecdsa_sha256(struct der_view algorithm);
/*
 * Sets `der` to SEQUENCE { tbs, algorithm, signature }, the form of both
 * certificates and requests.
 */
int x509_assemble(const struct bytes *tbs, const uint8_t signature[static 64],
		  struct bytes *der);
