/* SPDX-License-Identifier: Apache-2.0 */
/* Keys as file names. */
#include "settings_fixture.h"

#include <errno.h>

#include "etf.h"
#include "settings_text.h"

static const struct {
	const char *term, *name;
} key_names[] = {
	{ "6d0000000161", "a" },
	{ "6d00000003612062", "a b" },
	{ "6d000000022e61", ".a" },
	{ "6d00000003612f62", "a%2Fb" },
	{ "6d00000003610062", "a%00b" },
	{ "6d000000023a61", "%3Aa" },
	{ "6d00000003613a62", "a:b" },
	{ "6d000000022561", "%25a" },
	{ "6d0000000125", "%25" },
	{ "6d0000000435302520", "50% " },
	{ "6d000000033530"
	  "25",
	  "50%" },
	{ "6d0000000461253242", "a%252B" },
	{ "6d0000000361"
	  "2532",
	  "a%2" },
	{ "6d000000012e", "%2E" },
	{ "6d000000022e2e", "%2E." },
	{ "6d000000032e2e2e", "..." },
	{ "6d00000002c3a9", "\xc3\xa9" },
	{ "6d00000001ff", "\xff" },
	{ "6d000000010a", "\n" },
	{ "7704"
	  "6d6f6465",
	  ":mode" },
	{ "7700", ":" },
	{ "7702c3a9", ":\xc3\xa9" },
	{ "7703"
	  "612f62",
	  ":a%2Fb" },
	{ "77023a61", "::a" },
	{ "77012e", ":." },
	{ "770125", ":%" },
	{ "7703"
	  "253631",
	  ":%2561" },
	{ "6d00000000", "%term-6d00000000" },
	{ "6105", "%term-6105" },
	{ "463ff0000000000000", "%term-463ff0000000000000" },
	{ "68016101", "%term-68016101" },
	{ "4d0000000103a0", "%term-4d0000000103a0" },
	{ "6b000101", "%term-6b000101" },
};

static void keys_have_one_name_and_names_one_key(void **state)
{
	size_t count = sizeof(key_names) / sizeof(*key_names);

	(void)state;
	for (size_t i = 0; i < count; i++) {
		struct bytes key = term_of_hex(key_names[i].term);
		struct bytes name = BYTES_INIT, back = BYTES_INIT;

		assert_int_equal(settings_name_of(&key, &name), 0);
		assert_string_equal(bytes_text(&name), key_names[i].name);
		assert_int_equal(settings_name_parse(bytes_text(&name), &back),
				 0);
		assert_bytes(back.data, back.len, &key);
		bytes_free(&key);
		bytes_free(&name);
		bytes_free(&back);
	}
	golden_count("key names", count);
}

static void encodings_of_one_key_have_one_name(void **state)
{
	static const char *const same[][2] = {
		{ "6400046d6f6465", ":mode" },
		{ "73046d6f6465", ":mode" },
		{ "7600046d6f6465", ":mode" },
		{ "7301e9", ":\xc3\xa9" },
		{ "6e010005", "%term-6105" },
		{ "6200000005", "%term-6105" },
		{ "6c000000016101"
		  "6a",
		  "%term-6b000101" },
		{ "690000000161"
		  "01",
		  "%term-68016101" },
		{ "4d00000001"
		  "0861",
		  "a" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(same) / sizeof(*same); i++) {
		struct bytes key = term_of_hex(same[i][0]), name = BYTES_INIT;

		assert_int_equal(settings_name_of(&key, &name), 0);
		assert_string_equal(bytes_text(&name), same[i][1]);
		bytes_free(&key);
		bytes_free(&name);
	}
}

static void other_spellings_are_no_names(void **state)
{
	static const char *const refused[] = {
		"",
		".",
		"..",
		"%61",
		"a%2fb",
		"a%41",
		"%",
		"%a",
		"%3aa",
		"a/b",
		":%61",
		":\xff",
		"%term-",
		"%term-6",
		"%term-6105zz",
		"%term-6105 ",
		"%term-610561",
		"%term-6E010005",
		"%term-6e010005",
		"%term-6d0000000161",
		"%term-770161",
		"%term-c8",
		"%term-6d00",
		"%long-0123456789abcdef",
		"%2e",
	};
	char longest[257];

	(void)state;
	for (size_t i = 0; i < sizeof(refused) / sizeof(*refused); i++)
		if (settings_name_parse(refused[i], NULL) != -EINVAL)
			fail_msg("\"%s\" was taken", refused[i]);
	memset(longest, 'a', 256);
	longest[256] = '\0';
	assert_int_equal(settings_name_parse(longest, NULL), -ENAMETOOLONG);
	longest[255] = '\0';
	assert_int_equal(settings_name_parse(longest, NULL), 0);
	/* No escape, so that it stands for itself. */
	assert_int_equal(settings_name_parse("a%4g", NULL), 0);
}

static void a_key_that_is_too_long_for_a_name_is_shown_by_its_hash(void **state)
{
	struct settings *settings;
	struct bytes etf = BYTES_INIT, got;
	char key[300];
	struct names names;

	(void)state;
	memset(key, 'k', sizeof(key));
	assert_int_equal(bytes_append(&etf, "\x83t\0\0\0\1", 6), 0);
	assert_int_equal(etf_put_binary(&etf, key, sizeof(key)), 0);
	assert_int_equal(etf_put_binary(&etf, "v", 1), 0);
	assert_int_equal(settings_decode(etf.data, etf.len, &settings), 0);
	names = all_names(settings);
	assert_int_equal(names.count, 1);
	assert_int_equal(strncmp(names.name[0], "%long-", 6), 0);
	assert_value(settings, names.name[0], "v");
	assert_int_equal(put_text(settings, names.name[0], "w"), 0);
	etf.data[etf.len - 1] = 'w';
	got = encoded(settings);
	assert_bytes(got.data, got.len, &etf);
	assert_int_equal(settings_rename(settings, names.name[0], "short"), 0);
	assert_value(settings, "short", "w");
	bytes_free(&got);
	bytes_free(&etf);
	free_names(&names);
	settings_free(settings);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_have_one_name_and_names_one_key),
		cmocka_unit_test(encodings_of_one_key_have_one_name),
		cmocka_unit_test(other_spellings_are_no_names),
		cmocka_unit_test(
			a_key_that_is_too_long_for_a_name_is_shown_by_its_hash),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
