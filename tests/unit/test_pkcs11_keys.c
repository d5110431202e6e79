/* SPDX-License-Identifier: Apache-2.0 */
/* Several keys of one chip: each in keys/, the device's own at the top, too. */
#include "fake_mount.h"

#include <stdio.h>

#define ALL 16

/* All objects in the order of a search. */
static unsigned long find_all(ck_object_handle_t found[ALL])
{
	unsigned long count;

	assert_rv(p11->C_FindObjectsInit(session, NULL, 0), CKR_OK);
	assert_rv(p11->C_FindObjects(session, found, ALL, &count), CKR_OK);
	assert_rv(p11->C_FindObjectsFinal(session), CKR_OK);
	return count;
}

/* Add two keys. The module then reads `status`, which a search alone does not. */
static int open_keys(void **state)
{
	fake_open(state);
	fake_mount_add_key(2);
	fake_mount_add_key(15);
	return fake_token_info() == CKR_OK ? 0 : -1;
}

static void each_key_is_an_object_and_the_devices_is_the_first(void **state)
{
	ck_object_handle_t found[ALL];
	struct bytes label;

	(void)state;
	assert_int_equal(find_all(found), 8);
	assert_int_equal(found[0], FAKE_KEY);
	label = fake_attribute(session, found[0], CKA_LABEL);
	assert_string_equal(bytes_text(&label), "device");
	bytes_free(&label);
	fake_find(session, CKO_PRIVATE_KEY, "device");
	fake_find(session, CKO_PRIVATE_KEY, "key-2");
	fake_find(session, CKO_PUBLIC_KEY, "key-2");
	fake_find(session, CKO_PRIVATE_KEY, "key-15");
	fake_find(session, CKO_PUBLIC_KEY, "key-15");
}

static void keys_have_identifiers_of_their_own(void **state)
{
	static const char *const labels[] = { "device", "key-2", "key-15" };
	struct bytes ids[LENGTH(labels)], id;
	ck_object_handle_t key;

	(void)state;
	for (size_t i = 0; i < LENGTH(labels); i++) {
		key = fake_find(session, CKO_PRIVATE_KEY, labels[i]);
		ids[i] = fake_attribute(session, key, CKA_ID);
		key = fake_find(session, CKO_PUBLIC_KEY, labels[i]);
		id = fake_attribute(session, key, CKA_ID);
		assert_true(bytes_equal(&id, &ids[i]));
		bytes_free(&id);
		for (size_t j = 0; j < i; j++)
			assert_false(bytes_equal(&ids[i], &ids[j]));
	}
	for (size_t i = 0; i < LENGTH(labels); i++)
		bytes_free(&ids[i]);
}

static void assert_written(const char *name, uint8_t first, bool yes)
{
	struct bytes file = fake_read(name);

	assert_int_equal(file.data[0] == first, yes);
	bytes_free(&file);
}

static void each_signs_and_derives_by_its_own_files(void **state)
{
	ck_object_handle_t key = fake_find(session, CKO_PRIVATE_KEY, "key-2");
	ck_object_handle_t secret;

	(void)state;
	assert_rv(fake_sign(session, key), CKR_OK);
	assert_written("keys/2/sign", 1, true);
	assert_written("keys/15/sign", 1, false);
	assert_written("sign", 1, false);
	assert_rv(fake_derive(session, key, &secret), CKR_OK);
	assert_written("keys/2/ecdh", 7, true);
	assert_written("keys/15/ecdh", 7, false);
	assert_written("ecdh", 7, false);
	key = fake_find(session, CKO_PUBLIC_KEY, "key-2");
	assert_rv(fake_sign(session, key), CKR_KEY_TYPE_INCONSISTENT);
}

static void a_list_that_makes_no_sense_adds_nothing(void **state)
{
	static const char *const lists[] = {
		"", "none", "16", "-1", "4294967298", "3", "0,1,5", "x,2",
	};
	char status[128];

	(void)state;
	for (size_t i = 0; i < LENGTH(lists); i++) {
		snprintf(status, sizeof(status), "present=yes\nkeys=%s\n",
			 lists[i]);
		fake_text("status", status);
		assert_rv(fake_token_info(), CKR_OK);
		assert_int_equal(fake_count(session), 4);
	}
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_keys, fake_close)
	const struct CMUnitTest tests[] = {
		TEST(each_key_is_an_object_and_the_devices_is_the_first),
		TEST(keys_have_identifiers_of_their_own),
		TEST(each_signs_and_derives_by_its_own_files),
		TEST(a_list_that_makes_no_sense_adds_nothing),
	};

	return cmocka_run_group_tests(tests, fake_setup, fake_teardown);
}
