/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto.h"

#include <errno.h>
#include <gnutls/crypto.h>

#include "error.h"

int crypto_failed(int gnutls, int otherwise, const char *what)
{
	return fail_because(gnutls == GNUTLS_E_MEMORY_ERROR ? ENOMEM
							    : otherwise,
			    "%s: %s", what, gnutls_strerror(gnutls));
}

int crypto_sha256(const void *data, size_t len, uint8_t digest[static 32])
{
	int ret = gnutls_hash_fast(GNUTLS_DIG_SHA256, data, len, digest);

	return ret < 0 ? crypto_failed(ret, EIO, "no SHA-256 can be computed")
		       : 0;
}

int crypto_sha1(const void *data, size_t len, uint8_t digest[static 20])
{
	int ret = gnutls_hash_fast(GNUTLS_DIG_SHA1, data, len, digest);

	return ret < 0 ? crypto_failed(ret, EIO, "no SHA-1 can be computed")
		       : 0;
}

int crypto_public_key(const uint8_t public_key[static 64], gnutls_pubkey_t *key)
{
	const gnutls_datum_t x = { (unsigned char *)public_key, 32 };
	const gnutls_datum_t y = { (unsigned char *)public_key + 32, 32 };
	gnutls_pubkey_t made;
	int ret;

	ret = gnutls_pubkey_init(&made);
	if (ret < 0)
		return crypto_failed(ret, ENOMEM,
				     "the public key cannot be used");
	ret = gnutls_pubkey_import_ecc_raw(made, GNUTLS_ECC_CURVE_SECP256R1, &x,
					   &y);
	if (ret >= 0)
		ret = gnutls_pubkey_verify_params(made);
	if (ret < 0) {
		gnutls_pubkey_deinit(made);
		return crypto_failed(
			ret, EINVAL,
			"the public key is no point of the curve P-256");
	}
	*key = made;
	return 0;
}

int crypto_sign(void *key, const uint8_t digest[static 32],
		uint8_t signature[static 64])
{
	const gnutls_datum_t hash = { (unsigned char *)digest, 32 };
	gnutls_datum_t der = { NULL, 0 };
	int ret, err;

	ret = gnutls_privkey_sign_hash2(key, GNUTLS_SIGN_ECDSA_SHA256, 0, &hash,
					&der);
	if (ret < 0)
		return crypto_failed(ret, EIO,
				     "the signer's key does not sign");
	err = signature_from_der(der.data, der.size, signature);
	gnutls_free(der.data);
	return err;
}
