/* SPDX-License-Identifier: Apache-2.0 */
/* Signers: which open, and why others do not. */
#include "signer_fixture.h"

#include <errno.h>
#include <stdio.h>
#include <time.h>

#include "error.h"
#include "foreign_keys.h"
#include "pem.h"
#include "text.h"

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
	  "it is cut off" },
	/* The curve's parameters; zero. */
	{ "signers/y31.cert",
	  "-----BEGIN EC PRIVATE KEY-----\n"
	  "MCkCAQEEIBERERERERERERERERERERERERERERERERERERER"
	  "ERERoAIwAA==\n"
	  "-----END EC PRIVATE KEY-----\n",
	  "does not name its curve" },
	{ "signers/y31.cert",
	  "-----BEGIN EC PRIVATE KEY-----\n"
	  "MDECAQEEIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
	  "AAAAoAoGCCqGSM49AwEH\n"
	  "-----END EC PRIVATE KEY-----\n",
	  "the private key is zero" },
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

/* The key of a golden signer, between two texts in hex. */
static struct bytes key_in_pem(const char *label, const char *before,
			       const char *after, int change_at, uint8_t change)
{
	json_t *signers = golden_json("signers.json");
	const char *key =
		golden_text(golden_named(signers, "y31"), "private_key");
	struct bytes hex = BYTES_INIT, der = BYTES_INIT, pem = BYTES_INIT;

	assert_ok(bytes_printf(&hex, "%s%s%s", before, key, after));
	assert_ok(bytes_resize(&der, hex.len / 2));
	assert_ok(hex_decode(bytes_text(&hex), der.data, der.len));
	if (change_at >= 0)
		der.data[change_at] = change;
	assert_ok(pem_encode(&der, label, &pem));
	bytes_free(&der);
	bytes_free(&hex);
	json_decref(signers);
	return pem;
}

#define P256	      "06082a8648ce3d030107"
#define SEC1	      "EC PRIVATE KEY", "30310201010420", "a00a" P256
#define PKCS8_ALG     "301306072a8648ce3d0201" P256
#define PKCS8	      "PRIVATE KEY", "3041020100" PKCS8_ALG "042730250201010420", ""
#define NOT(at, byte) at, byte, "is not of P-256"

static void keys_are_read_in_both_forms(void **state)
{
	static const struct {
		const char *label, *before, *after;
		int change_at;
		uint8_t change;
		const char *reason; /* NULL: it is good */
	} cases[] = {
		{ SEC1, -1, 0, NULL },
		{ PKCS8, -1, 0, NULL },
		/* A zero before the key; another byte. */
		{ "EC PRIVATE KEY", "3032020101042100", "a00a" P256, -1, 0,
		  NULL },
		{ "EC PRIVATE KEY", "3032020101042101", "a00a" P256,
		  NOT(-1, 0) },
		{ "EC PRIVATE KEY", "30250201010420", "", NOT(-1, 0) },
		{ SEC1, NOT(0, 0x31) },
		{ SEC1, NOT(2, 0x03) },
		{ SEC1, NOT(5, 0x05) },
		{ SEC1, NOT(39, 0xa2) },
		{ SEC1, NOT(41, 0x05) },
		{ SEC1, NOT(50, 0x08) },
		{ SEC1, 10, 0xaa, "not that of the signer's" },
		{ PKCS8, NOT(0, 0x31) },
		{ PKCS8, NOT(2, 0x03) },
		{ PKCS8, NOT(5, 0x31) },
		{ PKCS8, NOT(7, 0x05) },
		{ PKCS8, NOT(15, 0x02) },
		{ PKCS8, NOT(16, 0x05) },
		{ PKCS8, NOT(25, 0x08) },
		{ PKCS8, NOT(26, 0x05) },
		{ PKCS8, NOT(28, 0x31) },
	};
	struct bytes cert = golden_file("signers/y31.cert");

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct bytes key = key_in_pem(
			cases[i].label, cases[i].before, cases[i].after,
			cases[i].change_at, cases[i].change);
		struct signer *signer = NULL;
		int err = open_pem(&cert, &key, &signer);

		if (err != (cases[i].reason ? -EINVAL : 0) ||
		    (err < 0 && !strstr(fail_reason(), cases[i].reason)))
			fail_msg("case %zu: %d, %s", i, err, fail_reason());
		signer_free(signer);
		bytes_free(&key);
	}
	bytes_free(&cert);
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
	assert_int_equal(signer_prove(signer, "code", NOW, &der), -ENOKEY);
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
	source.pin = &cert;
	assert_int_equal(signer_open(&source, &signer), -EINVAL);
	assert_non_null(strstr(fail_reason(), "the PIN is given both"));
	source.pin_file = NULL;
	assert_int_equal(signer_open(&source, &signer), -EINVAL);
	assert_non_null(strstr(fail_reason(), "the PIN is too long"));
	source.certificate_pem = NULL;
	assert_int_equal(signer_open(&source, &signer), -EINVAL);
	assert_false(signer_key_is_url("signer.key"));
	assert_false(signer_key_is_url("/etc/pkcs11:x"));
	assert_true(signer_key_is_url("pkcs11:object=x"));
	assert_true(signer_key_is_url("tpmkey:uuid=x"));
	bytes_free(&cert);
	bytes_free(&key);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(golden_signers_open),
		cmocka_unit_test(signers_are_refused_with_the_reason),
		cmocka_unit_test(keys_are_read_in_both_forms),
		cmocka_unit_test(
			a_signer_that_its_own_key_did_not_sign_is_refused),
		cmocka_unit_test(a_signer_has_one_key_or_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
