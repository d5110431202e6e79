/* SPDX-License-Identifier: Apache-2.0 */
/* What the module does with the key, and asks of the mount. */
#include "fake_mount.h"

static ck_object_handle_t key;
static struct ck_mechanism ecdsa = { CKM_ECDSA, NULL, 0 };
static struct ck_mechanism ecdsa_sha256 = { CKM_ECDSA_SHA256, NULL, 0 };

static int open_key(void **state)
{
	int err = fake_open(state);

	key = fake_find(session, CKO_PRIVATE_KEY, "device");
	return err;
}

/* What was last written to `sign`: the 32 bytes before the fixed reply. */
static void assert_asked(const char *name, const uint8_t *request, size_t len)
{
	struct bytes file = fake_read(name);

	assert_int_equal(file.len, 96);
	assert_memory_equal(file.data, request, len);
	bytes_free(&file);
}

static void assert_reply(const uint8_t *reply, size_t len, size_t first)
{
	for (size_t i = 0; i < len; i++)
		assert_int_equal(reply[i], first + i);
}

static void a_digest_is_cut_or_filled_to_32_bytes(void **state)
{
	uint8_t digest[65], asked[32], signature[64];
	unsigned long len;

	(void)state;
	for (size_t i = 0; i < sizeof(digest); i++)
		digest[i] = (uint8_t)(0xa0 + i);
	for (size_t size = 1; size <= 64; size++) {
		size_t kept = size < 32 ? size : 32;

		memset(asked, 0, sizeof(asked));
		memcpy(asked + 32 - kept, digest, kept);
		len = sizeof(signature);
		assert_rv(p11->C_SignInit(session, &ecdsa, key), CKR_OK);
		assert_rv(p11->C_Sign(session, digest, size, signature, &len),
			  CKR_OK);
		assert_int_equal(len, 64);
		assert_asked("sign", asked, sizeof(asked));
		assert_reply(signature, sizeof(signature), 32);
	}
	assert_rv(p11->C_SignInit(session, &ecdsa, key), CKR_OK);
	assert_rv(p11->C_Sign(session, digest, 0, signature, &len),
		  CKR_DATA_LEN_RANGE);
	assert_rv(p11->C_SignInit(session, &ecdsa, key), CKR_OK);
	assert_rv(p11->C_Sign(session, digest, 65, signature, &len),
		  CKR_DATA_LEN_RANGE);
}

static void a_short_buffer_does_not_end_the_signature(void **state)
{
	uint8_t digest[32] = { 1 }, signature[64];
	unsigned long len = 63;

	(void)state;
	assert_rv(p11->C_SignInit(session, &ecdsa, key), CKR_OK);
	assert_rv(p11->C_SignInit(session, &ecdsa, key), CKR_OPERATION_ACTIVE);
	assert_rv(p11->C_Sign(session, digest, 32, signature, &len),
		  CKR_BUFFER_TOO_SMALL);
	assert_int_equal(len, 64);
	len = 0;
	assert_rv(p11->C_Sign(session, digest, 32, NULL, &len), CKR_OK);
	assert_int_equal(len, 64);
	assert_rv(p11->C_Sign(session, digest, 32, signature, &len), CKR_OK);
	assert_rv(p11->C_Sign(session, digest, 32, signature, &len),
		  CKR_OPERATION_NOT_INITIALIZED);
}

static void the_same_holds_for_the_last_part(void **state)
{
	uint8_t signature[64] = { 0 };
	unsigned long len = 10;

	(void)state;
	assert_rv(p11->C_SignInit(session, &ecdsa_sha256, key), CKR_OK);
	assert_rv(p11->C_SignUpdate(session, signature, 1), CKR_OK);
	assert_rv(p11->C_SignFinal(session, NULL, &len), CKR_OK);
	assert_int_equal(len, 64);
	len = 10;
	assert_rv(p11->C_SignFinal(session, signature, &len),
		  CKR_BUFFER_TOO_SMALL);
	assert_int_equal(len, 64);
	assert_rv(p11->C_SignFinal(session, signature, &len), CKR_OK);
	assert_rv(p11->C_SignFinal(session, signature, &len),
		  CKR_OPERATION_NOT_INITIALIZED);
}

static void any_other_mistake_ends_the_signature(void **state)
{
	uint8_t digest[65] = { 1 }, signature[64];
	unsigned long len = sizeof(signature);

	(void)state;
	assert_rv(p11->C_SignInit(session, &ecdsa, key), CKR_OK);
	assert_rv(p11->C_Sign(session, digest, 32, signature, NULL),
		  CKR_ARGUMENTS_BAD);
	assert_rv(p11->C_SignInit(session, &ecdsa, key), CKR_OK);
	assert_rv(p11->C_Sign(session, NULL, 32, signature, &len),
		  CKR_ARGUMENTS_BAD);
	assert_rv(p11->C_SignInit(session, &ecdsa, key), CKR_OK);
	assert_rv(p11->C_SignUpdate(session, NULL, 1), CKR_ARGUMENTS_BAD);
	assert_rv(p11->C_SignInit(session, &ecdsa, key), CKR_OK);
	assert_rv(p11->C_SignUpdate(session, digest, 65), CKR_DATA_LEN_RANGE);
	assert_rv(p11->C_SignInit(session, &ecdsa, key), CKR_OK);
	assert_rv(p11->C_SignFinal(session, signature, &len),
		  CKR_DATA_LEN_RANGE); /* of no data */
	assert_rv(p11->C_SignFinal(session, signature, &len),
		  CKR_OPERATION_NOT_INITIALIZED);
}

static void only_the_private_key_signs_and_only_with_ecdsa(void **state)
{
	struct ck_mechanism mechanism = { CKM_ECDSA_KEY_PAIR_GEN, NULL, 0 };
	ck_object_handle_t public_key;

	(void)state;
	public_key = fake_find(session, CKO_PUBLIC_KEY, "device");
	assert_rv(p11->C_SignInit(session, &mechanism, key),
		  CKR_MECHANISM_INVALID);
	mechanism.mechanism = CKM_ECDH1_DERIVE;
	assert_rv(p11->C_SignInit(session, &mechanism, key),
		  CKR_MECHANISM_INVALID);
	mechanism.mechanism = CKM_ECDSA;
	mechanism.parameter = &mechanism;
	mechanism.parameter_len = 1;
	assert_rv(p11->C_SignInit(session, &mechanism, key),
		  CKR_MECHANISM_PARAM_INVALID);
	assert_rv(p11->C_SignInit(session, &ecdsa, public_key),
		  CKR_KEY_TYPE_INCONSISTENT);
	assert_rv(p11->C_SignInit(session, &ecdsa, 99), CKR_KEY_HANDLE_INVALID);
}

static void errors_of_the_mount_are_told(void **state)
{
	uint8_t digest[32] = { 1 }, signature[64];
	unsigned long len = sizeof(signature);

	(void)state;
	fake_write("sign", digest, sizeof(digest)); /* no reply there */
	assert_rv(p11->C_SignInit(session, &ecdsa, key), CKR_OK);
	assert_rv(p11->C_Sign(session, digest, 32, signature, &len),
		  CKR_DEVICE_ERROR);
	assert_rv(p11->C_GenerateRandom(session, signature, 64), CKR_OK);
	assert_reply(signature, 64, 0);
	assert_rv(p11->C_SeedRandom(session, NULL, 1), CKR_ARGUMENTS_BAD);
	fake_text("random", "short");
	assert_rv(p11->C_GenerateRandom(session, signature, 64),
		  CKR_DEVICE_ERROR);
}

static void the_private_key_tells_what_it_is_and_nothing_secret(void **state)
{
	unsigned char buffer[200];
	struct ck_attribute wanted[] = {
		{ CKA_VALUE, buffer, sizeof(buffer) },
		{ CKA_MODULUS, buffer, sizeof(buffer) },
		{ CKA_EC_PARAMS, buffer, 2 },
		{ CKA_LABEL, buffer, sizeof(buffer) },
	};

	(void)state;
	assert_rv(p11->C_GetAttributeValue(session, key, wanted, 4),
		  CKR_ATTRIBUTE_SENSITIVE);
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(wanted[i].value_len,
				 CK_UNAVAILABLE_INFORMATION);
	assert_int_equal(wanted[3].value_len, strlen("device"));
	assert_memory_equal(buffer, "device", strlen("device"));
	assert_rv(p11->C_GetAttributeValue(session, key, wanted + 1, 1),
		  CKR_ATTRIBUTE_TYPE_INVALID);
	wanted[2].value_len = 2;
	assert_rv(p11->C_GetAttributeValue(session, key, wanted + 2, 1),
		  CKR_BUFFER_TOO_SMALL);
	assert_rv(p11->C_SetAttributeValue(session, key, wanted + 3, 1),
		  CKR_ACTION_PROHIBITED);
	assert_rv(p11->C_DestroyObject(session, key), CKR_ACTION_PROHIBITED);
}

static void derived_keys_live_and_end_with_their_session(void **state)
{
	ck_key_type_t type = CKK_AES;
	unsigned long size = 16;
	unsigned char no = 0, yes = 1;
	struct ck_attribute templ[] = {
		{ CKA_KEY_TYPE, &type, sizeof(type) },
		{ CKA_VALUE_LEN, &size, sizeof(size) },
		{ CKA_SENSITIVE, &no, 1 },
		{ CKA_EXTRACTABLE, &yes, 1 },
	};
	unsigned char peer[65] = { 0x04, 7 };
	struct ck_ecdh1_derive_params params = { CKD_NULL, 0, NULL, 65, peer };
	struct ck_mechanism ecdh = { CKM_ECDH1_DERIVE, &params,
				     sizeof(params) };
	ck_session_handle_t other;
	ck_object_handle_t secret, hidden;
	struct bytes value;

	(void)state;
	assert_rv(p11->C_OpenSession(0, CKF_SERIAL_SESSION, NULL, NULL, &other),
		  CKR_OK);
	assert_rv(p11->C_DeriveKey(other, &ecdh, key, templ, 4, &secret),
		  CKR_OK);
	assert_asked("ecdh", peer + 1, 64);
	value = fake_attribute(session, secret, CKA_VALUE);
	assert_int_equal(value.len, 16);
	assert_reply(value.data, 16, 64 + 16); /* the trailing bytes */
	bytes_free(&value);

	templ[2].value = &yes;
	assert_rv(p11->C_DeriveKey(session, &ecdh, key, templ, 3, &hidden),
		  CKR_OK);
	templ[0].type = CKA_VALUE;
	templ[0].value = NULL;
	assert_rv(p11->C_GetAttributeValue(session, hidden, templ, 1),
		  CKR_ATTRIBUTE_SENSITIVE);
	assert_rv(p11->C_DestroyObject(session, hidden), CKR_OK);
	assert_rv(p11->C_DestroyObject(session, hidden),
		  CKR_OBJECT_HANDLE_INVALID);
	assert_rv(p11->C_CloseSession(other), CKR_OK);
	assert_rv(p11->C_DestroyObject(session, secret),
		  CKR_OBJECT_HANDLE_INVALID);
}

/* What a derived key says of its secrecy, by what was asked. */
static void derived_keys_tell_how_secret_they_are(void **state)
{
	unsigned char sensitive, extractable, always, never;
	struct ck_attribute asked[] = {
		{ CKA_SENSITIVE, &sensitive, 1 },
		{ CKA_EXTRACTABLE, &extractable, 1 },
	};
	struct ck_attribute told[] = {
		{ CKA_ALWAYS_SENSITIVE, &always, 1 },
		{ CKA_NEVER_EXTRACTABLE, &never, 1 },
	};
	struct ck_attribute value = { CKA_VALUE, NULL, 0 };
	unsigned char peer[65] = { 0x04, 7 };
	struct ck_ecdh1_derive_params params = { CKD_NULL, 0, NULL, 65, peer };
	struct ck_mechanism ecdh = { CKM_ECDH1_DERIVE, &params,
				     sizeof(params) };
	ck_object_handle_t secret;

	(void)state;
	for (unsigned char bits = 0; bits < 4; bits++) {
		sensitive = bits & 1;
		extractable = bits >> 1;
		assert_rv(p11->C_DeriveKey(session, &ecdh, key, asked, 2,
					   &secret),
			  CKR_OK);
		assert_rv(p11->C_GetAttributeValue(session, secret, told, 2),
			  CKR_OK);
		assert_int_equal(always, sensitive);
		assert_int_equal(never, !extractable);
		assert_rv(p11->C_GetAttributeValue(session, secret, &value, 1),
			  bits == 2 ? CKR_OK : CKR_ATTRIBUTE_SENSITIVE);
		assert_rv(p11->C_CopyObject(session, secret, NULL, 0, &secret),
			  CKR_ACTION_PROHIBITED);
		assert_rv(p11->C_DestroyObject(session, secret), CKR_OK);
	}
}

static void templates_and_peers_that_make_no_sense_are_refused(void **state)
{
	ck_key_type_t rsa = CKK_RSA, aes = CKK_AES;
	unsigned long long_size = 33, odd_size = 17, huge_size = 1025;
	unsigned char yes = 1, peer[65] = { 0x04, 7 };
	struct ck_ecdh1_derive_params params = { CKD_NULL, 0, NULL, 65, peer };
	struct ck_mechanism ecdh = { CKM_ECDH1_DERIVE, &params,
				     sizeof(params) };
	struct {
		struct ck_attribute templ[2];
		ck_rv_t rv;
	} cases[] = {
		{ { { CKA_KEY_TYPE, &rsa, sizeof(rsa) } },
		  CKR_TEMPLATE_INCONSISTENT },
		{ { { CKA_CLASS, &rsa, sizeof(rsa) } },
		  CKR_TEMPLATE_INCONSISTENT },
		{ { { CKA_VALUE_LEN, &long_size, sizeof(long_size) } },
		  CKR_KEY_SIZE_RANGE },
		{ { { CKA_VALUE_LEN, &huge_size, sizeof(huge_size) } },
		  CKR_KEY_SIZE_RANGE },
		{ { { CKA_VALUE_LEN, &odd_size, sizeof(odd_size) },
		    { CKA_KEY_TYPE, &aes, sizeof(aes) } },
		  CKR_KEY_SIZE_RANGE },
		{ { { CKA_VALUE_LEN, &long_size, 1 } },
		  CKR_ATTRIBUTE_VALUE_INVALID },
		{ { { CKA_TOKEN, &yes, 1 } }, CKR_TOKEN_WRITE_PROTECTED },
		{ { { CKA_VALUE, peer, 32 } }, CKR_TEMPLATE_INCONSISTENT },
		{ { { CKA_MODULUS, peer, 32 } }, CKR_ATTRIBUTE_TYPE_INVALID },
	};
	ck_object_handle_t secret;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_rv(p11->C_DeriveKey(session, &ecdh, key, cases[i].templ,
					   cases[i].templ[1].value ? 2 : 1,
					   &secret),
			  cases[i].rv);
	params.kdf = CKD_SHA1_KDF_ASN1;
	assert_rv(p11->C_DeriveKey(session, &ecdh, key, NULL, 0, &secret),
		  CKR_MECHANISM_PARAM_INVALID);
	params.kdf = CKD_NULL;
	params.shared_data_len = 1;
	params.shared_data = peer;
	assert_rv(p11->C_DeriveKey(session, &ecdh, key, NULL, 0, &secret),
		  CKR_MECHANISM_PARAM_INVALID);
	params.kdf = CKD_SHA256_KDF;
	params.shared_data = NULL;
	assert_rv(p11->C_DeriveKey(session, &ecdh, key, NULL, 0, &secret),
		  CKR_MECHANISM_PARAM_INVALID);
	params.kdf = CKD_NULL;
	params.shared_data_len = 0;
	params.public_data_len = 64;
	assert_rv(p11->C_DeriveKey(session, &ecdh, key, NULL, 0, &secret),
		  CKR_MECHANISM_PARAM_INVALID);
	peer[0] = 0x02;
	params.public_data_len = 65;
	assert_rv(p11->C_DeriveKey(session, &ecdh, key, NULL, 0, &secret),
		  CKR_MECHANISM_PARAM_INVALID);
}

static void a_point_may_come_as_a_der_octet_string(void **state)
{
	unsigned char peer[67] = { 0x04, 65, 0x04, 9, 8, 7 };
	struct ck_ecdh1_derive_params params = { CKD_NULL, 0, NULL, 67, peer };
	struct ck_mechanism ecdh = { CKM_ECDH1_DERIVE, &params,
				     sizeof(params) };
	ck_object_handle_t secret;

	(void)state;
	assert_rv(p11->C_DeriveKey(session, &ecdh, key, NULL, 0, &secret),
		  CKR_OK);
	assert_asked("ecdh", peer + 3, 64);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_key, fake_close)
	const struct CMUnitTest tests[] = {
		TEST(a_digest_is_cut_or_filled_to_32_bytes),
		TEST(a_short_buffer_does_not_end_the_signature),
		TEST(the_same_holds_for_the_last_part),
		TEST(any_other_mistake_ends_the_signature),
		TEST(only_the_private_key_signs_and_only_with_ecdsa),
		TEST(errors_of_the_mount_are_told),
		TEST(the_private_key_tells_what_it_is_and_nothing_secret),
		TEST(derived_keys_live_and_end_with_their_session),
		TEST(derived_keys_tell_how_secret_they_are),
		TEST(templates_and_peers_that_make_no_sense_are_refused),
		TEST(a_point_may_come_as_a_der_octet_string),
	};

	return cmocka_run_group_tests(tests, fake_setup, fake_teardown);
}
