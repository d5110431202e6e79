/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <string.h>

#include "crypto.h"
#include "error.h"
#include "parts.h"
#include "public_key.h"
#include "x509.h"

static int not_compressible(const char *reason)
{
	return fail_because(
		EINVAL,
		"the certificate cannot be rebuilt from the 72 bytes "
		"that a chip keeps of it: %s; nerveskey-ca makes "
		"certificates that can",
		reason);
}

/* Fills in the compressed form that a certificate of this kind would have. */
static int guess(const struct kind *kind, const struct x509 *x509,
		 uint8_t compressed[static COMPRESSED_SIZE])
{
	struct kind_parts parts;
	struct validity validity;

	if (!x509_is_ecdsa_sha256(x509->algorithm))
		return not_compressible(
			"it is not signed with ECDSA and SHA-256");
	if (validity_from_x509(x509->validity, &validity) < 0)
		return not_compressible(fail_reason());
	kind_begin(kind, &validity, &parts);
	if (signature_from_der(x509->signature.data, x509->signature.len,
			       parts.compressed.signature) < 0)
		return not_compressible(fail_reason());
	compressed_cert_encode(&parts.compressed, compressed);
	return 0;
}

/* The dates are part of the hash, so the format version changes it. */
static int serial_differs(const struct x509 *original)
{
	struct validity validity;

	if (validity_from_x509(original->validity, &validity) == 0 &&
	    validity_is_extended(&validity))
		return fail_because(
			EINVAL,
			"the certificate cannot be rebuilt from the 72 bytes "
			"that a chip keeps of it: it was issued in %u for %u "
			"years, where without extended dates the year is at "
			"most %u and the years are at most %u",
			validity.issue.year, validity.years, VALIDITY_LAST_YEAR,
			VALIDITY_YEARS);
	return not_compressible(
		"its serial number is not the hash of its dates and "
		"of the signer's key or the chip's serial");
}

/* Returns -EINVAL, with a sentence that names the first part that differs. */
static int explain(const struct x509 *original, const struct bytes *rebuilt)
{
	struct x509 made;
	const struct {
		const struct der_view *is, *would_be;
		const char *reason;
	} table[] = {
		{ &original->issuer, &made.issuer,
		  "its issuer is not CN=Signer, or not its signer's "
		  "subject" },
		{ &original->subject, &made.subject,
		  "its subject is not CN=Signer, or not CN=SERIAL of "
		  "the device" },
		{ &original->validity, &made.validity,
		  "its dates are not UTCTime before 2050 and "
		  "GeneralizedTime from then on" },
		{ &original->public_key, &made.public_key,
		  "its public key is not the chip's" },
		{ &original->rest, &made.rest,
		  "its extensions are not exactly those that "
		  "nerveskey-ca writes" },
	};

	if (x509_split(rebuilt, &made) < 0)
		return -EINVAL;
	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
		if (!der_equal(table[i].is, table[i].would_be))
			return not_compressible(table[i].reason);
	}
	if (!der_equal(&original->serial, &made.serial))
		return serial_differs(original);
	return not_compressible("its signature is not in minimal DER");
}

/* Compares `der` with `rebuilt`, which was made from the compressed form. */
static int prove(const struct bytes *der, const struct x509 *original,
		 const struct bytes *rebuilt)
{
	return bytes_equal(der, rebuilt) ? 0 : explain(original, rebuilt);
}

int certificate_compress_signer(const struct bytes *der,
				uint8_t compressed[static COMPRESSED_SIZE],
				uint8_t public_key[static 64])
{
	uint8_t tried[COMPRESSED_SIZE], key[64];
	struct bytes rebuilt = BYTES_INIT;
	struct x509 x509;
	int err;

	err = x509_split(der, &x509);
	if (err == 0)
		err = public_key_read(x509.public_key, key);
	if (err == 0)
		err = guess(&kind_table[KIND_SIGNER], &x509, tried);
	if (err == 0)
		err = certificate_rebuild_signer(tried, key, &rebuilt);
	if (err == 0)
		err = prove(der, &x509, &rebuilt);
	bytes_free(&rebuilt);
	if (err < 0)
		return err;
	memcpy(compressed, tried, sizeof(tried));
	memcpy(public_key, key, sizeof(key));
	return 0;
}

int certificate_compress_device(const struct bytes *der,
				const struct certificate_device *device,
				const struct bytes *signer_der,
				uint8_t compressed[static COMPRESSED_SIZE])
{
	uint8_t tried[COMPRESSED_SIZE];
	struct bytes rebuilt = BYTES_INIT;
	struct x509 x509;
	int err;

	err = parts_check_serial(device->serial, device->serial_len);
	if (err == 0)
		err = x509_split(der, &x509);
	if (err == 0)
		err = guess(&kind_table[KIND_DEVICE], &x509, tried);
	if (err == 0)
		err = certificate_rebuild_device(tried, device, signer_der,
						 &rebuilt);
	if (err == 0)
		err = prove(der, &x509, &rebuilt);
	bytes_free(&rebuilt);
	if (err == 0)
		memcpy(compressed, tried, sizeof(tried));
	return err;
}
