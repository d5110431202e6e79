/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Certificates that the Elixir library (nerves_key 1.3.0) rebuilds differently
 * or cannot rebuild.
 */
#include <string.h>

#include "certificate.h"
#include "name.h"
#include "validity.h"
#include "x509.h"

static bool has_short_signature(const struct x509 *cert)
{
	uint8_t signature[64];

	return signature_from_der(cert->signature.data, cert->signature.len,
				  signature) == 0 &&
	       signature_is_short(signature);
}

static bool has_extended_dates(const struct x509 *cert)
{
	struct validity validity;

	return validity_from_x509(cert->validity, &validity) == 0 &&
	       validity_is_extended(&validity);
}

static bool has_slash(const struct x509 *cert)
{
	struct der_view serial;

	return name_read_common(cert->subject, &serial) == 0 &&
	       memchr(serial.data, '/', serial.len);
}

const char *certificate_elixir_flaw(const struct bytes *der)
{
	static const struct {
		bool (*has)(const struct x509 *cert);
		const char *flaw;
	} flaws[] = {
		{ has_short_signature, "r or s of its signature begins with "
				       "nine zero bits" },
		{ has_extended_dates, "its dates are extended ones" },
		{ has_slash, "its serial has a slash" },
	};
	struct x509 cert;

	if (x509_split(der, &cert) < 0)
		return NULL;
	for (size_t i = 0; i < sizeof(flaws) / sizeof(*flaws); i++)
		if (flaws[i].has(&cert))
			return flaws[i].flaw;
	return NULL;
}
