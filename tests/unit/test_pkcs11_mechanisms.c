/* SPDX-License-Identifier: Apache-2.0 */
/* Each mechanism: what it says of itself, and what it asks of the mount. */
#include "fake_mount.h"

#include <gnutls/crypto.h>

static const struct {
	ck_mechanism_type_t type;
	gnutls_digest_algorithm_t hash; /* of what is signed */
	ck_flags_t does;
} mechanisms[] = {
	{ CKM_ECDSA, GNUTLS_DIG_UNKNOWN, CKF_SIGN },
	{ CKM_ECDSA_SHA1, GNUTLS_DIG_SHA1, CKF_SIGN },
	{ CKM_ECDSA_SHA224, GNUTLS_DIG_SHA224, CKF_SIGN },
	{ CKM_ECDSA_SHA256, GNUTLS_DIG_SHA256, CKF_SIGN },
	{ CKM_ECDSA_SHA384, GNUTLS_DIG_SHA384, CKF_SIGN },
	{ CKM_ECDSA_SHA512, GNUTLS_DIG_SHA512, CKF_SIGN },
	{ CKM_ECDH1_DERIVE, GNUTLS_DIG_UNKNOWN, CKF_DERIVE },
	{ CKM_ECDH1_COFACTOR_DERIVE, GNUTLS_DIG_UNKNOWN, CKF_DERIVE },
};

static void each_is_listed_with_256_bits(void **state)
{
	static const ck_flags_t curve =
		CKF_HW | CKF_EC_F_P | CKF_EC_NAMEDCURVE | CKF_EC_UNCOMPRESS;
	ck_mechanism_type_t list[LENGTH(mechanisms)];
	unsigned long count = LENGTH(list);
	struct ck_mechanism_info info;

	(void)state;
	assert_rv(p11->C_GetMechanismList(0, list, &count), CKR_OK);
	assert_int_equal(count, LENGTH(mechanisms));
	for (size_t i = 0; i < count; i++) {
		assert_int_equal(list[i], mechanisms[i].type);
		assert_rv(p11->C_GetMechanismInfo(0, list[i], &info), CKR_OK);
		assert_int_equal(info.flags, mechanisms[i].does | curve);
		assert_int_equal(info.min_key_size, 256);
		assert_int_equal(info.max_key_size, 256);
	}
	assert_rv(p11->C_GetMechanismInfo(0, CKM_RSA_PKCS, &info),
		  CKR_MECHANISM_INVALID);
}

/* The chip was asked to sign the leftmost 256 bits, or fewer, of the digest. */
static void assert_signed(const uint8_t *digest, size_t len)
{
	struct bytes file = fake_read("sign");
	uint8_t asked[32] = { 0 };
	size_t kept = len < sizeof(asked) ? len : sizeof(asked);

	memcpy(asked + sizeof(asked) - kept, digest, kept);
	assert_memory_equal(file.data, asked, sizeof(asked));
	bytes_free(&file);
	fake_write("sign", (uint8_t[96]){ 0 }, 96);
}

static void sign_in_one_part(ck_mechanism_type_t type, uint8_t *text,
			     size_t len)
{
	struct ck_mechanism mechanism = { type, NULL, 0 };
	uint8_t signature[64];
	unsigned long room = sizeof(signature);

	assert_rv(p11->C_SignInit(session, &mechanism, FAKE_KEY), CKR_OK);
	assert_rv(p11->C_Sign(session, text, len, signature, &room), CKR_OK);
	assert_int_equal(room, sizeof(signature));
}

static void sign_in_parts(ck_mechanism_type_t type, uint8_t *text, size_t len,
			  size_t part)
{
	struct ck_mechanism mechanism = { type, NULL, 0 };
	uint8_t signature[64];
	unsigned long room = sizeof(signature);

	assert_rv(p11->C_SignInit(session, &mechanism, FAKE_KEY), CKR_OK);
	for (size_t i = 0; i < len; i += part)
		assert_rv(p11->C_SignUpdate(session, text + i, part), CKR_OK);
	assert_rv(p11->C_Sign(session, text, 1, signature, &room),
		  CKR_OPERATION_ACTIVE);
	assert_rv(p11->C_SignFinal(session, signature, &room), CKR_OK);
}

static void each_hash_is_signed_in_one_part_and_in_many(void **state)
{
	uint8_t text[300], digest[64];

	(void)state;
	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = (uint8_t)(i * 7);
	for (size_t i = 0; i < LENGTH(mechanisms); i++) {
		gnutls_digest_algorithm_t hash = mechanisms[i].hash;

		if (hash == GNUTLS_DIG_UNKNOWN)
			continue;
		gnutls_hash_fast(hash, text, sizeof(text), digest);
		sign_in_one_part(mechanisms[i].type, text, sizeof(text));
		assert_signed(digest, gnutls_hash_get_len(hash));
		sign_in_parts(mechanisms[i].type, text, sizeof(text), 25);
		assert_signed(digest, gnutls_hash_get_len(hash));
	}
}

static void a_signature_in_progress_is_cancelled(void **state)
{
	struct ck_mechanism ecdsa = { CKM_ECDSA, NULL, 0 };
	uint8_t digest[32] = { 1 }, signature[64];
	unsigned long room = sizeof(signature);

	(void)state;
	assert_rv(p11->C_SignInit(session, &ecdsa, FAKE_KEY), CKR_OK);
	assert_rv(p11->C_SignInit(session, NULL, FAKE_KEY), CKR_OK);
	assert_rv(p11->C_Sign(session, digest, 32, signature, &room),
		  CKR_OPERATION_NOT_INITIALIZED);
	assert_rv(p11->C_SignInit(session, NULL, FAKE_KEY), CKR_ARGUMENTS_BAD);

	assert_rv(p11->C_SignInit(session, &ecdsa, FAKE_KEY), CKR_OK);
	assert_rv(p11->C_FindObjectsInit(session, NULL, 0), CKR_OK);
	assert_rv(p11_3->C_SessionCancel(session, CKF_FIND_OBJECTS), CKR_OK);
	assert_rv(p11->C_FindObjectsFinal(session),
		  CKR_OPERATION_NOT_INITIALIZED);
	assert_rv(p11->C_SignInit(session, &ecdsa, FAKE_KEY),
		  CKR_OPERATION_ACTIVE);
	assert_rv(p11_3->C_SessionCancel(session, CKF_SIGN), CKR_OK);
	assert_rv(p11->C_SignInit(session, &ecdsa, FAKE_KEY), CKR_OK);
}

#define SECRET_SIZE 32
#define SHARED_SIZE 40
#define KEY_SIZE    150

static const struct {
	unsigned long kdf;
	gnutls_digest_algorithm_t hash;
} kdfs[] = {
	{ CKD_SHA1_KDF, GNUTLS_DIG_SHA1 },
	{ CKD_SHA224_KDF, GNUTLS_DIG_SHA224 },
	{ CKD_SHA256_KDF, GNUTLS_DIG_SHA256 },
	{ CKD_SHA384_KDF, GNUTLS_DIG_SHA384 },
	{ CKD_SHA512_KDF, GNUTLS_DIG_SHA512 },
};

/* By SEC 1, 3.6.1, from the secret that the mount gives. */
static void expected_key(gnutls_digest_algorithm_t hash, const uint8_t *shared,
			 size_t shared_len, uint8_t key[KEY_SIZE])
{
	uint8_t in[SECRET_SIZE + 4 + SHARED_SIZE] = { 0 }, out[64];
	size_t len = gnutls_hash_get_len(hash), part;

	for (size_t i = 0; i < SECRET_SIZE; i++)
		in[i] = (uint8_t)(64 + i);
	memcpy(in + SECRET_SIZE + 4, shared, shared_len);
	for (size_t done = 0; done < KEY_SIZE; done += part) {
		in[SECRET_SIZE + 3]++;
		gnutls_hash_fast(hash, in, SECRET_SIZE + 4 + shared_len, out);
		part = len < KEY_SIZE - done ? len : KEY_SIZE - done;
		memcpy(key + done, out, part);
	}
}

static void assert_derived(size_t i, uint8_t *shared, size_t shared_len,
			   unsigned long key_len)
{
	unsigned char peer[65] = { 0x04, 7 };
	struct ck_ecdh1_derive_params params = { kdfs[i].kdf, shared_len,
						 shared, sizeof(peer), peer };
	struct ck_mechanism ecdh = { CKM_ECDH1_DERIVE, &params,
				     sizeof(params) };
	struct ck_attribute templ = { CKA_VALUE_LEN, &key_len,
				      sizeof(key_len) };
	ck_object_handle_t key;
	uint8_t expected[KEY_SIZE];
	struct bytes value;

	assert_rv(p11->C_DeriveKey(session, &ecdh, FAKE_KEY, &templ, 1, &key),
		  CKR_OK);
	value = fake_attribute(session, key, CKA_VALUE);
	assert_int_equal(value.len, key_len);
	expected_key(kdfs[i].hash, shared, shared_len, expected);
	assert_memory_equal(value.data, expected, key_len);
	bytes_free(&value);
}

static void each_kdf_makes_keys_of_any_length(void **state)
{
	uint8_t shared[SHARED_SIZE] = { 1, 2, 3 };

	(void)state;
	for (size_t i = 0; i < LENGTH(kdfs); i++) {
		assert_derived(i, shared, sizeof(shared), KEY_SIZE);
		assert_derived(i, shared, 0, KEY_SIZE);
		assert_derived(i, shared, 1, 1);
		assert_derived(i, shared, 1, 64);
	}
}

/* As Java's KeyAgreement asks. */
static void a_key_of_which_nothing_is_said_can_be_read(void **state)
{
	ck_object_class_t class = CKO_SECRET_KEY;
	ck_key_type_t type = CKK_GENERIC_SECRET;
	struct ck_attribute templ[] = {
		{ CKA_CLASS, &class, sizeof(class) },
		{ CKA_KEY_TYPE, &type, sizeof(type) },
	};
	unsigned char peer[65] = { 0x04, 7 };
	struct ck_ecdh1_derive_params params = { CKD_NULL, 0, NULL, 65, peer };
	struct ck_mechanism ecdh = { CKM_ECDH1_COFACTOR_DERIVE, &params,
				     sizeof(params) };
	ck_object_handle_t key;
	struct bytes value;

	(void)state;
	assert_rv(p11->C_DeriveKey(session, &ecdh, FAKE_KEY, templ, 2, &key),
		  CKR_OK);
	value = fake_attribute(session, key, CKA_VALUE);
	assert_int_equal(value.len, SECRET_SIZE);
	for (size_t i = 0; i < SECRET_SIZE; i++)
		assert_int_equal(value.data[i], 64 + i);
	bytes_free(&value);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, fake_open, fake_close)
	const struct CMUnitTest tests[] = {
		TEST(each_is_listed_with_256_bits),
		TEST(each_hash_is_signed_in_one_part_and_in_many),
		TEST(a_signature_in_progress_is_cancelled),
		TEST(each_kdf_makes_keys_of_any_length),
		TEST(a_key_of_which_nothing_is_said_can_be_read),
	};

	return cmocka_run_group_tests(tests, fake_setup, fake_teardown);
}
