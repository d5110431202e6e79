/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What people hand in as certificates, keys and requests. The first byte says
 * what the rest is: PEM as it stands, or DER to be put into a block.
 */
#include <errno.h>
#include <string.h>

#include "certificate.h"
#include "fuzz.h"
#include "pem.h"
#include "signer.h"

static struct bytes signer_pem, signer_der_bytes;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	signer_pem = fuzz_golden("signers/y31.cert");
	REQUIRE(certificate_from_pem(&signer_pem, &signer_der_bytes) == 0);
	return 0;
}

static void compresses_to_itself(const struct bytes *der)
{
	uint8_t compressed[COMPRESSED_SIZE], public_key[64];
	struct bytes rebuilt = BYTES_INIT;

	if (certificate_compress_signer(der, compressed, public_key) < 0)
		return;
	REQUIRE(certificate_rebuild_signer(compressed, public_key, &rebuilt) ==
		0);
	REQUIRE(bytes_equal(der, &rebuilt));
	bytes_free(&rebuilt);
}

static void device_compresses_to_itself(const struct bytes *der)
{
	uint8_t compressed[COMPRESSED_SIZE], serial[CERTIFICATE_SERIAL_MAX];
	uint8_t public_key[64], chip_serial[9] = { 0x01, 0x23 };
	struct certificate_device device = { .public_key = public_key,
					     .serial = serial,
					     .chip_serial = chip_serial };
	struct bytes rebuilt = BYTES_INIT;

	if (certificate_serial(der, serial, &device.serial_len) < 0 ||
	    certificate_public_key(der, public_key) < 0)
		return;
	REQUIRE(device.serial_len <= sizeof(serial));
	if (certificate_compress_device(der, &device, &signer_der_bytes,
					compressed) < 0)
		return;
	REQUIRE(certificate_rebuild_device(compressed, &device,
					   &signer_der_bytes, &rebuilt) == 0);
	REQUIRE(bytes_equal(der, &rebuilt));
	bytes_free(&rebuilt);
}

static void try_certificate(const struct bytes *pem)
{
	struct bytes der = BYTES_INIT, again = BYTES_INIT, text = BYTES_INIT;
	int err = certificate_from_pem(pem, &der);

	REQUIRE(err == 0 || err == -EINVAL);
	if (err < 0)
		return;
	REQUIRE(certificate_to_pem(&der, &text) == 0);
	REQUIRE(certificate_from_pem(&text, &again) == 0);
	REQUIRE(bytes_equal(&der, &again));
	certificate_is_ca(&der);
	certificate_verify(&der, &der);
	certificate_verify(&der, &signer_der_bytes);
	compresses_to_itself(&der);
	device_compresses_to_itself(&der);
	bytes_free(&der);
	bytes_free(&again);
	bytes_free(&text);
}

static void try_public_key(const struct bytes *pem)
{
	struct bytes text = BYTES_INIT;
	uint8_t key[64], again[64];

	if (public_key_from_pem(pem, key) < 0)
		return;
	REQUIRE(public_key_check(key) == 0);
	REQUIRE(public_key_to_pem(key, &text) == 0);
	REQUIRE(public_key_from_pem(&text, again) == 0);
	REQUIRE(memcmp(key, again, sizeof(key)) == 0);
	bytes_free(&text);
}

static void try_request(const struct bytes *pem)
{
	struct certificate_request_content content;
	int err = certificate_request_read(pem, &content);

	REQUIRE(err == 0 || err == -EINVAL || err == -EKEYREJECTED);
	REQUIRE(err < 0 || content.serial_len <= sizeof(content.serial));
}

/* The text as a signer's certificate with its key, and as y31's key. */
static void try_signer(const struct bytes *pem)
{
	const struct signer_source sources[] = {
		{ .certificate_pem = pem, .key_pem = pem },
		{ .certificate_pem = pem, .extended_dates = true },
		{ .certificate_pem = &signer_pem, .key_pem = pem },
	};
	struct signer *signer;

	for (size_t i = 0; i < sizeof(sources) / sizeof(*sources); i++) {
		int err = signer_open(&sources[i], &signer);

		REQUIRE(err == 0 || err == -EINVAL);
		if (err == 0)
			signer_free(signer);
	}
}

static void try_signature(const struct bytes *der)
{
	struct bytes again = BYTES_INIT;
	uint8_t signature[64];

	if (signature_from_der(der->data, der->len, signature) < 0)
		return;
	REQUIRE(signature_to_der(signature, &again) == 0);
	REQUIRE(bytes_equal(der, &again));
	bytes_free(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const labels[] = {
		"CERTIFICATE",	  "CERTIFICATE REQUEST", "PUBLIC KEY",
		"EC PRIVATE KEY", "PRIVATE KEY",
	};
	struct input input = { data, size };
	size_t form = take_byte(&input) % 6;
	struct bytes rest = take_rest(&input), text = BYTES_INIT;

	if (form == 0) {
		text = fuzz_copy(&rest);
	} else {
		REQUIRE(pem_encode(&rest, labels[form - 1], &text) == 0);
		try_signature(&rest);
	}
	try_certificate(&text);
	try_public_key(&text);
	try_request(&text);
	try_signer(&text);
	bytes_free(&text);
	return 0;
}
