/* SPDX-License-Identifier: Apache-2.0 */
/* The module's own reading of certificates against GnuTLS's. */
#include "golden.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include <gnutls/abstract.h>
#include <gnutls/x509.h>

#include "certificate_fields.h"
#include "pem.h"

static const struct {
	const char *file, *dir;
} sets[] = {
	{ "devices.json", "devices" },
	{ "signers.json", "signers" },
};

static struct bytes certificate(const char *dir, const char *name)
{
	struct bytes der = BYTES_INIT, pem;
	char path[128];

	snprintf(path, sizeof(path), "%s/%s.cert", dir, name);
	pem = golden_file(path);
	assert_int_equal(pem_decode(&pem, "CERTIFICATE", &der), 0);
	bytes_free(&pem);
	return der;
}

static void assert_span(struct der_view got, const gnutls_datum_t *want)
{
	assert_int_equal(got.len, want->size);
	assert_memory_equal(got.data, want->data, want->size);
}

static void compare(const struct bytes *der, gnutls_x509_crt_t crt)
{
	struct certificate_fields f;
	gnutls_datum_t dn;
	uint8_t serial[64];
	size_t len = sizeof(serial);

	assert_int_equal(certificate_fields(der, &f), 0);
	assert_int_equal(gnutls_x509_crt_get_raw_issuer_dn(crt, &dn), 0);
	assert_span(f.issuer, &dn);
	gnutls_free(dn.data);
	assert_int_equal(gnutls_x509_crt_get_raw_dn(crt, &dn), 0);
	assert_span(f.subject, &dn);
	gnutls_free(dn.data);
	assert_int_equal(gnutls_x509_crt_get_serial(crt, serial, &len), 0);
	assert_int_equal(f.serial.len, len + 2);
	assert_memory_equal(f.serial.data + 2, serial, len);
}

static void compare_key(const struct bytes *der, gnutls_x509_crt_t crt)
{
	struct certificate_fields f;
	struct bytes spki = BYTES_INIT;
	gnutls_pubkey_t key;
	gnutls_datum_t info, x, y;

	assert_int_equal(certificate_fields(der, &f), 0);
	assert_int_equal(gnutls_pubkey_init(&key), 0);
	assert_int_equal(gnutls_pubkey_import_x509(key, crt, 0), 0);
	assert_int_equal(gnutls_pubkey_export2(key, GNUTLS_X509_FMT_DER, &info),
			 0);
	assert_span(f.public_key, &info);
	assert_int_equal(bytes_set(&spki, info.data, info.size), 0);
	assert_non_null(p256_point(&spki));
	assert_memory_equal(p256_point(&spki), f.point.data, f.point.len);
	assert_int_equal(gnutls_pubkey_export_ecc_raw2(
				 key, NULL, &x, &y, GNUTLS_EXPORT_FLAG_NO_LZ),
			 0);
	assert_memory_equal(f.point.data + 33 - x.size, x.data, x.size);
	assert_memory_equal(f.point.data + 65 - y.size, y.data, y.size);
	gnutls_free(x.data);
	gnutls_free(y.data);
	gnutls_free(info.data);
	gnutls_pubkey_deinit(key);
	bytes_free(&spki);
}

static void compare_certificate(const char *dir, const char *name)
{
	struct bytes der = certificate(dir, name);
	gnutls_datum_t datum = { der.data, (unsigned int)der.len };
	gnutls_x509_crt_t crt;

	assert_int_equal(gnutls_x509_crt_init(&crt), 0);
	assert_int_equal(
		gnutls_x509_crt_import(crt, &datum, GNUTLS_X509_FMT_DER), 0);
	compare(&der, crt);
	compare_key(&der, crt);
	gnutls_x509_crt_deinit(crt);
	bytes_free(&der);
}

static void fields_are_where_gnutls_finds_them(void **state)
{
	size_t cases = 0;
	size_t i;
	json_t *entry;

	(void)state;
	for (size_t s = 0; s < sizeof(sets) / sizeof(sets[0]); s++) {
		json_t *root = golden_json(sets[s].file);

		json_array_foreach(root, i, entry)
		{
			if (!golden_has(entry, "der"))
				continue; /* the library raised */
			compare_certificate(sets[s].dir,
					    golden_text(entry, "name"));
			cases++;
		}
		json_decref(root);
	}
	golden_count("certificates", cases);
}

static void assert_inside(const struct bytes *der, struct der_view span)
{
	assert_true(span.data >= der->data);
	assert_true(span.data + span.len <= der->data + der->len);
}

/* A copy of exactly its length, so that a sanitizer sees every step outside. */
static void try_hostile(const struct bytes *der, size_t len)
{
	struct bytes copy = { malloc(len), len, len, 0 };
	struct certificate_fields f;

	assert_non_null(copy.data);
	memcpy(copy.data, der->data, len);
	if (certificate_fields(&copy, &f) == 0) {
		assert_inside(&copy, f.serial);
		assert_inside(&copy, f.issuer);
		assert_inside(&copy, f.subject);
		assert_inside(&copy, f.public_key);
		assert_inside(&copy, f.point);
	}
	free(copy.data);
}

static void hostile_certificates_are_read_within_their_bounds(void **state)
{
	static const uint8_t values[] = { 0x00, 0x30, 0x7f, 0x80,
					  0x81, 0x82, 0x84, 0xff };
	struct bytes der = certificate("devices", "len16");
	struct certificate_fields f;
	size_t cases = 0;

	(void)state;
	for (size_t len = 1; len < der.len; len++, cases++) {
		struct bytes cut = { der.data, len, len, 0 };

		try_hostile(&der, len);
		assert_int_equal(certificate_fields(&cut, &f), -EINVAL);
	}
	for (size_t i = 0; i < der.len; i++) {
		uint8_t kept = der.data[i];

		for (size_t v = 0; v < sizeof(values); v++, cases++) {
			der.data[i] = values[v];
			try_hostile(&der, der.len);
		}
		der.data[i] = kept;
	}
	golden_count("hostile certificates", cases);
	bytes_free(&der);
}

static void only_p256_keys_have_a_point(void **state)
{
	struct bytes der = certificate("devices", "len16");
	struct certificate_fields f;
	struct bytes spki = BYTES_INIT;

	(void)state;
	assert_int_equal(certificate_fields(&der, &f), 0);
	assert_int_equal(bytes_set(&spki, f.public_key.data, f.public_key.len),
			 0);
	assert_non_null(p256_point(&spki));
	spki.data[22] = 0x22; /* another curve */
	assert_null(p256_point(&spki));
	spki.data[22] = 0x07;
	spki.data[26] = 0x03; /* compressed */
	assert_null(p256_point(&spki));
	spki.data[26] = 0x04;
	assert_non_null(p256_point(&spki));
	spki.len--;
	assert_null(p256_point(&spki));
	bytes_free(&spki);
	bytes_free(&der);
}

static void pem_needs_its_label_and_both_lines(void **state)
{
	static const char *const texts[] = {
		"",
		"-----BEGIN CERTIFICATE-----\nMAAw\n",
		"-----BEGIN PUBLIC KEY-----\nMAAw\n-----END PUBLIC KEY-----\n",
		"-----BEGIN CERTIFICATE-----\nMAA\n-----END CERTIFICATE-----\n",
		"-----BEGIN CERTIFICATE-----\nM*Aw\n-----END CERTIFICATE-----\n",
		"-----END CERTIFICATE-----\n-----BEGIN CERTIFICATE-----\n",
	};
	struct bytes der = BYTES_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct bytes text = BYTES_INIT;

		assert_int_equal(bytes_set(&text, texts[i], strlen(texts[i])),
				 0);
		assert_int_equal(pem_decode(&text, "CERTIFICATE", &der),
				 -EINVAL);
		assert_null(der.data);
		bytes_free(&text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fields_are_where_gnutls_finds_them),
		cmocka_unit_test(
			hostile_certificates_are_read_within_their_bounds),
		cmocka_unit_test(only_p256_keys_have_a_point),
		cmocka_unit_test(pem_needs_its_label_and_both_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
