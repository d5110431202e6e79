/* SPDX-License-Identifier: Apache-2.0 */
#include "certificate.h"

#include <errno.h>
#include <string.h>

#include "crypto.h"
#include "error.h"
#include "name.h"
#include "pem.h"
#include "public_key.h"
#include "utf8.h"
#include "validity.h"
#include "x509.h"

static const char label[] = "CERTIFICATE";

int certificate_verify(const struct bytes *der, const struct bytes *issuer_der)
{
	uint8_t public_key[64], digest[32], signature[64];
	struct x509 cert, issuer;

	if (x509_split(der, &cert) < 0 || x509_split(issuer_der, &issuer) < 0 ||
	    public_key_read(issuer.public_key, public_key) < 0 ||
	    signature_from_der(cert.signature.data, cert.signature.len,
			       signature) < 0)
		return -EKEYREJECTED;
	if (!x509_is_ecdsa_sha256(cert.algorithm))
		return fail_because(
			EKEYREJECTED,
			"the certificate is not signed with ECDSA and "
			"SHA-256, the only way that a chip can keep: sign it "
			"again with that");
	if (!der_equal(&cert.issuer, &issuer.subject))
		return fail_because(
			EKEYREJECTED,
			"the certificate's issuer is not the subject of the "
			"signer's certificate: give the certificate of the "
			"signer that issued it");
	crypto_sha256(cert.tbs.data, cert.tbs.len, digest);
	return public_key_verify(public_key, digest, signature);
}

int certificate_public_key(const struct bytes *der,
			   uint8_t public_key[static 64])
{
	struct x509 cert;
	int err;

	err = x509_split(der, &cert);
	if (err < 0)
		return err;
	return public_key_read(cert.public_key, public_key);
}

/* Whether it is basicConstraints, with CA:TRUE. */
static bool says_ca(struct der_view extension)
{
	static const uint8_t basic_constraints[] = { 0x55, 0x1d, 0x13 };
	struct der_view oid, critical, value, constraints, ca;

	if (der_read(&extension, DER_OID, &oid) < 0 ||
	    !der_is(&oid, basic_constraints, sizeof(basic_constraints)))
		return false;
	der_read(&extension, DER_BOOLEAN, &critical);
	return der_read(&extension, DER_OCTET_STRING, &value) == 0 &&
	       der_read(&value, DER_SEQUENCE, &constraints) == 0 &&
	       der_read(&constraints, DER_BOOLEAN, &ca) == 0 &&
	       der_is(&ca, "\xff", 1);
}

bool certificate_is_ca(const struct bytes *der)
{
	struct der_view extensions, list, one;
	struct x509 cert;

	if (x509_split(der, &cert) < 0)
		return false;
	/* Two unique identifiers may be before it. */
	while (der_read(&cert.rest, DER_CONTEXT(3), &extensions) < 0)
		if (der_read_whole(&cert.rest, &one) < 0)
			return false;
	if (der_read(&extensions, DER_SEQUENCE, &list) < 0)
		return false;
	while (der_read(&list, DER_SEQUENCE, &one) == 0)
		if (says_ca(one))
			return true;
	return false;
}

int certificate_check_serial(const uint8_t *serial, size_t len)
{
	if (len > CERTIFICATE_SERIAL_MAX)
		return fail_because(
			EINVAL,
			"the serial is %zu bytes long, at most %d fit: choose "
			"a shorter one",
			len, CERTIFICATE_SERIAL_MAX);
	if (len > 0 && serial[len - 1] == 0)
		return fail_because(
			EINVAL,
			"the serial ends in a NUL, which the OTP zone would "
			"lose: leave it out");
	return 0;
}

int certificate_check_new_serial(const uint8_t *serial, size_t len)
{
	if (memchr(serial, '/', len))
		return fail_because(
			EINVAL,
			"the serial \"%.*s\" has a slash: the Elixir"
			" library would take what follows it for"
			" another name, and could never rebuild the"
			" certificate; choose a serial without /",
			(int)len, serial);
	if (utf8_has_blank_end(serial, len))
		return fail_because(EINVAL,
				    "the serial \"%.*s\" begins or ends with a"
				    " blank, and it can never be changed: leave"
				    " the blank out",
				    (int)len, serial);
	return 0;
}

int certificate_serial(const struct bytes *der,
		       uint8_t serial[static CERTIFICATE_SERIAL_MAX],
		       size_t *len)
{
	struct der_view text;
	struct x509 cert;
	int err;

	err = x509_split(der, &cert);
	if (err < 0)
		return err;
	if (name_read_common(cert.subject, &text) < 0)
		return fail_because(
			EINVAL,
			"the certificate's subject is not one CN in UTF-8: a "
			"device's has its serial there and nothing else");
	err = certificate_check_serial(text.data, text.len);
	if (err < 0)
		return err;
	memcpy(serial, text.data, text.len);
	*len = text.len;
	return 0;
}

int certificate_from_pem(const struct bytes *pem, struct bytes *der)
{
	BYTES_LOCAL(found);
	struct x509 parts;
	int err = pem_decode(pem, label, &found);

	if (err == 0)
		err = x509_split(&found, &parts);
	if (err == 0)
		bytes_move(der, &found);
	return err;
}

int certificate_to_pem(const struct bytes *der, struct bytes *pem)
{
	return pem_encode(der, label, pem);
}

/* What nerves_key 1.3.0 rebuilds differently or cannot rebuild. */
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
