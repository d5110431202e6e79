/* SPDX-License-Identifier: Apache-2.0 */
/* Certificate requests, made here and by others. */
#include "golden.h"

#include <errno.h>
#include <time.h>
#include <gnutls/x509.h>

#include "certificate.h"
#include "crypto.h"
#include "error.h"
#include "foreign_requests.h"
#include "pem.h"
#include "signer.h"

static void assert_ok(int err)
{
	if (err != 0)
		fail_msg("error %d: %s", err, fail_reason());
}

static const uint8_t chip_serial[9] = { 0x01, 0x23, 0x50, 0xab, 0xa6,
					0xe4, 0x9c, 0x50, 0xee };

/* Of a golden device, which stands in for a chip. */
static struct bytes device_key(const char *field)
{
	json_t *devices = golden_json("devices.json");
	struct bytes key = golden_hex(golden_named(devices, "len8"), field);

	json_decref(devices);
	return key;
}

static void make_request(const char *serial, struct bytes *pem)
{
	struct bytes key = device_key("private_key");
	struct bytes public_key = device_key("public_key_raw");
	const struct certificate_device device = { public_key.data,
						   (const uint8_t *)serial,
						   strlen(serial),
						   chip_serial };

	assert_ok(certificate_request(&device, crypto_sign, key.data, pem));
	bytes_free(&public_key);
	bytes_free(&key);
}

static void a_request_says_who_asks(void **state)
{
	struct certificate_request_content content;
	struct bytes pem = BYTES_INIT, key = device_key("public_key_raw");

	(void)state;
	make_request("AB/O=Z\xc3\xbcrich", &pem);
	assert_memory_equal(pem.data, "-----BEGIN CERTIFICATE REQUEST-----\n",
			    36);
	assert_ok(certificate_request_read(&pem, &content));
	assert_memory_equal(content.public_key, key.data, 64);
	assert_int_equal(content.serial_len, 12);
	assert_memory_equal(content.serial, "AB/O=Z\xc3\xbcrich", 12);
	assert_true(content.has_chip_serial);
	assert_memory_equal(content.chip_serial, chip_serial, 9);
	bytes_free(&pem);
	bytes_free(&key);
}

static void gnutls_reads_and_verifies_a_request(void **state)
{
	struct bytes pem = BYTES_INIT;
	gnutls_x509_crq_t request;
	gnutls_datum_t text;
	char value[32];
	size_t len = sizeof(value);

	(void)state;
	make_request("N1234567", &pem);
	text = (gnutls_datum_t){ pem.data, (unsigned int)pem.len };
	assert_int_equal(gnutls_x509_crq_init(&request), 0);
	assert_int_equal(
		gnutls_x509_crq_import(request, &text, GNUTLS_X509_FMT_PEM), 0);
	assert_int_equal(gnutls_x509_crq_verify(request, 0), 0);
	assert_int_equal(gnutls_x509_crq_get_dn_by_oid(
				 request, GNUTLS_OID_X520_COMMON_NAME, 0, 0,
				 value, &len),
			 0);
	assert_string_equal(value, "N1234567");
	len = sizeof(value);
	assert_int_equal(gnutls_x509_crq_get_attribute_by_oid(
				 request, "2.5.4.5", 0, value, &len),
			 0);
	assert_memory_equal(value,
			    "\x13\x12"
			    "012350aba6e49c50ee",
			    20);
	gnutls_x509_crq_deinit(request);
	bytes_free(&pem);
}

static int refuse_to_sign(void *context, const uint8_t digest[static 32],
			  uint8_t signature[static 64])
{
	(void)context;
	(void)digest;
	(void)signature;
	return -ETIMEDOUT;
}

static void a_chip_that_does_not_sign_makes_no_request(void **state)
{
	const uint8_t public_key[64] = { 0 };
	const struct certificate_device device = { public_key, chip_serial, 2,
						   chip_serial };
	struct bytes pem = BYTES_INIT;

	(void)state;
	assert_int_equal(
		certificate_request(&device, refuse_to_sign, NULL, &pem),
		-ETIMEDOUT);
	assert_int_equal(pem.len, 0);
}

/* Off-device signing: what the request says is all that a signer needs. */
static void what_is_issued_for_a_request_compresses(void **state)
{
	struct bytes cert = golden_file("signers/y31.cert");
	struct bytes key = golden_file("signers/y31.key");
	const struct signer_source source = { .certificate_pem = &cert,
					      .key_pem = &key };
	struct bytes pem = BYTES_INIT, der = BYTES_INIT;
	struct certificate_request_content asked;
	uint8_t issued[COMPRESSED_SIZE], kept[COMPRESSED_SIZE];
	struct signer *signer;

	(void)state;
	make_request("N1234567", &pem);
	assert_ok(certificate_request_read(&pem, &asked));
	assert_ok(signer_open(&source, &signer));
	assert_ok(signer_issue(signer,
			       &(struct certificate_device){
				       asked.public_key, asked.serial,
				       asked.serial_len, asked.chip_serial },
			       time(NULL), issued, &der));
	/* Compress with the serials that the chip has. */
	assert_ok(certificate_compress_device(
		&der,
		&(struct certificate_device){ asked.public_key,
					      (const uint8_t *)"N1234567", 8,
					      chip_serial },
		signer_der(signer), kept));
	assert_memory_equal(kept, issued, sizeof(kept));
	signer_free(signer);
	bytes_free(&cert);
	bytes_free(&key);
	bytes_free(&pem);
	bytes_free(&der);
}

static int read_text(const char *text,
		     struct certificate_request_content *content)
{
	struct bytes pem = BYTES_INIT;
	int err;

	assert_ok(bytes_set(&pem, text, strlen(text)));
	err = certificate_request_read(&pem, content);
	bytes_free(&pem);
	return err;
}

static void requests_of_others_are_read(void **state)
{
	struct certificate_request_content content;

	(void)state;
	assert_ok(read_text(request_plain, &content));
	assert_int_equal(content.serial_len, 7);
	assert_memory_equal(content.serial, "PLAIN-1", 7);
	assert_false(content.has_chip_serial);
	assert_ok(read_text(request_extensions, &content));
	assert_false(content.has_chip_serial);
	assert_ok(read_text(request_serial_number, &content));
	assert_true(content.has_chip_serial);
	assert_memory_equal(content.chip_serial, chip_serial, 9);
}

static void requests_that_cannot_be_met_are_refused(void **state)
{
	static const struct {
		const char *pem, *reason;
	} cases[] = {
		{ "", "no whole CERTIFICATE REQUEST" },
		{ "-----BEGIN CERTIFICATE REQUEST-----\nMAA=\n"
		  "-----END CERTIFICATE REQUEST-----\n",
		  "no PKCS#10 request" },
		{ request_two_names, "is not one CN" },
		{ request_no_common_name, "is not one CN" },
		{ request_printable, "is not one CN" },
		{ request_too_long, "49 bytes" },
		{ request_p384, "not of P-256" },
		{ request_sha384, "not signed with ECDSA and SHA-256" },
		{ request_short_serial_number, "18 hex digits" },
	};
	struct certificate_request_content content = { .serial_len = 77 };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		assert_int_equal(read_text(cases[i].pem, &content), -EINVAL);
		if (!strstr(fail_reason(), cases[i].reason))
			fail_msg("\"%s\" lacks \"%s\"", fail_reason(),
				 cases[i].reason);
	}
	assert_int_equal(content.serial_len, 77);
	golden_count("requests refused", sizeof(cases) / sizeof(*cases));
}

static void changed_requests_are_refused(void **state)
{
	static const char label[] = "CERTIFICATE REQUEST";
	struct bytes pem = BYTES_INIT, der = BYTES_INIT;
	struct certificate_request_content content;

	(void)state;
	make_request("N1234567", &pem);
	assert_ok(pem_decode(&pem, label, &der));
	for (size_t at = 0; at < der.len; at++) {
		for (unsigned int bit = 0; bit < 8; bit++) {
			int err;

			der.data[at] ^= (uint8_t)(1u << bit);
			assert_ok(bytes_resize(&pem, 0));
			assert_ok(pem_encode(&der, label, &pem));
			err = certificate_request_read(&pem, &content);
			assert_true(err == -EINVAL || err == -EKEYREJECTED);
			der.data[at] ^= (uint8_t)(1u << bit);
		}
	}
	golden_count("changed bits", 8 * der.len);
	bytes_free(&pem);
	bytes_free(&der);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_request_says_who_asks),
		cmocka_unit_test(gnutls_reads_and_verifies_a_request),
		cmocka_unit_test(a_chip_that_does_not_sign_makes_no_request),
		cmocka_unit_test(what_is_issued_for_a_request_compresses),
		cmocka_unit_test(requests_of_others_are_read),
		cmocka_unit_test(requests_that_cannot_be_met_are_refused),
		cmocka_unit_test(changed_requests_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
