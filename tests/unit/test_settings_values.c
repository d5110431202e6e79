/* SPDX-License-Identifier: Apache-2.0 */
/* Values as the text of a file. */
#include "settings_fixture.h"

#include <errno.h>

#include "error.h"
#include "settings_text.h"

static const struct {
	const char *type, *text, *term, *back; /* back: NULL is text */
} values[] = {
	{ "atom", "true", "770474727565", NULL },
	{ "atom", "nil\n", "77036e696c", "nil" },
	{ "atom", "", "7700", NULL },
	{ "atom", "a b", "7703612062", NULL },
	{ "integer", "0", "6100", NULL },
	{ "integer", "-0", "6100", "0" },
	{ "integer", "+7\n", "6107", "7" },
	{ "integer", "007", "6107", "7" },
	{ "integer", "255", "61ff", NULL },
	{ "integer", "256", "6200000100", NULL },
	{ "integer", "-1", "62ffffffff", NULL },
	{ "integer", "2147483647", "627fffffff", NULL },
	{ "integer", "2147483648", "6e040000000080", NULL },
	{ "integer", "-2147483648", "6280000000", NULL },
	{ "integer", "-2147483649", "6e040101000080", NULL },
	{ "integer", "18446744073709551616", "6e0900000000000000000001", NULL },
	{ "float", "1", "463ff0000000000000", "1.0" },
	{ "float", "1.0", "463ff0000000000000", NULL },
	{ "float", "-0.0", "468000000000000000", NULL },
	{ "float", "0.1", "463fb999999999999a", NULL },
	{ "float", "1e300\n", "467e37e43c8800759c", "1.0e300" },
	{ "float", "5.0e-324", "460000000000000001", NULL },
	{ "float", "3.141592653589793", "46400921fb54442d18", NULL },
	{ "float", "0.0001", "463f1a36e2eb1c432d", NULL },
	{ "float", "1.0e-5", "463ee4f8b588e368f1", NULL },
	{ "float", "123456789.125", "46419d6f3454800000", NULL },
	{ "list", "[]", "6a", NULL },
	{ "list", "[1, 2,3]\n", "6b0003010203", "[1,2,3]" },
	{ "list", "[256]", "6c0000000162000001006a", NULL },
	{ "list", "[true,null,\":ok\",\"ok\",1.5]",
	  "6c00000005770474727565"
	  "77036e696c"
	  "77026f6b"
	  "6d000000026f6b"
	  "463ff80000000000006a",
	  NULL },
	{ "list", "[\"%3Aa\",\"%25\",\"a%\",\"a:\"]",
	  "6c000000046d000000023a61"
	  "6d0000000125"
	  "6d000000026125"
	  "6d00000002613a"
	  "6a",
	  NULL },
	{ "list", "[{\"%tuple\":[]}]", "6c0000000168006a", NULL },
	{ "list", "[{\"%binary\":\"00ff\"}]", "6c000000016d0000000200ff6a",
	  NULL },
	{ "list", "[{\"%integer\":\"9223372036854775808\"}]",
	  "6c000000016e080000000000000000806a", NULL },
	{ "list", "[9223372036854775807]", "6c000000016e0800ffffffffffffff7f6a",
	  NULL },
	{ "list", "{\"%term\":\"6c0000000161016102\"}", "6c0000000161016102",
	  NULL },
	{ "list", "[\"\\u0000\\n\\\"\\\\\"]", "6c000000016d00000004000a225c6a",
	  "[\"\\u0000\\u000a\\\"\\\\\"]" },
	{ "tuple", "[\":ok\",1]", "680277026f6b6101", NULL },
	{ "tuple", "{\"%tuple\":[1]}", "68016101", "[1]" },
	{ "map", "{}", "7400000000", NULL },
	{ "map", "{\"b\":1,\":a\":2}",
	  "74000000026d00000001626101"
	  "7701616102",
	  NULL },
	{ "map", "{\"%term\":\"74000000026102610361016104\"}",
	  "740000000261026103"
	  "61016104",
	  NULL },
	{ "map", "{\"%term\":\"74000000016d0000000261006101\"}",
	  "74000000016d0000000261006101", NULL },
	{ "map", "{\"%term\":\"74000000016d00000001ff6101\"}",
	  "74000000016d00000001ff6101", NULL },
	{ "other",
	  "{\"%term\":\"63312e35303030303030303030303030303030303030303065"
	  "2b303000000000\"}",
	  "63312e35303030303030303030303030303030303030303065"
	  "2b303000000000",
	  NULL },
	{ "map", "{\"%25tuple\":[]}",
	  "74000000016d000000062574"
	  "75706c656a",
	  NULL },
	{ "bitstring", "{\"%term\":\"4d0000000103a0\"}", "4d0000000103a0",
	  NULL },
	{ "other",
	  "{\"%term\":\"71770161770162"
	  "6102\"}",
	  "717701617701626102", NULL },
};

static void values_are_parsed_and_shown(void **state)
{
	size_t count = sizeof(values) / sizeof(*values);

	(void)state;
	for (size_t i = 0; i < count; i++) {
		struct bytes text = from_text(values[i].text);
		struct bytes want = term_of_hex(values[i].term);
		struct bytes term = BYTES_INIT, shown = BYTES_INIT;

		if (value_parse(values[i].type, &text, &term) < 0)
			fail_msg("%s: %s", values[i].text, fail_reason());
		assert_bytes(term.data, term.len, &want);
		assert_int_equal(value_show(&term, &shown), 0);
		assert_string_equal(bytes_text(&shown),
				    values[i].back ? values[i].back
						   : values[i].text);
		bytes_free(&text);
		bytes_free(&want);
		bytes_free(&term);
		bytes_free(&shown);
	}
	golden_count("values", count);
}

static void text_of_another_type_is_refused(void **state)
{
	static const char *const refused[][2] = {
		{ "integer", "" },
		{ "integer", "-" },
		{ "integer", "1 " },
		{ "integer", "1\n\n" },
		{ "integer", "0x10" },
		{ "integer", "1.0" },
		{ "float", "" },
		{ "float", "nan" },
		{ "float", "inf" },
		{ "float", "1e999" },
		{ "float", "0x1p3" },
		{ "float", " 1" },
		{ "float", "1.5.2" },
		{ "float", "." },
		{ "atom", "\xff" },
		{ "atom", "\xed\xa0\x80" },
		{ "list", "" },
		{ "list", "{}" },
		{ "list", "[1" },
		{ "list", "[1] x" },
		{ "list", "[1,]" },
		{ "list", "[\"%\"]" },
		{ "list", "[\"%3aa\"]" },
		{ "list", "[{\"%foo\":1}]" },
		{ "list", "[99999999999999999999]" },
		{ "list", "[{\"%binary\":\"0\"}]" },
		{ "list", "[{\"%binary\":0}]" },
		{ "list", "[{\"%binary\":\"0g\"}]" },
		{ "list", "[{\"%tuple\":0}]" },
		{ "list", "[{\"%map\":[[1,2]]}]" },
		{ "list", "[{\"a\":1,\"\\u0061\":2}]" },
		{ "list", "[{\"%integer\":1}]" },
		{ "list", "[{\"%term\":\"c8\"}]" },
		{ "list", "[{\"%tuple\":[],\"a\":1}]" },
		{ "tuple", "{}" },
		{ "map", "[]" },
		{ "map", "{\"a\":1,\"a\":2}" },
		{ "map", "{\"%tuple\":[1]}" },
		{ "bitstring", "[]" },
		{ "other", "[]" },
		{ "string", "x" },
		{ "", "x" },
	};
	size_t count = sizeof(refused) / sizeof(*refused);

	(void)state;
	for (size_t i = 0; i < count; i++) {
		struct bytes text = from_text(refused[i][1]);
		struct bytes term = BYTES_INIT;

		if (value_parse(refused[i][0], &text, &term) != -EINVAL)
			fail_msg("%s took \"%s\"", refused[i][0],
				 refused[i][1]);
		assert_int_equal(term.len, 0);
		bytes_free(&text);
	}
	golden_count("refused values", count);
}

static void what_could_never_fit_is_too_big(void **state)
{
	struct bytes text = BYTES_INIT, term = BYTES_INIT;

	(void)state;
	for (int i = 0; i < 1501; i++)
		assert_int_equal(bytes_append(&text, "9", 1), 0);
	assert_int_equal(value_parse("integer", &text, &term), -EFBIG);
	assert_int_equal(value_parse("float", &text, &term), -EFBIG);
	bytes_free(&text);
}

static void a_tuple_may_have_more_than_255_elements(void **state)
{
	struct bytes text = from_text("[0"), term = BYTES_INIT;
	struct bytes shown = BYTES_INIT;

	(void)state;
	for (int i = 1; i < 256; i++)
		assert_int_equal(bytes_append(&text, ",0", 2), 0);
	assert_int_equal(bytes_append(&text, "]", 1), 0);
	assert_int_equal(value_parse("tuple", &text, &term), 0);
	assert_memory_equal(term.data, "i\0\0\1\0", 5);
	assert_int_equal(value_show(&term, &shown), 0);
	assert_true(bytes_equal(&shown, &text));
	bytes_free(&text);
	bytes_free(&term);
	bytes_free(&shown);
}

static void deep_json_is_refused_not_followed(void **state)
{
	struct bytes text = BYTES_INIT, term = BYTES_INIT;

	(void)state;
	for (int depth = 200; depth <= 20000; depth *= 10) {
		bytes_free(&text);
		for (int i = 0; i < depth; i++)
			assert_int_equal(bytes_append(&text, "[", 1), 0);
		for (int i = 0; i < depth; i++)
			assert_int_equal(bytes_append(&text, "]", 1), 0);
		assert_int_equal(value_parse("list", &text, &term),
				 depth == 200 ? 0 : -EINVAL);
	}
	bytes_free(&text);
	bytes_free(&term);
}

static void a_refusal_names_what_was_found(void **state)
{
	static const char *const refused[][3] = {
		{ "integer", "12x", "character 3 is byte 0x78" },
		{ "float", "hot", "\"hot\" is not a float" },
		{ "float", "1e999", "1e999 is too large" },
		{ "list", "[1,", "not JSON: line 1, column 3" },
		{ "list", "[\"%x\"]", "\"%x\" begins with %" },
		{ "list", "[{\"%tuple\":1}]", "%tuple is 1: write an array" },
		{ "list", "[{\"%integer\":null}]", "%integer is null" },
		{ "list", "[{\"%binary\":\"0g\"}]",
		  "%binary is \"0g\": write" },
		{ "list", "[{\"%term\":\"6d00000009\"}]",
		  "wrong at its byte 5: data of 9 bytes should be here, but "
		  "the term has only 0 more" },
		{ "list", "[{\"%term\":\"05\"}]", "the tag 5" },
		{ "list", "{}",
		  "is of type map, but the value is of type "
		  "list: write" },
		{ "tree", "1", "\"tree\" is not a type: write binary" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(refused) / sizeof(*refused); i++) {
		struct bytes text = from_text(refused[i][1]);
		struct bytes term = BYTES_INIT;

		assert_int_equal(value_parse(refused[i][0], &text, &term),
				 -EINVAL);
		if (!strstr(fail_reason(), refused[i][2]))
			fail_msg("%s: %s", refused[i][1], fail_reason());
		bytes_free(&text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_are_parsed_and_shown),
		cmocka_unit_test(text_of_another_type_is_refused),
		cmocka_unit_test(what_could_never_fit_is_too_big),
		cmocka_unit_test(a_tuple_may_have_more_than_255_elements),
		cmocka_unit_test(a_refusal_names_what_was_found),
		cmocka_unit_test(deep_json_is_refused_not_followed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
