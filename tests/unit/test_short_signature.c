/* SPDX-License-Identifier: Apache-2.0 */
/* Certificates are signed again until neither r nor s is short. */
#include "signer_fixture.h"

#include <errno.h>
#include <stdio.h>

#include "error.h"
#include "kind.h"
#include "parts.h"

/* In 2,000 there would be eight, and none in one run of 3,000. */
#define ISSUED 2000

/* Signatures to give out, in turn; the last one for ever. */
struct script {
	const uint8_t (*signatures)[64];
	size_t count, asked;
};

static int play(void *context, const uint8_t digest[static 32],
		uint8_t signature[static 64])
{
	struct script *script = context;
	size_t next = script->asked < script->count ? script->asked
						    : script->count - 1;

	(void)digest;
	memcpy(signature, script->signatures[next], 64);
	script->asked++;
	return 0;
}

/* Have a device's certificate signed by the script; issued at 22 h. */
static int sign(struct script *script, uint8_t signature[static 64])
{
	struct signer *signer = open_golden("y31");
	const struct certificate_device device = {
		signer_public_key(signer), (const uint8_t *)"N1", 2,
		(const uint8_t *)"\x01\x23\x45\x67\x89\xab\xcd\xef\xee"
	};
	const struct validity validity = { { 2026, 11, 21, 22 }, 31 };
	struct kind_parts parts = { 0 };
	int err;

	kind_begin(KIND_DEVICE, &validity, &parts);
	assert_ok(parts_device(&device, signer_der(signer), &parts));
	err = kind_sign(&parts, play, script);
	memcpy(signature, parts.compressed.signature, 64);
	kind_parts_free(&parts);
	signer_free(signer);
	return err;
}

static void short_is_what_begins_with_nine_zero_bits(void **state)
{
	static const struct {
		uint8_t first, second;
		bool is_short;
	} cases[] = {
		{ 0x00, 0x00, true },  { 0x00, 0x7f, true },
		{ 0x00, 0x80, false }, { 0x01, 0x00, false },
		{ 0xff, 0x00, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		for (size_t at = 0; at < 64; at += 32) {
			uint8_t signature[64];

			memset(signature, 0xa5, sizeof(signature));
			signature[at] = cases[i].first;
			signature[at + 1] = cases[i].second;
			assert_int_equal(signature_is_short(signature),
					 cases[i].is_short);
		}
	}
}

static void a_short_signature_is_asked_for_again(void **state)
{
	static const uint8_t signatures[][64] = {
		{ [1] = 0x7f, [32] = 1 },
		{ [0] = 1, [33] = 0x12 },
		{ [1] = 0x80, [32] = 1 },
	};
	struct script script = { signatures, 3, 0 };
	uint8_t signature[64];

	(void)state;
	assert_ok(sign(&script, signature));
	assert_memory_equal(signature, signatures[2], 64);
	assert_int_equal(script.asked, 3);
}

static void a_signer_with_one_signature_is_not_asked_for_ever(void **state)
{
	static const uint8_t signatures[][64] = { { [1] = 0x7f, [32] = 1 } };
	struct script script = { signatures, 1, 0 };
	uint8_t signature[64];

	(void)state;
	assert_int_equal(sign(&script, signature), -ERANGE);
	assert_int_equal(script.asked, 2);
	/* It is dated by the hour. */
	assert_non_null(strstr(fail_reason(), "from 23:00 UTC on"));
}

static void a_signer_with_short_signatures_only_is_given_up(void **state)
{
	static const uint8_t signatures[][64] = {
		{ [1] = 1 },	       { [1] = 2 },  { [1] = 3 },  { [1] = 4 },
		{ [1] = 5 },	       { [1] = 6 },  { [1] = 7 },  { [1] = 8 },
		{ [1] = 9 },	       { [1] = 10 }, { [1] = 11 }, { [1] = 12 },
		{ [1] = 13 },	       { [1] = 14 }, { [1] = 15 }, { [1] = 16 },
		{ [0] = 1, [32] = 1 },
	};
	struct script script = { signatures, 17, 0 };
	uint8_t signature[64];

	(void)state;
	assert_int_equal(sign(&script, signature), -ERANGE);
	assert_int_equal(script.asked, 16);
}

static bool is_short_pem(const struct bytes *pem)
{
	struct bytes der = BYTES_INIT;
	const char *flaw;

	assert_ok(certificate_from_pem(pem, &der));
	flaw = certificate_elixir_flaw(&der);
	bytes_free(&der);
	return flaw;
}

static void two_thousand_issued_certificates_are_long(void **state)
{
	struct signer *signer = open_golden("y31");
	uint8_t chip_serial[9] = { 0x01, 0x23 };
	const struct certificate_device device = { signer_public_key(signer),
						   (const uint8_t *)"N1", 2,
						   chip_serial };
	size_t short_ones = 0;

	(void)state;
	for (unsigned int i = 0; i < ISSUED; i++) {
		struct bytes der = BYTES_INIT;
		uint8_t compressed[72];

		chip_serial[2] = (uint8_t)(i >> 8);
		chip_serial[3] = (uint8_t)i;
		assert_ok(signer_issue(signer, &device, NOW, compressed, &der));
		short_ones += signature_is_short(compressed);
		bytes_free(&der);
	}
	assert_int_equal(short_ones, 0);
	golden_count("device certificates, none of them short", ISSUED);
	signer_free(signer);
}

static void new_signers_and_test_devices_are_long(void **state)
{
	const struct signer_terms terms = { 31, false };
	struct signer *signer = open_golden("y31");
	size_t short_ones = 0;

	(void)state;
	for (unsigned int i = 0; i < ISSUED / 2; i++) {
		struct bytes cert = BYTES_INIT, key = BYTES_INIT;

		if (i % 2)
			assert_ok(signer_create(&terms, NOW, &cert, &key));
		else
			assert_ok(signer_create_device(signer, "T1", NOW, &cert,
						       &key));
		short_ones += is_short_pem(&cert);
		bytes_free(&cert);
		bytes_free(&key);
	}
	assert_int_equal(short_ones, 0);
	golden_count("signers and test devices, none of them short",
		     ISSUED / 2);
	signer_free(signer);
}

static void what_the_library_cannot_rebuild_is_told(void **state)
{
	static const struct {
		const char *path, *flaw;
	} cases[] = {
		{ "signers/sig-short-r.cert", "nine zero bits" },
		{ "signers/sig-short-s.cert", "nine zero bits" },
		{ "devices/sig-short-r.cert", "nine zero bits" },
		{ "signers/y40.cert", "extended" },
		{ "signers/sig-short-next-high-r.cert", NULL },
		{ "signers/sig-plain-both.cert", NULL },
		/* It has made two names of it. */
		{ "devices/slash-attr.cert", NULL },
		{ "devices/len8.cert", NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct bytes pem = golden_file(cases[i].path), der = BYTES_INIT;
		const char *flaw;

		assert_ok(certificate_from_pem(&pem, &der));
		flaw = certificate_elixir_flaw(&der);
		if (!flaw != !cases[i].flaw ||
		    (flaw && !strstr(flaw, cases[i].flaw)))
			fail_msg("%s: %s", cases[i].path, flaw ? flaw : "none");
		bytes_free(&pem);
		bytes_free(&der);
	}
	assert_null(certificate_elixir_flaw(&BYTES_INIT));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(short_is_what_begins_with_nine_zero_bits),
		cmocka_unit_test(a_short_signature_is_asked_for_again),
		cmocka_unit_test(
			a_signer_with_one_signature_is_not_asked_for_ever),
		cmocka_unit_test(
			a_signer_with_short_signatures_only_is_given_up),
		cmocka_unit_test(two_thousand_issued_certificates_are_long),
		cmocka_unit_test(new_signers_and_test_devices_are_long),
		cmocka_unit_test(what_the_library_cannot_rebuild_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
