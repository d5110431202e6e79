/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Certificates of parts that Microchip's factory has provisioned. Each is put
 * together here from its template's own bytes, signed by a signer of ours, and
 * compressed by hand. The rebuilt one must be the same to the byte.
 */
#include "golden.h"

#include <errno.h>
#include <gnutls/abstract.h>
#include <gnutls/crypto.h>
#include <stdio.h>

#include "certificate.h"
#include "error.h"

#define assert_ok(err) assert_int_equal(err, 0)

#define MICROCHIP \
	"3121301f060355040a0c184d6963726f6368697020546563686e6f6c6f677920496e63"
#define ISSUER                                                 \
	"304f" MICROCHIP                                       \
	"312a302806035504030c2143727970746f2041757468656e7469" \
	"636174696f6e205369676e65722041314232"
#define ECDSA_SHA256 "300a06082a8648ce3d040302"
/* From 8 November 2018, 5 h, for 28 years. */
#define VALIDITY                             \
	"3020170d3138313130383035303030305a" \
	"180f32303436313130383035303030305a"
#define P256_KEY      "3059301306072a8648ce3d020106082a8648ce3d03010703420004"
#define NO_CA	      "300c0603551d130101ff04023000"
#define USAGE	      "300e0603551d0f0101ff040403020388"
#define SUBJECT_KEY   "301d0603551d0e04160414"
#define AUTHORITY_KEY "301f0603551d23041830168014"

/* What compressed dates say that: 18, 11, 8, 5 and 28 in 5, 4, 5, 5, 5 bits. */
static const uint8_t dates[] = { 0x95, 0xa0, 0xbc };
static const uint8_t chip_serial[] = { 0x01, 0x23, 0x45, 0x67, 0x89,
				       0xab, 0xcd, 0xef, 0x01 };

static const struct {
	const char *name;
	enum certificate_template template;
	uint8_t number;
	const char *eui;
	const char *head;    /* what stands before the serial number */
	const char *subject; /* up to the key */
	const char *names;   /* from the key up to basicConstraints */
} templates[] = {
	{ "TNGTLS, older", CERTIFICATE_TNG_OLD, 2, NULL,
	  "3082019ba0030201020210",
	  /* 0123456789ABCDEF01 ATECC */
	  "3046" MICROCHIP "3121301f06035504030c18303132333435363738394142"
	  "434445463031204154454343",
	  "a360305e" },
	{ "TNGTLS", CERTIFICATE_TNGTLS, 3, "6827190000A1",
	  "308201c5a0030201020210",
	  /* sn0123456789ABCDEF01 */
	  "3042" MICROCHIP "311d301b06035504030c14736e303132333435363738394142"
	  "434445463031",
	  /* eui48_6827190000A1 */
	  "a3818d30818a302a0603551d1104233021a41f301d311b3019060355040513"
	  "1265756934385f363832373139303030304131" },
	{ "TFLXTLS", CERTIFICATE_TFLXTLS, 3, NULL, "30820197a0030201020210",
	  "3042" MICROCHIP "311d301b06035504030c14736e303132333435363738394142"
	  "434445463031",
	  "a360305e" },
	{ "TNGLORA", CERTIFICATE_TNGLORA, 4, "0004A30000000001",
	  "308201c9a0030201020210",
	  "3042" MICROCHIP "311d301b06035504030c14736e303132333435363738394142"
	  "434445463031",
	  /* eui64_0004A30000000001 */
	  "a3819130818e302e0603551d1104273025a4233021311f301d060355040513"
	  "1665756936345f30303034413330303030303030303031" },
};

struct key {
	gnutls_privkey_t key;
	uint8_t point[64], id[20];
};

static void put_number(const gnutls_datum_t *number, uint8_t out[static 32])
{
	const unsigned int skip = number->size > 32 ? number->size - 32 : 0;

	memset(out, 0, 32);
	memcpy(out + 32 - (number->size - skip), number->data + skip,
	       number->size - skip);
}

static struct key key_new(void)
{
	gnutls_datum_t x, y;
	uint8_t encoded[65] = { 4 };
	struct key key;

	assert_ok(gnutls_privkey_init(&key.key));
	assert_ok(gnutls_privkey_generate(
		key.key, GNUTLS_PK_ECDSA,
		GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), 0));
	assert_ok(gnutls_privkey_export_ecc_raw(key.key, NULL, &x, &y, NULL));
	put_number(&x, key.point);
	put_number(&y, key.point + 32);
	gnutls_free(x.data);
	gnutls_free(y.data);
	memcpy(encoded + 1, key.point, 64);
	assert_ok(gnutls_hash_fast(GNUTLS_DIG_SHA1, encoded, sizeof(encoded),
				   key.id));
	return key;
}

static void add(struct bytes *out, const void *data, size_t len)
{
	assert_ok(bytes_append(out, data, len));
}

static void add_hex(struct bytes *out, const char *hex)
{
	unsigned int byte;

	for (; *hex; hex += 2) {
		assert_int_equal(sscanf(hex, "%2x", &byte), 1);
		add(out, &(uint8_t){ (uint8_t)byte }, 1);
	}
}

static void add_serial(struct bytes *out, const struct key *device)
{
	uint8_t message[64 + 3], digest[32];

	memcpy(message, device->point, 64);
	memcpy(message + 64, dates, 3);
	assert_ok(gnutls_hash_fast(GNUTLS_DIG_SHA256, message, sizeof(message),
				   digest));
	digest[0] = (digest[0] & 0x3f) | 0x40;
	add(out, digest, 16);
}

static void make_tbs(size_t i, const struct key *device,
		     const struct key *signer, struct bytes *tbs)
{
	add_hex(tbs, templates[i].head);
	add_serial(tbs, device);
	add_hex(tbs, ECDSA_SHA256 ISSUER VALIDITY);
	add_hex(tbs, templates[i].subject);
	add_hex(tbs, P256_KEY);
	add(tbs, device->point, 64);
	add_hex(tbs, templates[i].names);
	add_hex(tbs, NO_CA USAGE SUBJECT_KEY);
	add(tbs, device->id, 20);
	add_hex(tbs, AUTHORITY_KEY);
	add(tbs, signer->id, 20);
}

/* Signs `tbs`: the 72 bytes of a compressed certificate. */
static void compress(const struct bytes *tbs, const struct key *signer,
		     uint8_t number, uint8_t compressed[static 72])
{
	const gnutls_datum_t data = { tbs->data, (unsigned int)tbs->len };
	gnutls_datum_t signature, r, s;

	assert_ok(gnutls_privkey_sign_data(signer->key, GNUTLS_DIG_SHA256, 0,
					   &data, &signature));
	assert_ok(gnutls_decode_rs_value(&signature, &r, &s));
	put_number(&r, compressed);
	put_number(&s, compressed + 32);
	memcpy(compressed + 64, dates, 3);
	memcpy(compressed + 67, "\xa1\xb2", 2);
	compressed[69] = (uint8_t)(number << 4);
	compressed[70] = 0xa0;
	compressed[71] = 0;
	gnutls_free(signature.data);
	gnutls_free(r.data);
	gnutls_free(s.data);
}

/* Of a signer whose number is A1B2; its own signature is not looked at. */
static void make_signer(const struct key *signer, struct bytes *der)
{
	uint8_t compressed[72] = { [31] = 1, [63] = 1 };

	memcpy(compressed + 64, dates, 3);
	memcpy(compressed + 67, "\xa1\xb2\x10\xa0", 4);
	assert_ok(
		certificate_rebuild_tng_signer(compressed, signer->point, der));
}

static void each_template_is_rebuilt(void **state)
{
	const size_t count = sizeof(templates) / sizeof(*templates);
	struct key device = key_new(), signer = key_new();
	struct bytes signer_der = BYTES_INIT, tbs = BYTES_INIT,
		     der = BYTES_INIT;
	uint8_t compressed[72];
	size_t i;

	(void)state;
	make_signer(&signer, &signer_der);
	for (i = 0; i < count; i++) {
		const struct certificate_trust_device parts = {
			.template = templates[i].template,
			.public_key = device.point,
			.chip_serial = chip_serial,
			.eui = (const uint8_t *)templates[i].eui,
		};

		print_message("%s\n", templates[i].name);
		tbs.len = 0;
		make_tbs(i, &device, &signer, &tbs);
		compress(&tbs, &signer, templates[i].number, compressed);
		assert_ok(certificate_rebuild_trust_device(compressed, &parts,
							   &signer_der, &der));
		assert_true(der.len > tbs.len + 4);
		assert_bytes(der.data + 4, tbs.len, &tbs);
		assert_ok(certificate_verify(&der, &signer_der));
	}
	golden_count("templates", i);
	bytes_free(&der);
	bytes_free(&tbs);
	bytes_free(&signer_der);
	gnutls_privkey_deinit(signer.key);
	gnutls_privkey_deinit(device.key);
}

static void another_template_is_named(void **state)
{
	struct bytes der = BYTES_INIT, signer_der = BYTES_INIT;
	struct key key = key_new();
	const struct certificate_trust_device parts = {
		.template = CERTIFICATE_TFLXTLS,
		.public_key = key.point,
		.chip_serial = chip_serial,
	};
	uint8_t compressed[72] = {
		[31] = 1, [63] = 1, [69] = 0x70, [70] = 0xa0
	};

	(void)state;
	make_signer(&key, &signer_der);
	memcpy(compressed + 64, dates, 3);
	assert_int_equal(certificate_rebuild_trust_device(compressed, &parts,
							  &signer_der, &der),
			 -EUCLEAN);
	assert_non_null(strstr(fail_reason(), "template 7"));
	assert_int_equal(der.len, 0);
	bytes_free(&signer_der);
	gnutls_privkey_deinit(key.key);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_template_is_rebuilt),
		cmocka_unit_test(another_template_is_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
