/* SPDX-License-Identifier: Apache-2.0 */
#include "certificate.h"

#include <errno.h>

#include "crypto.h"
#include "error.h"
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
		return fail_because(EKEYREJECTED,
				    "the certificate is not signed"
				    " with ECDSA and SHA-256");
	if (!der_equal(&cert.issuer, &issuer.subject))
		return fail_because(EKEYREJECTED,
				    "the certificate names another"
				    " issuer");
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
