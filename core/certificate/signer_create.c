/* SPDX-License-Identifier: Apache-2.0 */
#include "signer.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "crypto.h"
#include "error.h"
#include "parts.h"
#include "pem.h"

struct fresh_key {
	uint8_t secret[32], public_key[64];
};

static void fresh_key_wipe(struct fresh_key *fresh)
{
	explicit_bzero(fresh, sizeof(*fresh));
}

/* Declares a new key that is wiped where its block ends. */
#define FRESH_KEY(name)                                                 \
	struct fresh_key name __attribute__((cleanup(fresh_key_wipe))); \
	crypto_new_key(name.secret, name.public_key)

/* Writes ECPrivateKey (RFC 5915) with curve and public key. */
static int key_to_pem(const struct fresh_key *fresh, struct bytes *pem)
{
	static const uint8_t version1[] = { DER_INTEGER, 1, 1 };
	static const uint8_t prime256v1[] = { 0x06, 0x08, 0x2a, 0x86, 0x48,
					      0xce, 0x3d, 0x03, 0x01, 0x07 };
	static const uint8_t point[] = { DER_BIT_STRING, 66, 0, 4 };
	BYTES_LOCAL(der);
	size_t sequence = der_open(&der, DER_SEQUENCE), tagged;

	bytes_append(&der, version1, sizeof(version1));
	der_value(&der, DER_OCTET_STRING, fresh->secret, 32);
	der_value(&der, DER_CONTEXT(0), prime256v1, sizeof(prime256v1));
	tagged = der_open(&der, DER_CONTEXT(1));
	bytes_append(&der, point, sizeof(point));
	bytes_append(&der, fresh->public_key, 64);
	der_close(&der, tagged);
	der_close(&der, sequence);
	return der.err < 0 ? der.err : pem_encode(&der, "EC PRIVATE KEY", pem);
}

/* Sets both or neither. */
static int hand_over(const struct bytes *der, const struct fresh_key *fresh,
		     struct bytes *certificate_pem, struct bytes *key_pem)
{
	BYTES_LOCAL(certificate);
	BYTES_LOCAL(key);
	int err = certificate_to_pem(der, &certificate);

	if (err == 0)
		err = key_to_pem(fresh, &key);
	if (err < 0)
		return err;
	bytes_move(certificate_pem, &certificate);
	bytes_move(key_pem, &key);
	return 0;
}

/* Makes the compressed form, then rebuilds and verifies the certificate. */
static int self_sign(const struct validity *validity, struct fresh_key *fresh,
		     struct bytes *der)
{
	KIND_PARTS_LOCAL(parts);
	uint8_t compressed[COMPRESSED_SIZE];
	int err;

	kind_begin(KIND_SIGNER, validity, &parts);
	err = parts_signer(fresh->public_key, &parts);
	if (err == 0)
		err = kind_sign(&parts, crypto_sign, fresh->secret);
	if (err == 0)
		compressed_cert_encode(&parts.compressed, compressed);
	if (err == 0)
		err = certificate_rebuild_signer(compressed, fresh->public_key,
						 der);
	if (err == 0)
		err = certificate_verify(der, der);
	return err;
}

int signer_create(const struct signer_terms *terms, time_t now,
		  struct bytes *certificate_pem, struct bytes *key_pem)
{
	FRESH_KEY(fresh);
	BYTES_LOCAL(der);
	struct validity validity;
	int err = validity_from_clock(now, terms->years_valid,
				      terms->extended_dates, &validity);

	if (err == 0)
		err = self_sign(&validity, &fresh, &der);
	return err < 0 ? err
		       : hand_over(&der, &fresh, certificate_pem, key_pem);
}

int signer_create_device(struct signer *signer, const char *serial, time_t now,
			 struct bytes *certificate_pem, struct bytes *key_pem)
{
	FRESH_KEY(fresh);
	uint8_t chip_serial[9], compressed[COMPRESSED_SIZE];
	const struct certificate_device device = { fresh.public_key,
						   (const uint8_t *)serial,
						   strlen(serial),
						   chip_serial };
	BYTES_LOCAL(der);
	int err;

	crypto_random(chip_serial, sizeof(chip_serial));
	err = signer_issue(signer, &device, now, compressed, &der);
	return err < 0 ? err
		       : hand_over(&der, &fresh, certificate_pem, key_pem);
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

int signer_prove(struct signer *signer, const char *code, time_t now,
		 struct bytes *certificate_pem)
{
	FRESH_KEY(fresh);
	uint8_t random[9]; /* gives the serial number */
	const struct certificate_device device = { fresh.public_key,
						   (const uint8_t *)code,
						   strlen(code), random };
	KIND_PARTS_LOCAL(parts);
	struct validity validity;
	BYTES_LOCAL(der);
	int err = check_code(code);

	if (err == 0)
		err = validity_from_clock(now, 1, false, &validity);
	if (err < 0)
		return err;
	crypto_random(random, sizeof(random));
	kind_begin(KIND_DEVICE, &validity, &parts);
	err = parts_device(&device, signer_der(signer), &parts);
	if (err == 0)
		err = kind_sign(&parts, signer_sign, signer);
	if (err == 0)
		err = kind_certificate(&parts, &der);
	if (err == 0)
		err = certificate_verify(&der, signer_der(signer));
	return err < 0 ? err : certificate_to_pem(&der, certificate_pem);
}
