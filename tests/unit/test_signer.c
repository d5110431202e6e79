/* SPDX-License-Identifier: Apache-2.0 */
/* Signers: which open, and why others do not. */
#include "signer_fixture.h"

#include <errno.h>
#include <stdio.h>
#include <time.h>

#include "error.h"
#include "foreign_keys.h"

static void golden_signers_open(void **state)
{
	json_t *signers = golden_json("signers.json"), *one;
	size_t i, opened = 0;

	(void)state;
	json_array_foreach(signers, i, one)
	{
		struct bytes want, key, der;
		struct signer *signer;

		if (!golden_has(one, "compressed") ||
		    (!json_is_true(
			     json_object_get(one, "rebuilt_equals_original")) &&
		     strncmp(golden_text(one, "name"), "sig-short", 9) != 0))
			continue;
		signer = open_golden(golden_text(one, "name"));
		want = golden_hex(one, "compressed");
		key = golden_hex(one, "public_key_raw");
		der = golden_hex(one, "der");
		assert_bytes(signer_compressed(signer), 72, &want);
		assert_bytes(signer_public_key(signer), 64, &key);
		assert_true(bytes_equal(signer_der(signer), &der));
		bytes_free(&want);
		bytes_free(&key);
		bytes_free(&der);
		signer_free(signer);
		opened++;
	}
	golden_count("signers opened", opened);
	json_decref(signers);
}

/* A golden file, or the text itself. */
static struct bytes content_of(const char *what)
{
	struct bytes content = BYTES_INIT;

	if (strlen(what) < 64 && strchr(what, '/'))
		return golden_file(what);
	assert_ok(bytes_set(&content, what, strlen(what)));
	return content;
}

static const struct {
	const char *cert, *key, *reason;
} refused[] = {
	{ "", "signers/y31.key", "there is no whole CERTIFICATE in PEM" },
	{ "signers/y31.key", "signers/y31.key", "no whole CERTIFICATE" },
	{ rsa_ca, rsa_key, "the public key is not of P-256" },
	{ p384_ca, p384_key, "the public key is not of P-256" },
	{ "devices/len8.cert", "devices/len8.key", "not that of a CA" },
	{ p256_ca, "signers/y31.key", "keeps of it: its begin is not" },
	{ "signers/y32.cert", "signers/y32.key", "in 2026 for 32 years" },
	{ "signers/y40.cert", "signers/y40.key", "in 2026 for 40 years" },
	{ "signers/y0.cert", "signers/y0.key", "ends when it begins" },
	{ "signers/issued-2032-y31.cert", "signers/issued-2032-y31.key",
	  "issued in 2032" },
	{ "signers/issued-1970-y31.cert", "signers/issued-1970-y31.key",
	  "issued in 1970" },
	{ "signers/leapday-y31.cert", "signers/leapday-y31.key", "is no date" },
	{ "signers/y31.cert", "signers/y10.key", "not that of the signer's" },
	{ "signers/y31.cert", rsa_key, "key is not of P-256" },
	{ "signers/y31.cert", p384_key, "key is not of P-256" },
	{ "signers/y31.cert", "signers/y31.cert", "no EC private key in PEM" },
	{ "signers/y31.cert", encrypted_key, "key is encrypted" },
	{ "signers/y31.cert", "", "no EC private key in PEM" },
	{ "signers/y31.cert",
	  "-----BEGIN EC PRIVATE KEY-----\nMHcCAQ==\n"
	  "-----END EC PRIVATE KEY-----\n",
	  "the signer's key" },
};

static void signers_are_refused_with_the_reason(void **state)
{
	const size_t count = sizeof(refused) / sizeof(*refused);

	(void)state;
	for (size_t i = 0; i < count; i++) {
		struct bytes cert = content_of(refused[i].cert);
		struct bytes key = content_of(refused[i].key);
		struct signer *signer;

		assert_int_equal(open_pem(&cert, &key, &signer), -EINVAL);
		if (!strstr(fail_reason(), refused[i].reason))
			fail_msg("case %zu: \"%s\" lacks \"%s\"", i,
				 fail_reason(), refused[i].reason);
		bytes_free(&cert);
		bytes_free(&key);
	}
	golden_count("signers refused", count);
}

/* One bit is wrong, and everything else is valid. */
static void a_signer_that_its_own_key_did_not_sign_is_refused(void **state)
{
	struct bytes cert = golden_file("signers/y31.cert"), bad = BYTES_INIT;
	struct bytes key = golden_file("signers/y31.key"), der = BYTES_INIT;
	struct signer *signer;

	(void)state;
	assert_ok(certificate_from_pem(&cert, &der));
	der.data[der.len - 1] ^= 1;
	assert_ok(certificate_to_pem(&der, &bad));
	assert_int_equal(open_pem(&bad, &key, &signer), -EINVAL);
	assert_string_equal(fail_reason(),
			    "the signer's certificate is not signed by its own "
			    "key: it was changed on the way");
	bytes_free(&cert);
	bytes_free(&bad);
	bytes_free(&key);
	bytes_free(&der);
}

static void a_signer_has_one_key_or_none(void **state)
{
	struct bytes cert = golden_file("signers/y31.cert");
	struct bytes key = golden_file("signers/y31.key"), der = BYTES_INIT;
	struct signer_source source = { .certificate_pem = &cert };
	uint8_t compressed[72], serial[9] = { 0 };
	struct certificate_device device = { NULL, serial, 1, serial };
	struct signer *signer;

	(void)state;
	assert_ok(signer_open(&source, &signer));
	device.public_key = signer_public_key(signer);
	assert_int_equal(signer_issue(signer, &device, NOW, compressed, &der),
			 -ENOKEY);
	signer_free(signer);
	source.key_pem = &key;
	source.key_url = "pkcs11:object=x";
	assert_int_equal(signer_open(&source, &signer), -EINVAL);
	source.key_pem = NULL;
	source.key_url = "https://example.org/key";
	assert_int_equal(signer_open(&source, &signer), -EINVAL);
	assert_non_null(strstr(fail_reason(),
			       "URL of the signer's key cannot be opened"));
	source.key_url = "pkcs11:token=none;object=none;type=private";
	source.pin_file = "/nonexistent/pin";
	assert_int_equal(signer_open(&source, &signer), -EINVAL);
	assert_non_null(strstr(fail_reason(), "PIN file /nonexistent/pin: No"));
	source.certificate_pem = NULL;
	assert_int_equal(signer_open(&source, &signer), -EINVAL);
	assert_false(signer_key_is_url("signer.key"));
	assert_false(signer_key_is_url("/etc/pkcs11:x"));
	assert_true(signer_key_is_url("pkcs11:object=x"));
	bytes_free(&cert);
	bytes_free(&key);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(golden_signers_open),
		cmocka_unit_test(signers_are_refused_with_the_reason),
		cmocka_unit_test(
			a_signer_that_its_own_key_did_not_sign_is_refused),
		cmocka_unit_test(a_signer_has_one_key_or_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
