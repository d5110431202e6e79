/* SPDX-License-Identifier: Apache-2.0 */
#include "signer.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>
#include <gnutls/crypto.h>

#include "crypto.h"
#include "error.h"
#include "parts.h"
#include "pem.h"

/* A new key, its public half, and its PEM. */
struct fresh_key {
	gnutls_privkey_t key;
	uint8_t public_key[64];
	struct bytes pem;
};

/* GnuTLS omits leading zeros, and adds one before a high bit. */
static int put_number(const gnutls_datum_t *number, uint8_t out[static 32])
{
	const unsigned char *data = number->data;
	unsigned int len = number->size;

	for (; len > 32 && *data == 0; len--)
		data++;
	if (len > 32)
		return fail_because(EIO, "the new key is not one of P-256");
	memset(out, 0, 32 - len);
	memcpy(out + 32 - len, data, len);
	return 0;
}

static void wipe_number(gnutls_datum_t *number)
{
	if (number->data)
		gnutls_memset(number->data, 0, number->size);
	gnutls_free(number->data);
}

static int export_key(gnutls_privkey_t key, uint8_t secret[static 32],
		      uint8_t public_key[static 64])
{
	gnutls_datum_t x = { NULL, 0 }, y = { NULL, 0 }, k = { NULL, 0 };
	int ret, err;

	ret = gnutls_privkey_export_ecc_raw2(key, NULL, &x, &y, &k,
					     GNUTLS_EXPORT_FLAG_NO_LZ);
	if (ret < 0)
		return crypto_failed(ret, EIO, "no new key can be made");
	err = put_number(&x, public_key);
	if (err == 0)
		err = put_number(&y, public_key + 32);
	if (err == 0)
		err = put_number(&k, secret);
	wipe_number(&k);
	wipe_number(&y);
	wipe_number(&x);
	return err;
}

/*
 * Writes ECPrivateKey (RFC 5915) with parameters and public key. GnuTLS would
 * write a secret of 33 bytes when its first bit is set.
 */
static int write_key(const uint8_t secret[static 32],
		     const uint8_t public_key[static 64], struct bytes *pem)
{
	static const uint8_t version1[] = { DER_INTEGER, 1, 1 };
	static const uint8_t prime256v1[] = { 0x06, 0x08, 0x2a, 0x86, 0x48,
					      0xce, 0x3d, 0x03, 0x01, 0x07 };
	static const uint8_t point[] = { DER_BIT_STRING, 66, 0, 4 };
	struct bytes der = BYTES_INIT;
	struct der_writer writer = { .out = &der };
	size_t sequence = der_open(&writer, DER_SEQUENCE), tagged;

	der_raw(&writer, version1, sizeof(version1));
	der_value(&writer, DER_OCTET_STRING, secret, 32);
	der_value(&writer, DER_CONTEXT(0), prime256v1, sizeof(prime256v1));
	tagged = der_open(&writer, DER_CONTEXT(1));
	der_raw(&writer, point, sizeof(point));
	der_raw(&writer, public_key, 64);
	der_close(&writer, tagged);
	der_close(&writer, sequence);
	if (writer.err == 0)
		writer.err = pem_encode(&der, "EC PRIVATE KEY", pem);
	bytes_free(&der);
	return writer.err;
}

static int fresh_key_make(struct fresh_key *fresh)
{
	uint8_t secret[32];
	int ret, err;

	*fresh = (struct fresh_key){ .key = NULL };
	ret = gnutls_privkey_init(&fresh->key);
	if (ret < 0)
		return crypto_failed(ret, ENOMEM, "no new key can be made");
	ret = gnutls_privkey_generate(
		fresh->key, GNUTLS_PK_ECDSA,
		GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), 0);
	if (ret < 0)
		return crypto_failed(ret, EIO, "no new key can be made");
	err = export_key(fresh->key, secret, fresh->public_key);
	if (err == 0)
		err = write_key(secret, fresh->public_key, &fresh->pem);
	explicit_bzero(secret, sizeof(secret));
	return err;
}

static void fresh_key_free(struct fresh_key *fresh)
{
	gnutls_privkey_deinit(fresh->key);
	bytes_free(&fresh->pem);
}

/* Sets both or neither. */
static int hand_over(const struct bytes *der, struct fresh_key *fresh,
		     struct bytes *certificate_pem, struct bytes *key_pem)
{
	struct bytes pem = BYTES_INIT;
	int err;

	err = certificate_to_pem(der, &pem);
	if (err < 0)
		return err;
	bytes_move(certificate_pem, &pem);
	bytes_move(key_pem, &fresh->pem);
	return 0;
}

/* Makes the compressed form, then rebuilds and verifies the certificate. */
static int self_sign(const struct validity *validity,
		     const struct fresh_key *fresh, struct bytes *der)
{
	struct kind_parts parts = { 0 };
	uint8_t compressed[COMPRESSED_SIZE];
	int err;

	kind_begin(&kind_table[KIND_SIGNER], validity, &parts);
	err = parts_signer(fresh->public_key, &parts);
	if (err == 0)
		err = kind_sign(&parts, crypto_sign, fresh->key);
	if (err == 0)
		compressed_cert_encode(&parts.compressed, compressed);
	if (err == 0)
		err = certificate_rebuild_signer(compressed, fresh->public_key,
						 der);
	if (err == 0)
		err = certificate_verify(der, der);
	kind_parts_free(&parts);
	return err;
}

int signer_create(const struct signer_terms *terms, time_t now,
		  struct bytes *certificate_pem, struct bytes *key_pem)
{
	struct bytes der = BYTES_INIT;
	struct validity validity;
	struct fresh_key fresh;
	int err;

	err = validity_from_clock(now, terms->years_valid,
				  terms->extended_dates, &validity);
	if (err < 0)
		return err;
	err = fresh_key_make(&fresh);
	if (err == 0)
		err = self_sign(&validity, &fresh, &der);
	if (err == 0)
		err = hand_over(&der, &fresh, certificate_pem, key_pem);
	fresh_key_free(&fresh);
	bytes_free(&der);
	return err;
}

int signer_create_device(struct signer *signer, const char *serial, time_t now,
			 struct bytes *certificate_pem, struct bytes *key_pem)
{
	uint8_t chip_serial[9], compressed[COMPRESSED_SIZE];
	struct bytes der = BYTES_INIT;
	struct fresh_key fresh;
	const struct certificate_device device = { fresh.public_key,
						   (const uint8_t *)serial,
						   strlen(serial),
						   chip_serial };
	int ret, err;

	ret = gnutls_rnd(GNUTLS_RND_NONCE, chip_serial, sizeof(chip_serial));
	if (ret < 0)
		return crypto_failed(ret, EIO, "no random bytes can be had");
	err = fresh_key_make(&fresh);
	if (err == 0)
		err = signer_issue(signer, &device, now, compressed, &der);
	if (err == 0)
		err = hand_over(&der, &fresh, certificate_pem, key_pem);
	fresh_key_free(&fresh);
	bytes_free(&der);
	return err;
}

static int check_code(const char *code)
{
	const size_t len = strlen(code);

	if (len == 0 || len > SIGNER_CODE_MAX)
		return fail_because(EINVAL,
				    "the code is %zu bytes long: 1 to %d are "
				    "expected",
				    len, SIGNER_CODE_MAX);
	for (size_t i = 0; i < len; i++) {
		if (!isascii(code[i]) || !isgraph(code[i]))
			return fail_because(EINVAL,
					    "the code \"%s\" has a byte that is"
					    " not printable ASCII: copy it as"
					    " the cloud shows it",
					    code);
	}
	return 0;
}

/* Sets `der` to a proof certificate for `public_key`. */
static int make_proof(struct signer *signer, const char *code,
		      const struct validity *validity,
		      const uint8_t *public_key, struct bytes *der)
{
	/* random; gives the serial number */
	uint8_t chip_serial[9];
	const struct certificate_device device = { public_key,
						   (const uint8_t *)code,
						   strlen(code), chip_serial };
	struct kind_parts parts = { 0 };
	int ret, err;

	ret = gnutls_rnd(GNUTLS_RND_NONCE, chip_serial, sizeof(chip_serial));
	if (ret < 0)
		return crypto_failed(ret, EIO, "random");
	kind_begin(&kind_table[KIND_DEVICE], validity, &parts);
	err = parts_device(&device, signer_der(signer), &parts);
	if (err == 0)
		err = kind_sign(&parts, signer_sign, signer);
	if (err == 0)
		err = kind_certificate(&parts, der);
	if (err == 0)
		err = certificate_verify(der, signer_der(signer));
	kind_parts_free(&parts);
	return err;
}

int signer_prove(struct signer *signer, const char *code, time_t now,
		 struct bytes *certificate_pem)
{
	struct bytes der = BYTES_INIT;
	struct validity validity;
	struct fresh_key fresh;
	int err;

	err = check_code(code);
	if (err == 0)
		err = validity_from_clock(now, 1, false, &validity);
	if (err < 0)
		return err;
	err = fresh_key_make(&fresh);
	if (err == 0)
		err = make_proof(signer, code, &validity, fresh.public_key,
				 &der);
	if (err == 0)
		err = certificate_to_pem(&der, certificate_pem);
	fresh_key_free(&fresh);
	bytes_free(&der);
	return err;
}
