/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Certificates from a chip: 72 bytes, keys, serials, an EUI-48, none of which
 * anybody vouches for. The first byte says which of them are the golden ones.
 */
#include <errno.h>
#include <string.h>

#include "certificate.h"
#include "compressed_cert.h"
#include "fuzz.h"

enum { OWN_KEY = 1, OWN_SIGNER = 2, OWN_EUI = 4 };

static struct bytes signer_der;
static uint8_t signer_key[64];

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	struct bytes pem = fuzz_golden("signers/y31.cert");

	(void)argc;
	(void)argv;
	REQUIRE(certificate_from_pem(&pem, &signer_der) == 0);
	REQUIRE(certificate_public_key(&signer_der, signer_key) == 0);
	bytes_free(&pem);
	return 0;
}

static void try_fields(const uint8_t *compressed)
{
	uint8_t again[COMPRESSED_SIZE];
	struct compressed_cert fields;

	if (compressed_cert_decode(compressed, &fields) < 0)
		return;
	compressed_cert_encode(&fields, again);
	REQUIRE(memcmp(compressed, again, sizeof(again)) == 0);
}

/*
 * A rebuilt certificate is one: it has the key, if that is one, and its PEM is
 * the same.
 */
static void require_sound(int err, struct bytes *der, const uint8_t *key)
{
	struct bytes pem = BYTES_INIT, again = BYTES_INIT;
	uint8_t inside[64];

	REQUIRE(err == 0 || err == -EUCLEAN || err == -EINVAL);
	if (err == 0) {
		REQUIRE(certificate_public_key(der, inside) ==
			public_key_check(key));
		REQUIRE(public_key_check(key) < 0 ||
			memcmp(inside, key, sizeof(inside)) == 0);
		REQUIRE(certificate_to_pem(der, &pem) == 0);
		REQUIRE(certificate_from_pem(&pem, &again) == 0);
		REQUIRE(bytes_equal(der, &again));
		certificate_verify(der, &signer_der);
	} else {
		REQUIRE(der->len == 0);
	}
	bytes_free(&pem);
	bytes_free(&again);
	bytes_free(der);
}

/* What compresses is the certificate that was rebuilt. */
static void try_compress(const uint8_t *compressed, const uint8_t *key)
{
	uint8_t again[COMPRESSED_SIZE], same_key[64];
	struct bytes der = BYTES_INIT, rebuilt = BYTES_INIT;

	if (certificate_rebuild_signer(compressed, key, &der) < 0)
		return;
	if (certificate_compress_signer(&der, again, same_key) == 0) {
		REQUIRE(certificate_rebuild_signer(again, same_key, &rebuilt) ==
			0);
		REQUIRE(bytes_equal(&der, &rebuilt));
	}
	bytes_free(&der);
	bytes_free(&rebuilt);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t compressed[COMPRESSED_SIZE], key[64], chip_serial[9];
	uint8_t eui[16] = "0004A31234560001", own;
	struct input input = { data, size };
	struct bytes der = BYTES_INIT, issuer = BYTES_INIT, rest, serial;
	struct certificate_device device;
	struct certificate_trust_device trust = {
		.public_key = key,
		.chip_serial = chip_serial,
		.eui = eui,
	};

	own = take_byte(&input);
	take(&input, compressed, sizeof(compressed));
	take(&input, chip_serial, sizeof(chip_serial));
	memcpy(key, signer_key, sizeof(key));
	if (own & OWN_KEY)
		take(&input, key, sizeof(key));
	if (own & OWN_EUI)
		take(&input, eui, sizeof(eui));
	rest = take_rest(&input);
	serial = fuzz_copy(&rest);
	issuer = fuzz_copy(own & OWN_SIGNER ? &rest : &signer_der);
	device = (struct certificate_device){ .public_key = key,
					      .serial = serial.data,
					      .serial_len = serial.len,
					      .chip_serial = chip_serial };
	try_fields(compressed);
	require_sound(certificate_rebuild_signer(compressed, key, &der), &der,
		      key);
	require_sound(
		certificate_rebuild_device(compressed, &device, &issuer, &der),
		&der, key);
	require_sound(certificate_rebuild_tng_signer(compressed, key, &der),
		      &der, key);
	for (unsigned int t = CERTIFICATE_TNG_OLD; t <= CERTIFICATE_TNGLORA;
	     t++) {
		trust.template = (enum certificate_template)t;
		require_sound(certificate_rebuild_trust_device(
				      compressed, &trust, &issuer, &der),
			      &der, key);
	}
	try_compress(compressed, key);
	bytes_free(&serial);
	bytes_free(&issuer);
	return 0;
}
