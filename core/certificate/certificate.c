/* SPDX-License-Identifier: Apache-2.0 */
#include "certificate.h"

#include <errno.h>
#include <string.h>
#include <gnutls/x509.h>

#include "crypto.h"
#include "error.h"
#include "name.h"
#include "parts.h"
#include "pem.h"
#include "public_key.h"
#include "x509.h"

static const char label[] = "CERTIFICATE";

int certificate_verify(const struct bytes *der, const struct bytes *issuer_der)
{
	uint8_t public_key[64], digest[32], signature[64];
	struct x509 cert, issuer;
	int err;

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
	err = crypto_sha256(cert.tbs.data, cert.tbs.len, digest);
	if (err < 0)
		return err;
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

int certificate_is_ca(const struct bytes *der)
{
	const gnutls_datum_t datum = { der->data, (unsigned int)der->len };
	gnutls_x509_crt_t cert;
	int ret;

	ret = gnutls_x509_crt_init(&cert);
	if (ret < 0)
		return crypto_failed(ret, ENOMEM,
				     "the certificate cannot be read");
	ret = gnutls_x509_crt_import(cert, &datum, GNUTLS_X509_FMT_DER);
	if (ret >= 0)
		ret = gnutls_x509_crt_get_ca_status(cert, NULL);
	gnutls_x509_crt_deinit(cert);
	if (ret == GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE)
		return 0;
	return ret < 0 ? crypto_failed(ret, EINVAL,
				       "the certificate cannot be read")
		       : ret > 0;
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
	err = parts_check_serial(text.data, text.len);
	if (err < 0)
		return err;
	memcpy(serial, text.data, text.len);
	*len = text.len;
	return 0;
}

int certificate_from_pem(const struct bytes *pem, struct bytes *der)
{
	struct bytes found = BYTES_INIT;
	struct x509 parts;
	int err;

	err = pem_decode(pem, label, &found);
	if (err == 0)
		err = x509_split(&found, &parts);
	if (err == 0)
		bytes_move(der, &found);
	bytes_free(&found);
	return err;
}

int certificate_to_pem(const struct bytes *der, struct bytes *pem)
{
	return pem_encode(der, label, pem);
}

const char *certificate_gnutls_version(void)
{
	return gnutls_check_version(NULL);
}
