/* SPDX-License-Identifier: Apache-2.0 */
/* Certificates against those that the Elixir library made. */
#include "golden.h"

#include <errno.h>

#include "certificate.h"
#include "error.h"

/* Why a certificate of the library cannot be rebuilt from 72 bytes. */
struct refusal {
	const char *name, *reason;
};

static const struct refusal refused_signers[] = {
	{ "y32", "issued in 2026 for 32 years" },
	{ "y40", "issued in 2026 for 40 years" },
	{ "y0", "it ends when it begins" },
	{ "issued-2032-y31", "issued in 2032 for 31 years" },
	{ "issued-1999-y31", "issued in 1999, before 2000" },
	{ "issued-1970-y31", "issued in 1970, before 2000" },
	{ "leapday-y1", "its end 2029-02-29 12 h is no date" },
	{ "leapday-y31", "its end 2059-02-29 12 h is no date" },
};

static const struct refusal refused_devices[] = {
	{ "trailing-nul", "ends in a NUL" },
	{ "issued-2032", "issued in 2032 for 31 years" },
	{ "issued-1970", "issued in 1970, before 2000" },
	{ "issued-leapday-2028", "its end 2059-02-29 10 h is no date" },
	{ "issued-2024-leapday", "its end 2055-02-29 23 h is no date" },
};

#define COUNT(table) (sizeof(table) / sizeof(*(table)))

static void assert_ok(int err)
{
	if (err != 0)
		fail_msg("error %d: %s", err, fail_reason());
}

static const char *find_refusal(const struct refusal *table, size_t count,
				const char *name)
{
	for (size_t i = 0; i < count; i++) {
		if (strcmp(table[i].name, name) == 0)
			return table[i].reason;
	}
	return NULL;
}

static void assert_refused(int err, const char *name, const char *reason)
{
	if (err != -EINVAL || !strstr(fail_reason(), reason))
		fail_msg("%s: error %d, \"%s\" lacks \"%s\"", name, err,
			 fail_reason(), reason);
}

/* The device of an entry; the byte strings are the caller's to free. */
static struct certificate_device device_of(const json_t *one,
					   struct bytes facts[3])
{
	facts[0] = golden_hex(one, "public_key_raw");
	facts[1] = golden_hex(one, "manufacturer_sn_hex");
	facts[2] = golden_hex(one, "chip_sn");
	return (struct certificate_device){ facts[0].data, facts[1].data,
					    facts[1].len, facts[2].data };
}

static void free_facts(struct bytes facts[3])
{
	for (int i = 0; i < 3; i++)
		bytes_free(&facts[i]);
}

static void check_signer(const json_t *one)
{
	struct bytes der = golden_hex(one, "der"), rebuilt = BYTES_INIT;
	struct bytes want = golden_hex(one, "compressed");
	struct bytes key = golden_hex(one, "public_key_raw");
	uint8_t compressed[COMPRESSED_SIZE], public_key[64];

	assert_ok(certificate_compress_signer(&der, compressed, public_key));
	assert_bytes(compressed, sizeof(compressed), &want);
	assert_bytes(public_key, sizeof(public_key), &key);
	assert_ok(certificate_rebuild_signer(compressed, public_key, &rebuilt));
	assert_bytes(rebuilt.data, rebuilt.len, &der);
	assert_ok(certificate_verify(&rebuilt, &rebuilt));
	bytes_free(&der);
	bytes_free(&rebuilt);
	bytes_free(&want);
	bytes_free(&key);
}

static void signers_compress_and_come_back(void **state)
{
	json_t *signers = golden_json("signers.json"), *one;
	size_t i, back = 0, refused = 0;

	(void)state;
	json_array_foreach(signers, i, one)
	{
		const char *name = golden_text(one, "name");
		const char *reason = find_refusal(refused_signers,
						  COUNT(refused_signers), name);
		uint8_t compressed[COMPRESSED_SIZE], public_key[64];
		struct bytes der;

		if (!reason) {
			check_signer(one);
			back++;
			continue;
		}
		der = golden_hex(one, "der");
		assert_refused(certificate_compress_signer(&der, compressed,
							   public_key),
			       name, reason);
		bytes_free(&der);
		refused++;
	}
	golden_count("signers rebuilt", back);
	golden_count("signers refused", refused);
	assert_int_equal(refused, COUNT(refused_signers));
	json_decref(signers);
}

static void check_device(const json_t *one, const struct bytes *signer_der)
{
	struct bytes der = golden_hex(one, "der"), rebuilt = BYTES_INIT;
	struct bytes want = golden_hex(one, "slot10"), facts[3];
	const struct certificate_device device = device_of(one, facts);
	uint8_t compressed[COMPRESSED_SIZE];

	assert_ok(certificate_compress_device(&der, &device, signer_der,
					      compressed));
	assert_bytes(compressed, sizeof(compressed), &want);
	assert_ok(certificate_rebuild_device(compressed, &device, signer_der,
					     &rebuilt));
	assert_bytes(rebuilt.data, rebuilt.len, &der);
	assert_ok(certificate_verify(&rebuilt, signer_der));
	bytes_free(&der);
	bytes_free(&rebuilt);
	bytes_free(&want);
	free_facts(facts);
}

static void refuse_device(const json_t *one, const struct bytes *signer_der,
			  const char *reason)
{
	struct bytes der = golden_hex(one, "der"), facts[3];
	const struct certificate_device device = device_of(one, facts);
	uint8_t compressed[COMPRESSED_SIZE];

	assert_refused(certificate_compress_device(&der, &device, signer_der,
						   compressed),
		       golden_text(one, "name"), reason);
	bytes_free(&der);
	free_facts(facts);
}

static void devices_compress_and_come_back(void **state)
{
	json_t *devices = golden_json("devices.json"), *one;
	json_t *signers = golden_json("signers.json");
	size_t i, back = 0, refused = 0, none = 0;

	(void)state;
	json_array_foreach(devices, i, one)
	{
		const char *name = golden_text(one, "name"), *reason;
		struct bytes signer_der;

		if (golden_has(one, "new_device_raised")) {
			none++; /* the library issued nothing */
			continue;
		}
		signer_der = golden_hex(
			golden_named(signers, golden_text(one, "signer")),
			"der");
		reason = find_refusal(refused_devices, COUNT(refused_devices),
				      name);
		if (reason) {
			refuse_device(one, &signer_der, reason);
			refused++;
		} else {
			check_device(one, &signer_der);
			back++;
		}
		bytes_free(&signer_der);
	}
	golden_count("devices rebuilt", back);
	golden_count("devices refused", refused);
	assert_int_equal(refused, COUNT(refused_devices));
	assert_int_equal(back + refused + none, json_array_size(devices));
	json_decref(devices);
	json_decref(signers);
}

/* Every byte of a certificate counts, wherever it is. */
static void changed_certificates_are_refused_or_other(void **state)
{
	struct bytes pem = golden_file("signers/y31.cert"), der = BYTES_INIT;
	uint8_t want[COMPRESSED_SIZE], got[COMPRESSED_SIZE], key[64];
	size_t refused = 0, other = 0;

	(void)state;
	assert_ok(certificate_from_pem(&pem, &der));
	assert_ok(certificate_compress_signer(&der, want, key));
	for (size_t at = 0; at < der.len; at++) {
		for (unsigned int bit = 0; bit < 8; bit++) {
			der.data[at] ^= (uint8_t)(1u << bit);
			if (certificate_compress_signer(&der, got, key) < 0) {
				refused++;
			} else {
				/* Another signature, in as many bytes. */
				assert_memory_not_equal(got, want, 64);
				assert_int_equal(certificate_verify(&der, &der),
						 -EKEYREJECTED);
				other++;
			}
			der.data[at] ^= (uint8_t)(1u << bit);
		}
	}
	assert_int_equal(refused + other, 8 * der.len);
	assert_true(other <= 64 * 8);
	golden_count("changed bits", refused + other);
	bytes_free(&pem);
	bytes_free(&der);
}

static void cut_certificates_are_refused(void **state)
{
	struct bytes pem = golden_file("signers/y31.cert"), der = BYTES_INIT;
	struct bytes cut = BYTES_INIT;
	uint8_t compressed[COMPRESSED_SIZE], key[64];

	(void)state;
	assert_ok(certificate_from_pem(&pem, &der));
	for (size_t len = 0; len < der.len; len++) {
		assert_ok(bytes_set(&cut, der.data, len));
		assert_int_equal(
			certificate_compress_signer(&cut, compressed, key),
			-EINVAL);
		assert_int_equal(certificate_public_key(&cut, key), -EINVAL);
		assert_int_equal(certificate_verify(&cut, &der), -EKEYREJECTED);
		assert_int_equal(certificate_verify(&der, &cut), -EKEYREJECTED);
	}
	assert_ok(bytes_append(&der, "", 1));
	assert_int_equal(certificate_compress_signer(&der, compressed, key),
			 -EINVAL);
	bytes_free(&pem);
	bytes_free(&der);
	bytes_free(&cut);
}

/* In both places, ecdsa-with-SHA384. */
static void only_ecdsa_with_sha256_is_taken(void **state)
{
	static const uint8_t sha256[] = { 0x2a, 0x86, 0x48, 0xce,
					  0x3d, 0x04, 0x03, 0x02 };
	struct bytes pem = golden_file("signers/y31.cert"), der = BYTES_INIT;
	uint8_t compressed[COMPRESSED_SIZE], key[64], *at;

	(void)state;
	assert_ok(certificate_from_pem(&pem, &der));
	while ((at = memmem(der.data, der.len, sha256, sizeof(sha256))))
		at[7] = 0x03;
	assert_int_equal(certificate_verify(&der, &der), -EKEYREJECTED);
	assert_non_null(strstr(fail_reason(), "ECDSA and SHA-256"));
	assert_int_equal(certificate_compress_signer(&der, compressed, key),
			 -EINVAL);
	assert_non_null(strstr(fail_reason(), "ECDSA and SHA-256"));
	bytes_free(&pem);
	bytes_free(&der);
}

static void verification_wants_the_issuer_itself(void **state)
{
	json_t *signers = golden_json("signers.json");
	struct bytes y31 = golden_hex(golden_named(signers, "y31"), "der");
	struct bytes y10 = golden_hex(golden_named(signers, "y10"), "der");

	(void)state;
	assert_ok(certificate_verify(&y31, &y31));
	assert_int_equal(certificate_verify(&y31, &y10), -EKEYREJECTED);
	bytes_free(&y31);
	bytes_free(&y10);
	json_decref(signers);
}

static void a_certificate_says_whose_it_is(void **state)
{
	json_t *devices = golden_json("devices.json"), *one;
	struct bytes signer = golden_file("signers/y31.cert"), der = BYTES_INIT;
	uint8_t serial[CERTIFICATE_SERIAL_MAX];
	size_t i, len, count = 0;

	(void)state;
	assert_ok(certificate_from_pem(&signer, &der));
	assert_true(certificate_is_ca(&der));
	json_array_foreach(devices, i, one)
	{
		const char *name = golden_text(one, "name");
		struct bytes want, cert;
		int err;

		if (!golden_has(one, "der"))
			continue;
		want = golden_hex(one, "manufacturer_sn_hex");
		cert = golden_hex(one, "der");
		assert_false(certificate_is_ca(&cert));
		err = certificate_serial(&cert, serial, &len);
		if (strcmp(name, "slash-attr") == 0) {
			assert_refused(err, name, "not one CN");
		} else if (strcmp(name, "trailing-nul") == 0) {
			assert_refused(err, name, "NUL");
		} else {
			assert_ok(err);
			assert_bytes(serial, len, &want);
			count++;
		}
		bytes_free(&want);
		bytes_free(&cert);
	}
	golden_count("serials of certificates", count);
	assert_ok(bytes_resize(&der, der.len - 1));
	assert_false(certificate_is_ca(&der));
	bytes_free(&signer);
	bytes_free(&der);
	json_decref(devices);
}

/* The serial of another device, its chip, or its key make another certificate. */
static void devices_compress_for_their_own_chip_only(void **state)
{
	json_t *devices = golden_json("devices.json");
	json_t *signers = golden_json("signers.json");
	const json_t *one = golden_named(devices, "len8");
	struct bytes der = golden_hex(one, "der"), facts[3];
	struct bytes y31 = golden_hex(golden_named(signers, "y31"), "der");
	struct bytes y10 = golden_hex(golden_named(signers, "y10"), "der");
	struct certificate_device device = device_of(one, facts);
	uint8_t compressed[COMPRESSED_SIZE];

	(void)state;
	assert_ok(certificate_compress_device(&der, &device, &y31, compressed));
	assert_refused(
		certificate_compress_device(&der, &device, &y10, compressed),
		"len8", "its extensions");
	facts[2].data[8] ^= 1;
	assert_refused(
		certificate_compress_device(&der, &device, &y31, compressed),
		"len8", "its serial number");
	facts[1].data[0] ^= 1;
	assert_refused(
		certificate_compress_device(&der, &device, &y31, compressed),
		"len8", "its subject");
	facts[1].data[0] ^= 1;
	facts[0].data[0] ^= 1;
	assert_refused(
		certificate_compress_device(&der, &device, &y31, compressed),
		"len8", "its public key");
	bytes_free(&der);
	bytes_free(&y31);
	bytes_free(&y10);
	free_facts(facts);
	json_decref(devices);
	json_decref(signers);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(signers_compress_and_come_back),
		cmocka_unit_test(devices_compress_and_come_back),
		cmocka_unit_test(changed_certificates_are_refused_or_other),
		cmocka_unit_test(cut_certificates_are_refused),
		cmocka_unit_test(only_ecdsa_with_sha256_is_taken),
		cmocka_unit_test(verification_wants_the_issuer_itself),
		cmocka_unit_test(a_certificate_says_whose_it_is),
		cmocka_unit_test(devices_compress_for_their_own_chip_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
