/* SPDX-License-Identifier: Apache-2.0 */
#include "signer.h"

#include <errno.h>
#include <string.h>
#include <gnutls/crypto.h>
#include <gnutls/x509.h>

#include "crypto.h"
#include "error.h"
#include "parts.h"

static int key_to_pem(gnutls_privkey_t key, struct bytes *pem)
{
	gnutls_x509_privkey_t x509;
	gnutls_datum_t text;
	int ret, err;

	ret = gnutls_privkey_export_x509(key, &x509);
	if (ret < 0)
		return crypto_failed(ret, EIO, "private key");
	ret = gnutls_x509_privkey_export2(x509, GNUTLS_X509_FMT_PEM, &text);
	gnutls_x509_privkey_deinit(x509);
	if (ret < 0)
		return crypto_failed(ret, EIO, "private key");
	err = bytes_append(pem, text.data, text.size);
	gnutls_memset(text.data, 0, text.size);
	gnutls_free(text.data);
	return err;
}

/* GnuTLS leaves out leading zeros, or puts one before a high bit. */
static int put_coordinate(const gnutls_datum_t *number, uint8_t out[static 32])
{
	const unsigned char *data = number->data;
	unsigned int len = number->size;

	for (; len > 32 && *data == 0; len--)
		data++;
	if (len > 32)
		return fail_because(EIO, "a new key is not of P-256");
	memset(out, 0, 32 - len);
	memcpy(out + 32 - len, data, len);
	return 0;
}

static int public_half(gnutls_privkey_t key, uint8_t public_key[static 64])
{
	gnutls_datum_t x = { NULL, 0 }, y = { NULL, 0 };
	gnutls_pubkey_t half;
	int ret, err;

	ret = gnutls_pubkey_init(&half);
	if (ret < 0)
		return crypto_failed(ret, ENOMEM, "public key");
	ret = gnutls_pubkey_import_privkey(half, key, 0, 0);
	if (ret >= 0)
		ret = gnutls_pubkey_export_ecc_raw2(half, NULL, &x, &y,
						    GNUTLS_EXPORT_FLAG_NO_LZ);
	if (ret < 0) {
		err = crypto_failed(ret, EIO, "public key");
	} else {
		err = put_coordinate(&x, public_key);
		if (err == 0)
			err = put_coordinate(&y, public_key + 32);
	}
	gnutls_free(x.data);
	gnutls_free(y.data);
	gnutls_pubkey_deinit(half);
	return err;
}

/* A new key, its PEM, and its public half. gnutls_privkey_deinit() it. */
static int new_key(gnutls_privkey_t *key, struct bytes *pem,
		   uint8_t public_key[static 64])
{
	gnutls_privkey_t made;
	int ret, err;

	ret = gnutls_privkey_init(&made);
	if (ret < 0)
		return crypto_failed(ret, ENOMEM, "private key");
	ret = gnutls_privkey_generate(
		made, GNUTLS_PK_ECDSA,
		GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), 0);
	err = ret < 0 ? crypto_failed(ret, EIO, "private key")
		      : public_half(made, public_key);
	if (err == 0)
		err = key_to_pem(made, pem);
	if (err == 0)
		*key = made;
	else
		gnutls_privkey_deinit(made);
	return err;
}

/* Its own issuer: compressed form, then rebuilt and verified. */
static int self_sign(const struct validity *validity, gnutls_privkey_t key,
		     const uint8_t public_key[static 64], struct bytes *der)
{
	struct kind_parts parts = { 0 };
	uint8_t compressed[COMPRESSED_SIZE];
	int err;

	kind_begin(&kind_table[KIND_SIGNER], validity, &parts);
	err = parts_signer(public_key, &parts);
	if (err == 0)
		err = kind_sign(&parts, crypto_sign, key);
	if (err == 0)
		compressed_cert_encode(&parts.compressed, compressed);
	if (err == 0)
		err = certificate_rebuild_signer(compressed, public_key, der);
	if (err == 0)
		err = certificate_verify(der, der);
	kind_parts_free(&parts);
	return err;
}

int signer_create(const struct signer_terms *terms, time_t now,
		  struct bytes *certificate_pem, struct bytes *key_pem)
{
	struct bytes der = BYTES_INIT, cert = BYTES_INIT, pem = BYTES_INIT;
	struct validity validity;
	uint8_t public_key[64];
	gnutls_privkey_t key = NULL;
	int err;

	err = validity_from_clock(now, terms->years_valid,
				  terms->extended_dates, &validity);
	if (err < 0)
		return err;
	err = new_key(&key, &pem, public_key);
	if (err < 0)
		goto free_pem;
	err = self_sign(&validity, key, public_key, &der);
	if (err == 0)
		err = certificate_to_pem(&der, &cert);
	if (err == 0) {
		bytes_move(certificate_pem, &cert);
		bytes_move(key_pem, &pem);
	}
	gnutls_privkey_deinit(key);
free_pem:
	bytes_free(&pem);
	bytes_free(&cert);
	bytes_free(&der);
	return err;
}

int signer_create_device(struct signer *signer, const uint8_t *serial,
			 size_t serial_len, time_t now,
			 struct bytes *certificate_pem, struct bytes *key_pem)
{
	struct bytes der = BYTES_INIT, cert = BYTES_INIT, pem = BYTES_INIT;
	uint8_t public_key[64], chip_serial[9], compressed[COMPRESSED_SIZE];
	const struct certificate_device device = { public_key, serial,
						   serial_len, chip_serial };
	gnutls_privkey_t key = NULL;
	int ret, err;

	ret = gnutls_rnd(GNUTLS_RND_NONCE, chip_serial, sizeof(chip_serial));
	if (ret < 0)
		return crypto_failed(ret, EIO, "random");
	err = new_key(&key, &pem, public_key);
	if (err < 0)
		goto free_pem;
	err = signer_issue(signer, &device, now, compressed, &der);
	if (err == 0)
		err = certificate_to_pem(&der, &cert);
	if (err == 0) {
		bytes_move(certificate_pem, &cert);
		bytes_move(key_pem, &pem);
	}
	gnutls_privkey_deinit(key);
free_pem:
	bytes_free(&pem);
	bytes_free(&cert);
	bytes_free(&der);
	return err;
}
