/* SPDX-License-Identifier: Apache-2.0 */
/* Searches, and what objects tell of themselves. */
#include "fake_mount.h"

#define OBJECTS 4

static void a_search_is_told_in_pieces(void **state)
{
	ck_object_handle_t found[2 * OBJECTS];
	unsigned long count;

	(void)state;
	assert_rv(p11->C_FindObjectsInit(session, NULL, 0), CKR_OK);
	assert_rv(p11->C_FindObjectsInit(session, NULL, 0),
		  CKR_OPERATION_ACTIVE);
	assert_rv(p11->C_FindObjects(session, NULL, 0, &count), CKR_OK);
	assert_int_equal(count, 0);
	for (size_t i = 0; i < OBJECTS - 1; i++) {
		assert_rv(p11->C_FindObjects(session, &found[i], 1, &count),
			  CKR_OK);
		assert_int_equal(count, 1);
		for (size_t j = 0; j < i; j++)
			assert_int_not_equal(found[i], found[j]);
	}
	assert_rv(p11->C_FindObjects(session, NULL, 1, &count),
		  CKR_ARGUMENTS_BAD);
	assert_rv(p11->C_FindObjects(session, found, 1, NULL),
		  CKR_ARGUMENTS_BAD);
	assert_rv(p11->C_FindObjects(session, found, 2 * OBJECTS, &count),
		  CKR_OK);
	assert_int_equal(count, 1);
	assert_rv(p11->C_FindObjects(session, found, 1, &count), CKR_OK);
	assert_int_equal(count, 0);
	assert_rv(p11->C_FindObjectsFinal(session), CKR_OK);
	assert_rv(p11->C_FindObjects(session, found, 1, &count),
		  CKR_OPERATION_NOT_INITIALIZED);
}

static void searches_of_two_sessions_are_their_own(void **state)
{
	ck_session_handle_t other;
	ck_object_handle_t one, two[OBJECTS];
	unsigned long count;

	(void)state;
	assert_rv(p11->C_OpenSession(0, CKF_SERIAL_SESSION, NULL, NULL, &other),
		  CKR_OK);
	assert_rv(p11->C_FindObjectsInit(session, NULL, 0), CKR_OK);
	assert_rv(p11->C_FindObjects(session, &one, 1, &count), CKR_OK);
	assert_rv(p11->C_FindObjectsInit(other, NULL, 0), CKR_OK);
	assert_rv(p11->C_FindObjects(other, two, OBJECTS, &count), CKR_OK);
	assert_int_equal(count, OBJECTS);
	assert_int_equal(two[0], one);
	assert_rv(p11->C_CloseSession(other), CKR_OK);
	assert_rv(p11->C_FindObjectsFinal(session), CKR_OK);
}

static unsigned long matches(struct ck_attribute *wanted, unsigned long n)
{
	ck_object_handle_t found[OBJECTS];
	unsigned long count;

	assert_rv(p11->C_FindObjectsInit(session, wanted, n), CKR_OK);
	assert_rv(p11->C_FindObjects(session, found, OBJECTS, &count), CKR_OK);
	assert_rv(p11->C_FindObjectsFinal(session), CKR_OK);
	return count;
}

static void a_search_finds_what_agrees_in_everything(void **state)
{
	ck_object_class_t class = CKO_CERTIFICATE;
	unsigned char yes = 1, no = 0, many[600] = { 0 };
	char label[] = "device";
	struct {
		struct ck_attribute wanted[2];
		unsigned long n, matches;
	} cases[] = {
		{ { { CKA_TOKEN, &yes, 1 } }, 1, 4 },
		{ { { CKA_PRIVATE, &no, 1 } }, 1, 4 }, /* no login for any */
		{ { { CKA_PRIVATE, &yes, 1 } }, 1, 0 },
		{ { { CKA_LABEL, label, 6 } }, 1, 3 },
		{ { { CKA_LABEL, label, 5 } }, 1, 0 },
		{ { { CKA_LABEL, NULL, 6 } }, 1, 0 },
		{ { { CKA_LABEL, label, CK_UNAVAILABLE_INFORMATION } }, 1, 0 },
		{ { { CKA_LABEL, label, 6 },
		    { CKA_CLASS, &class, sizeof(class) } },
		  2,
		  1 },
		{ { { CKA_CLASS, &class, sizeof(class) } }, 1, 2 },
		{ { { CKA_CLASS, &class, 1 } }, 1, 0 },
		{ { { CKA_VALUE, many, sizeof(many) } }, 1, 0 },
		{ { { CKA_MODULUS, many, 1 } }, 1, 0 },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(cases); i++)
		assert_int_equal(matches(cases[i].wanted, cases[i].n),
				 cases[i].matches);
}

/* As templates ask first for lengths, and then for values with that room. */
static void lengths_are_told_and_too_little_room_is_left_alone(void **state)
{
	ck_object_handle_t cert = fake_find(session, CKO_CERTIFICATE, "device");
	unsigned char value[1024], id[20];
	struct ck_attribute wanted[] = {
		{ CKA_VALUE, NULL, 0 },
		{ CKA_ID, NULL, CK_UNAVAILABLE_INFORMATION },
		{ CKA_START_DATE, NULL, 7 },
	};

	(void)state;
	assert_rv(p11->C_GetAttributeValue(session, cert, wanted, 3), CKR_OK);
	assert_in_range(wanted[0].value_len, 300, 600);
	assert_int_equal(wanted[1].value_len, sizeof(id));
	assert_int_equal(wanted[2].value_len, 0);
	memset(value, 0xa5, sizeof(value));
	wanted[0].value = value;
	wanted[0].value_len--;
	wanted[1].value = id;
	assert_rv(p11->C_GetAttributeValue(session, cert, wanted, 3),
		  CKR_BUFFER_TOO_SMALL);
	assert_int_equal(wanted[0].value_len, CK_UNAVAILABLE_INFORMATION);
	assert_int_equal(value[0], 0xa5);
	assert_int_equal(wanted[1].value_len, sizeof(id));
	wanted[0].value_len = sizeof(value);
	assert_rv(p11->C_GetAttributeValue(session, cert, wanted, 3), CKR_OK);
	assert_int_equal(value[0], 0x30);
	assert_rv(p11->C_GetAttributeValue(session, cert, NULL, 1),
		  CKR_ARGUMENTS_BAD);
	assert_rv(p11->C_GetAttributeValue(session, cert, NULL, 0), CKR_OK);
}

static void numbers_are_the_machines_own(void **state)
{
	ck_object_handle_t key = fake_find(session, CKO_PRIVATE_KEY, "device");
	unsigned long class = 0, type = 0, of[8] = { 0 };
	struct ck_attribute wanted[] = {
		{ CKA_CLASS, &class, sizeof(class) },
		{ CKA_KEY_TYPE, &type, sizeof(type) },
		{ CKA_ALLOWED_MECHANISMS, of, sizeof(of) },
	};

	(void)state;
	assert_rv(p11->C_GetAttributeValue(session, key, wanted, 3), CKR_OK);
	assert_int_equal(class, CKO_PRIVATE_KEY);
	assert_int_equal(type, CKK_EC);
	assert_int_equal(of[0], CKM_ECDSA);
	assert_int_equal(of[3], CKM_ECDSA_SHA256);
	assert_int_equal(of[6], CKM_ECDH1_DERIVE);
}

static void objects_have_a_size(void **state)
{
	ck_object_handle_t cert = fake_find(session, CKO_CERTIFICATE, "signer");
	struct bytes value = fake_attribute(session, cert, CKA_VALUE);
	unsigned long size = 0;

	(void)state;
	assert_rv(p11->C_GetObjectSize(session, cert, NULL), CKR_ARGUMENTS_BAD);
	assert_rv(p11->C_GetObjectSize(session, cert, &size), CKR_OK);
	assert_true(size > value.len);
	bytes_free(&value);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, fake_open, fake_close)
	const struct CMUnitTest tests[] = {
		TEST(a_search_is_told_in_pieces),
		TEST(searches_of_two_sessions_are_their_own),
		TEST(a_search_finds_what_agrees_in_everything),
		TEST(lengths_are_told_and_too_little_room_is_left_alone),
		TEST(numbers_are_the_machines_own),
		TEST(objects_have_a_size),
	};

	return cmocka_run_group_tests(tests, fake_setup, fake_teardown);
}
