/* SPDX-License-Identifier: Apache-2.0 */
/* Signatures, public keys, and PEM. */
#include "golden.h"

#include <errno.h>
#include <stdio.h>

#include "certificate.h"
#include "crypto.h"
#include "error.h"

/* Lengths of r and s in DER, at offsets 3 and 5 + r. */
static bool is_minimal(const struct bytes *der)
{
	const uint8_t *r = der->data + 2, *s = r + 2 + r[1];

	return !(r[1] > 1 && r[2] == 0 && r[3] < 0x80) &&
	       !(s[1] > 1 && s[2] == 0 && s[3] < 0x80);
}

static void signatures_are_minimal_der(void **state)
{
	json_t *golden = golden_json("signatures.json"), *one;
	const json_t *cases = json_object_get(golden, "decompress");
	size_t i, librarys = 0;

	(void)state;
	json_array_foreach(cases, i, one)
	{
		struct bytes raw = golden_hex(one, "raw"), der = BYTES_INIT;
		struct bytes library = golden_hex(one, "library_der");
		uint8_t back[64];

		assert_int_equal(signature_to_der(raw.data, &der), 0);
		assert_true(is_minimal(&der));
		/* The library's own is right when it is minimal by chance. */
		if (is_minimal(&library)) {
			assert_bytes(der.data, der.len, &library);
			librarys++;
		} else {
			assert_true(der.len < library.len);
			assert_int_equal(signature_from_der(library.data,
							    library.len, back),
					 -EINVAL);
		}
		assert_int_equal(signature_from_der(der.data, der.len, back),
				 0);
		assert_bytes(back, sizeof(back), &raw);
		bytes_free(&raw);
		bytes_free(&library);
		bytes_free(&der);
	}
	golden_count("signatures to DER", i);
	assert_int_equal(librarys, 3);
	json_decref(golden);
}

static void der_signatures_become_raw(void **state)
{
	json_t *golden = golden_json("signatures.json"), *one;
	const json_t *cases = json_object_get(golden, "compress");
	size_t i;

	(void)state;
	json_array_foreach(cases, i, one)
	{
		struct bytes der = golden_hex(one, "der"), again = BYTES_INIT;
		struct bytes want = golden_hex(one, "raw");
		uint8_t raw[64];

		assert_int_equal(signature_from_der(der.data, der.len, raw), 0);
		assert_bytes(raw, sizeof(raw), &want);
		assert_int_equal(signature_to_der(raw, &again), 0);
		assert_bytes(again.data, again.len, &der);
		bytes_free(&der);
		bytes_free(&again);
		bytes_free(&want);
	}
	golden_count("signatures from DER", i);
	json_decref(golden);
}

static void malformed_der_signatures_are_refused(void **state)
{
	static const struct {
		const char *der;
		size_t len;
	} cases[] = {
		{ "", 0 },
		{ "\x30", 1 },
		{ "\x30\x00", 2 },
		{ "\x30\x06\x02\x01\x01\x02\x01", 7 },
		{ "\x30\x06\x02\x01\x01\x02\x01\x02\x00", 9 },
		{ "\x30\x07\x02\x01\x01\x02\x01\x02\x00", 9 },
		{ "\x30\x06\x02\x01\x81\x02\x01\x02", 8 },     /* r < 0 */
		{ "\x30\x07\x02\x02\x00\x7f\x02\x01\x02", 9 }, /* 00 too many */
		{ "\x30\x05\x02\x00\x02\x01\x02", 7 },	       /* no r */
		{ "\x30\x81\x06\x02\x01\x01\x02\x01\x02", 9 }, /* long length */
		{ "\x30\x80\x02\x01\x01\x02\x01\x02\x00\x00", 10 }, /* BER */
		{ "\x31\x06\x02\x01\x01\x02\x01\x02", 8 },
		{ "\x30\x06\x03\x01\x01\x02\x01\x02", 8 },
		{ "\x30\x03\x02\x01\x01", 5 }, /* no s */
		{ "\x30\x84\xff\xff\xff\xff\x02\x01\x01", 9 },
	};
	uint8_t raw[64] = { 0x55 }, long_der[39] = { 0x30, 37, 2, 32, 0x11 };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		assert_int_equal(
			signature_from_der((const uint8_t *)cases[i].der,
					   cases[i].len, raw),
			-EINVAL);
		assert_int_equal(raw[0], 0x55);
	}
	/* 32 bytes of r are taken, 33 are not. */
	memcpy(long_der + 36, "\x02\x01\x01", 3);
	assert_int_equal(signature_from_der(long_der, 39, raw), 0);
	assert_int_equal(raw[0], 0x11);
	long_der[3] = 33;
	long_der[36] = 0;
	assert_int_equal(signature_from_der(long_der, 39, raw), -EINVAL);
}

static void signatures_of_certificates_come_back(void **state)
{
	static const char *const files[] = { "signers.json", "devices.json" };
	size_t count = 0, i;

	(void)state;
	for (int file = 0; file < 2; file++) {
		json_t *entries = golden_json(files[file]), *one;

		json_array_foreach(entries, i, one)
		{
			struct bytes der, raw, back = BYTES_INIT;
			uint8_t found[64];

			if (!golden_has(one, "signature_der"))
				continue;
			der = golden_hex(one, "signature_der");
			raw = golden_hex(one, "signature_raw");
			assert_int_equal(
				signature_from_der(der.data, der.len, found),
				0);
			assert_bytes(found, sizeof(found), &raw);
			assert_int_equal(signature_to_der(found, &back), 0);
			assert_bytes(back.data, back.len, &der);
			bytes_free(&der);
			bytes_free(&raw);
			bytes_free(&back);
			count++;
		}
		json_decref(entries);
	}
	golden_count("signatures of certificates", count);
}

static void keys_go_to_pem_and_back(void **state)
{
	json_t *signers = golden_json("signers.json"), *one;
	uint8_t back[64];
	size_t i;

	(void)state;
	json_array_foreach(signers, i, one)
	{
		struct bytes key = golden_hex(one, "public_key_raw");
		struct bytes pem = BYTES_INIT;

		assert_int_equal(public_key_to_pem(key.data, &pem), 0);
		assert_memory_equal(pem.data, "-----BEGIN PUBLIC KEY-----\n",
				    27);
		assert_int_equal(public_key_from_pem(&pem, back), 0);
		assert_bytes(back, sizeof(back), &key);
		bytes_free(&key);
		bytes_free(&pem);
	}
	golden_count("public keys", i);
	json_decref(signers);
}

static struct bytes bytes_of(const char *text)
{
	struct bytes b = BYTES_INIT;

	assert_int_equal(bytes_set(&b, text, strlen(text)), 0);
	return b;
}

static void points_off_the_curve_are_refused(void **state)
{
	json_t *signers = golden_json("signers.json");
	struct bytes key =
		golden_hex(json_array_get(signers, 0), "public_key_raw");
	const uint8_t zeros[64] = { 0 };
	uint8_t ones[64];

	(void)state;
	memset(ones, 0xff, sizeof(ones));
	assert_int_equal(public_key_check(key.data), 0);
	key.data[63] ^= 1;
	assert_int_equal(public_key_check(key.data), -EINVAL);
	assert_int_equal(public_key_check(zeros), -EINVAL);
	assert_int_equal(public_key_check(ones), -EINVAL);
	assert_int_equal(public_key_verify(ones, zeros, zeros), -EKEYREJECTED);
	assert_int_equal(crypto_sign((void *)zeros, zeros, ones), -EINVAL);
	/* A number without any bit; r is short, and s changes nothing. */
	memset(ones, 0, sizeof(ones));
	assert_false(signature_fit(ones));
	assert_memory_equal(ones, zeros, sizeof(ones));
	bytes_free(&key);
	json_decref(signers);
}

static void other_keys_are_refused(void **state)
{
	static const char *const cases[] = {
		"",
		"-----BEGIN PUBLIC KEY-----\n",
		"-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----\n",
		"-----BEGIN PUBLIC KEY-----\n!!!!\n-----END PUBLIC KEY-----\n",
		/* P-256, compressed point */
		"-----BEGIN PUBLIC KEY-----\n"
		"MDkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDIgADaxfR8uEsQkf4vOblY6RA8ncDfYEt\n"
		"6zOg9KE5RdiYwpY=\n"
		"-----END PUBLIC KEY-----\n",
		/* Ed25519 */
		"-----BEGIN PUBLIC KEY-----\n"
		"MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n"
		"-----END PUBLIC KEY-----\n",
	};
	uint8_t key[64];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct bytes pem = bytes_of(cases[i]);

		assert_int_equal(public_key_from_pem(&pem, key), -EINVAL);
		bytes_free(&pem);
	}
}

static void pem_has_bounds(void **state)
{
	struct bytes cert = golden_file("signers/y31.cert");
	struct bytes text = BYTES_INIT, der = BYTES_INIT;

	(void)state;
	/* Other blocks, and text, before the certificate are passed over. */
	assert_int_equal(
		bytes_printf(&text, "Subject: x\n-----BEGIN CERTIFICATE "
				    "REQUEST-----\nAAAA\n-----END CERTIFICATE "
				    "REQUEST-----\n"),
		0);
	assert_int_equal(bytes_append(&text, "\0", 1), 0);
	assert_int_equal(bytes_append(&text, cert.data, cert.len), 0);
	assert_int_equal(certificate_from_pem(&text, &der), 0);
	/* A megabyte of them is not. */
	assert_int_equal(bytes_resize(&text, 1 << 20), 0);
	assert_int_equal(certificate_from_pem(&text, &der), -EINVAL);
	/* Neither is one that has been cut anywhere. */
	while (cert.data[cert.len - 1] == '\n')
		assert_int_equal(bytes_resize(&cert, cert.len - 1), 0);
	for (size_t len = 0; len < cert.len; len++) {
		assert_int_equal(bytes_set(&text, cert.data, len), 0);
		assert_int_equal(certificate_from_pem(&text, &der), -EINVAL);
	}
	bytes_free(&cert);
	bytes_free(&text);
	bytes_free(&der);
}

static void certificate_pem_is_as_openssl_prints_it(void **state)
{
	json_t *signers = golden_json("signers.json"), *one;
	size_t i;

	(void)state;
	json_array_foreach(signers, i, one)
	{
		struct bytes der = golden_hex(one, "der"), back = BYTES_INIT;
		struct bytes pem = BYTES_INIT, want;
		char path[128];

		snprintf(path, sizeof(path), "signers/%s.cert",
			 golden_text(one, "name"));
		want = golden_file(path);
		/* The library ends its files with an empty line. */
		while (want.len > 1 && want.data[want.len - 2] == '\n')
			assert_int_equal(bytes_resize(&want, want.len - 1), 0);
		assert_int_equal(certificate_to_pem(&der, &pem), 0);
		assert_bytes(pem.data, pem.len, &want);
		assert_int_equal(certificate_from_pem(&pem, &back), 0);
		assert_bytes(back.data, back.len, &der);
		bytes_free(&der);
		bytes_free(&back);
		bytes_free(&pem);
		bytes_free(&want);
	}
	golden_count("PEM files", i);
	json_decref(signers);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(signatures_are_minimal_der),
		cmocka_unit_test(der_signatures_become_raw),
		cmocka_unit_test(malformed_der_signatures_are_refused),
		cmocka_unit_test(signatures_of_certificates_come_back),
		cmocka_unit_test(keys_go_to_pem_and_back),
		cmocka_unit_test(points_off_the_curve_are_refused),
		cmocka_unit_test(other_keys_are_refused),
		cmocka_unit_test(pem_has_bounds),
		cmocka_unit_test(certificate_pem_is_as_openssl_prints_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
