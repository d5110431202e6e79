/* SPDX-License-Identifier: Apache-2.0 */
/* The settings map as files see it, against what the Elixir library wrote. */
#include "golden.h"

#include <errno.h>
#include <stdio.h>

#include "error.h"
#include "etf.h"
#include "settings.h"
#include "settings_names.h"
#include "settings_text.h"
#include "text.h"

static struct bytes from_text(const char *text)
{
	struct bytes b = BYTES_INIT;

	assert_int_equal(bytes_set(&b, text, strlen(text)), 0);
	return b;
}

static struct bytes encoded(const struct settings *settings)
{
	struct bytes etf = BYTES_INIT;

	assert_int_equal(settings_encode(settings, &etf), 0);
	return etf;
}

static int put(struct settings *settings, const char *name, const char *text)
{
	struct bytes value = from_text(text);
	int err = settings_put(settings, name, &value);

	bytes_free(&value);
	return err;
}

static void assert_value(struct settings *settings, const char *name,
			 const char *want)
{
	struct bytes text = BYTES_INIT;

	assert_int_equal(settings_get(settings, name, &text), 0);
	assert_string_equal(bytes_text(&text), want);
	bytes_free(&text);
}

/* The 524 bytes as the chip has them after the call. */
static struct bytes golden_space(const json_t *one)
{
	static const char *const slots[] = { "slot8", "slot7", "slot6",
					     "slot5" };
	struct bytes space = BYTES_INIT;

	for (size_t i = 0; i < 4; i++) {
		struct bytes slot = golden_hex(one, slots[i]);

		assert_int_equal(bytes_append(&space, slot.data, slot.len), 0);
		bytes_free(&slot);
	}
	return space;
}

struct names {
	size_t count;
	char *name[200];
};

static int collect(void *context, const char *name)
{
	struct names *names = context;

	assert_true(names->count < 200);
	names->name[names->count++] = strdup(name);
	return 0;
}

static struct names all_names(const struct settings *settings)
{
	struct names names = { 0 };

	assert_int_equal(settings_each(settings, collect, &names), 0);
	return names;
}

static void free_names(struct names *names)
{
	for (size_t i = 0; i < names->count; i++)
		free(names->name[i]);
}

/* Decode, write back every value as it was read, encode: nothing changes. */
static void assert_round_trip(const struct bytes *space,
			      const struct bytes *etf)
{
	struct settings *settings;
	struct names names;
	struct bytes got;

	assert_int_equal(settings_decode(space->data, space->len, &settings),
			 0);
	names = all_names(settings);
	for (size_t i = 0; i < names.count; i++) {
		struct bytes text = BYTES_INIT;
		const char *name = names.name[i];

		assert_int_equal(settings_get(settings, name, &text), 0);
		assert_int_equal(settings_put(settings, name, &text), 0);
		if (strcmp(settings_type(settings, name), "binary") != 0)
			assert_int_equal(bytes_append(&text, "\n", 1), 0);
		assert_int_equal(settings_put(settings, name, &text), 0);
		bytes_free(&text);
	}
	got = encoded(settings);
	assert_bytes(got.data, got.len, etf);
	bytes_free(&got);
	free_names(&names);
	settings_free(settings);
}

static void what_elixir_put_comes_back_byte_for_byte(void **state)
{
	json_t *golden = golden_json("settings.json"), *one;
	size_t i, count = 0;

	(void)state;
	json_array_foreach(json_object_get(golden, "put"), i, one)
	{
		struct bytes etf = golden_hex(one, "etf");

		if (golden_has(one, "slot8")) {
			struct bytes space = golden_space(one);

			assert_round_trip(&space, &etf);
			bytes_free(&space);
			count++;
		}
		if (golden_has(one, "etf_utf8_atoms")) {
			struct bytes utf8 = golden_hex(one, "etf_utf8_atoms");

			assert_round_trip(&utf8, &utf8);
			bytes_free(&utf8);
			count++;
		}
		bytes_free(&etf);
	}
	golden_count("settings put", count);
	json_decref(golden);
}

/* The bytes of each value's term, found by the codec. */
static void assert_values_survive_their_text(const struct bytes *etf)
{
	struct bytes term = BYTES_INIT;
	struct etf_reader reader;
	struct etf_node node;
	size_t used;

	assert_int_equal(etf_unpack(etf->data, etf->len, &term, &used), 0);
	reader = etf_reader(&term);
	assert_int_equal(etf_read(&reader, &node), 0);
	for (size_t i = 0; i < node.children; i++) {
		struct bytes value = BYTES_INIT, text = BYTES_INIT;
		struct bytes back = BYTES_INIT, canonical = BYTES_INIT;
		struct etf_reader start = reader;

		etf_skip(&reader);
		assert_int_equal(bytes_set(&value, reader.data + start.pos,
					   reader.pos - start.pos),
				 0);
		assert_int_equal(value_show(&value, &text), 0);
		assert_int_equal(value_parse(value_type(&value), &text, &back),
				 0);
		assert_int_equal(etf_put_canonical(&canonical, &start), 0);
		assert_bytes(back.data, back.len, &canonical);
		assert_int_equal(
			etf_compare(etf_reader(&back), etf_reader(&value)), 0);
		bytes_free(&value);
		bytes_free(&text);
		bytes_free(&back);
		bytes_free(&canonical);
	}
	bytes_free(&term);
}

static void every_term_is_parsed_from_its_text(void **state)
{
	json_t *golden = golden_json("settings.json"), *one;
	size_t i, count = 0;

	(void)state;
	json_array_foreach(json_object_get(golden, "put"), i, one)
	{
		struct bytes etf = golden_hex(one, "etf");

		assert_values_survive_their_text(&etf);
		bytes_free(&etf);
		count++;
	}
	json_array_foreach(json_object_get(golden, "get_raw"), i, one)
	{
		struct bytes raw = golden_hex(one, "raw");

		if (golden_has(one, "elixir") && raw.data[1] == TAG_MAP) {
			assert_values_survive_their_text(&raw);
			count++;
		}
		bytes_free(&raw);
	}
	golden_count("settings text", count);
	json_decref(golden);
}

/* 0, or what decoding must say. */
static int expected(const json_t *one)
{
	const char *name = golden_text(one, "name");

	if (strncmp(name, "all ", 4) == 0)
		return 0; /* an empty map; the library calls it corrupt */
	if (strncmp(name, "not a map", 9) == 0)
		return -EUCLEAN; /* the library hands it out */
	if (strncmp(name, "unknown atom", 12) == 0)
		return 0; /* unknown to one virtual machine */
	return golden_has(one, "error") ? -EUCLEAN : 0;
}

static void hand_made_contents_are_taken_as_elixir_takes_them(void **state)
{
	json_t *golden = golden_json("settings.json"), *one;
	size_t i;

	(void)state;
	json_array_foreach(json_object_get(golden, "get_raw"), i, one)
	{
		struct bytes raw = golden_hex(one, "raw");
		struct settings *settings = NULL;
		int err = settings_decode(raw.data, raw.len, &settings);

		if (err != expected(one))
			fail_msg("%s: %d %s", golden_text(one, "name"), err,
				 fail_reason());
		settings_free(settings);
		bytes_free(&raw);
	}
	golden_count("settings get_raw", i);
	json_decref(golden);
}

static void a_compressed_map_is_read(void **state)
{
	json_t *golden = golden_json("settings.json"), *one;
	size_t i;

	(void)state;
	json_array_foreach(json_object_get(golden, "get_raw"), i, one)
	{
		struct bytes raw = golden_hex(one, "raw"), text = BYTES_INIT;
		struct settings *settings;

		if (strcmp(golden_text(one, "name"), "compressed map") == 0) {
			assert_int_equal(
				settings_decode(raw.data, raw.len, &settings),
				0);
			assert_int_equal(settings_get(settings, "a", &text), 0);
			assert_int_equal(text.len, 400);
			assert_int_equal(text.data[399], 'x');
			settings_free(settings);
		}
		bytes_free(&raw);
		bytes_free(&text);
	}
	json_decref(golden);
}

/* As a person makes a typed setting: a file, its type, its text. */
static void copy_setting(const struct settings *from, const char *name,
			 struct settings *to)
{
	const char *type = settings_type(from, name);
	struct bytes text = BYTES_INIT, first = BYTES_INIT;

	assert_int_equal(settings_get(from, name, &text), 0);
	if (strcmp(type, "bitstring") == 0) /* has no blank value */
		assert_int_equal(bytes_set(&first, text.data, text.len), 0);
	assert_int_equal(settings_put(to, name, &first), 0);
	assert_int_equal(settings_set_type(to, name, type), 0);
	assert_int_equal(settings_put(to, name, &text), 0);
	bytes_free(&text);
	bytes_free(&first);
}

/* The keys in the worst order: the map is Elixir's all the same. */
static void assert_rebuilt(const struct bytes *etf)
{
	struct settings *settings, *made;
	struct names names;
	struct bytes got;

	assert_int_equal(settings_decode(etf->data, etf->len, &settings), 0);
	assert_int_equal(settings_new(&made), 0);
	names = all_names(settings);
	for (size_t i = names.count; i-- > 0;)
		copy_setting(settings, names.name[i], made);
	got = encoded(made);
	if (names.count <= 32)
		assert_bytes(got.data, got.len, etf);
	assert_int_equal(got.len, etf->len); /* a hash map's order is its own */
	bytes_free(&got);
	free_names(&names);
	settings_free(made);
	settings_free(settings);
}

static void a_new_key_goes_where_elixir_has_it(void **state)
{
	json_t *golden = golden_json("settings.json"), *one;
	size_t i, count = 0;

	(void)state;
	json_array_foreach(json_object_get(golden, "put"), i, one)
	{
		struct bytes etf =
			golden_hex(one, golden_has(one, "etf_utf8_atoms")
						? "etf_utf8_atoms"
						: "etf");

		/* A key without a file name cannot be made. */
		if (!strstr(golden_text(one, "name"), "longer than 255")) {
			assert_rebuilt(&etf);
			count++;
		}
		bytes_free(&etf);
	}
	golden_count("settings rebuilt", count);
	json_decref(golden);
}

static struct bytes term_of_hex(const char *hex)
{
	struct bytes term = BYTES_INIT;

	assert_int_equal(bytes_resize(&term, strlen(hex) / 2), 0);
	assert_int_equal(hex_decode(hex, term.data, term.len), 0);
	assert_int_equal(etf_check(term.data, term.len), 0);
	return term;
}

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
		if (settings_name_check(refused[i]) != -EINVAL)
			fail_msg("\"%s\" was taken", refused[i]);
	memset(longest, 'a', 256);
	longest[256] = '\0';
	assert_int_equal(settings_name_check(longest), -ENAMETOOLONG);
	longest[255] = '\0';
	assert_int_equal(settings_name_check(longest), 0);
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
	assert_int_equal(put(settings, names.name[0], "w"), 0);
	etf.data[etf.len - 1] = 'w';
	got = encoded(settings);
	assert_bytes(got.data, got.len, &etf);
	assert_int_equal(settings_rename(settings, names.name[0], "short", 0),
			 0);
	assert_value(settings, "short", "w");
	bytes_free(&got);
	bytes_free(&etf);
	free_names(&names);
	settings_free(settings);
}

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
	  "74000000027701616102"
	  "6d00000001626101",
	  "{\":a\":2,\"b\":1}" },
	{ "map", "{\"%map\":[[2,3],[1,4]]}",
	  "740000000261016104"
	  "61026103",
	  "{\"%map\":[[1,4],[2,3]]}" },
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
		{ "list", "[{\"%tuple\":0}]" },
		{ "list", "[{\"%map\":[[1,2],[1,3]]}]" },
		{ "list", "[{\"%map\":[[1]]}]" },
		{ "list", "[{\"%map\":1}]" },
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
	assert_int_equal(bytes_resize(&text, 70000), 0);
	assert_int_equal(value_parse("list", &text, &term), -EFBIG);
	bytes_free(&text);
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

static void a_space_of_zeros_or_ones_is_an_empty_map(void **state)
{
	uint8_t space[SETTINGS_SPACE_MAX];
	struct settings *settings;
	struct names names;

	(void)state;
	for (int fill = 0; fill < 256; fill += 255) {
		memset(space, fill, sizeof(space));
		assert_int_equal(
			settings_decode(space, sizeof(space), &settings), 0);
		names = all_names(settings);
		assert_int_equal(names.count, 0);
		settings_free(settings);
		space[523] ^= 1;
		assert_int_equal(
			settings_decode(space, sizeof(space), &settings),
			-EUCLEAN);
	}
}

static struct settings *sample(void)
{
	/* %{"b" => 1, :mode => 2}, unsorted and with an old atom */
	static const uint8_t etf[] = "\x83t\0\0\0\2m\0\0\0\1ba\1d\0\4modea\2";
	struct settings *settings;

	assert_int_equal(settings_decode(etf, sizeof(etf) - 1, &settings), 0);
	return settings;
}

static void an_untouched_key_keeps_its_exact_term(void **state)
{
	static const char want[] =
		"\x83t\0\0\0\3m\0\0\0\1am\0\0\0\1xm\0\0\0\1ba\1d\0\4modea\7";
	struct bytes all = BYTES_INIT, got;
	struct settings *settings = sample();

	(void)state;
	assert_int_equal(put(settings, "a", "x"), 0);
	assert_int_equal(put(settings, ":mode", "7\n"), 0);
	assert_int_equal(bytes_set(&all, want, sizeof(want) - 1), 0);
	got = encoded(settings);
	assert_bytes(got.data, got.len, &all);
	bytes_free(&all);
	bytes_free(&got);
	settings_free(settings);
}

static void a_refused_put_changes_nothing(void **state)
{
	struct settings *settings = sample();
	struct bytes before = encoded(settings), after;

	(void)state;
	assert_int_equal(put(settings, "b", "one"), -EINVAL);
	assert_int_equal(put(settings, "x/y", "one"), -EINVAL);
	assert_int_equal(settings_set_type(settings, "b", "list"), -EINVAL);
	assert_int_equal(settings_set_type(settings, "b", "blob"), -EINVAL);
	assert_int_equal(settings_set_type(settings, "c", "list"), -ENOENT);
	assert_int_equal(settings_remove(settings, "c"), -ENOENT);
	assert_int_equal(settings_rename(settings, "c", "d", 0), -ENOENT);
	assert_int_equal(settings_rename(settings, "b", "x/y", 0), -EINVAL);
	assert_int_equal(settings_rename(settings, "b", "", 0), -EINVAL);
	assert_int_equal(settings_rename(settings, "b", ":mode", 1), -EEXIST);
	assert_int_equal(settings_rename(settings, "b", "c", 2), -ENOENT);
	assert_int_equal(settings_rename(settings, "b", "c", 3), -EINVAL);
	assert_int_equal(settings_rename(settings, "b", "c", 4), -EINVAL);
	after = encoded(settings);
	assert_bytes(after.data, after.len, &before);
	bytes_free(&before);
	bytes_free(&after);
	settings_free(settings);
}

static void rename_moves_replaces_and_exchanges(void **state)
{
	struct settings *settings = sample();
	struct names names;

	(void)state;
	assert_int_equal(settings_rename(settings, "b", "c", 1), 0);
	assert_value(settings, "c", "1");
	assert_int_equal(settings_rename(settings, "c", ":mode", 2), 0);
	assert_value(settings, "c", "2");
	assert_value(settings, ":mode", "1");
	assert_int_equal(settings_rename(settings, "c", ":mode", 0), 0);
	assert_value(settings, ":mode", "2");
	assert_int_equal(settings_rename(settings, ":mode", ":mode", 0), 0);
	names = all_names(settings);
	assert_int_equal(names.count, 1);
	assert_null(settings_type(settings, "c"));
	free_names(&names);
	settings_free(settings);
}

static void types_are_converted_by_their_text(void **state)
{
	struct settings *settings = sample();

	(void)state;
	assert_int_equal(put(settings, "n", "12"), 0);
	assert_string_equal(settings_type(settings, "n"), "binary");
	assert_int_equal(settings_set_type(settings, "n", "integer"), 0);
	assert_string_equal(settings_type(settings, "n"), "integer");
	assert_int_equal(settings_set_type(settings, "n", "float"), 0);
	assert_value(settings, "n", "12.0");
	assert_int_equal(settings_set_type(settings, "n", "atom"), 0);
	assert_int_equal(settings_set_type(settings, "n", "binary"), 0);
	assert_value(settings, "n", "12.0");
	assert_int_equal(put(settings, "n", "[1,\"a\"]\n"), 0);
	assert_int_equal(settings_set_type(settings, "n", "tuple"), 0);
	assert_value(settings, "n", "[1,\"a\"]");
	assert_int_equal(put(settings, "n", "[]"), 0);
	assert_string_equal(settings_type(settings, "n"), "tuple");
	settings_free(settings);
}

static void an_empty_file_takes_any_type(void **state)
{
	static const char *const blank[][2] = {
		{ "atom", "nil" }, { "integer", "0" }, { "float", "0.0" },
		{ "list", "[]" },  { "tuple", "[]" },  { "map", "{}" },
	};
	struct settings *settings = sample();

	(void)state;
	for (size_t i = 0; i < sizeof(blank) / sizeof(*blank); i++) {
		assert_int_equal(put(settings, "n", ""), 0);
		assert_int_equal(settings_set_type(settings, "n", blank[i][0]),
				 0);
		assert_string_equal(settings_type(settings, "n"), blank[i][0]);
		assert_value(settings, "n", blank[i][1]);
		assert_int_equal(settings_remove(settings, "n"), 0);
	}
	assert_int_equal(put(settings, "n", ""), 0);
	assert_int_equal(settings_set_type(settings, "n", "other"), -EINVAL);
	settings_free(settings);
}

static int stop(void *context, const char *name)
{
	(void)name;
	return ++*(int *)context == 1 ? 42 : 0;
}

static void a_clone_is_independent_and_a_walk_can_end_early(void **state)
{
	struct settings *settings = sample(), *clone;
	int calls = 0;

	(void)state;
	assert_int_equal(settings_clone(settings, &clone), 0);
	assert_int_equal(put(clone, "b", "9"), 0);
	assert_value(settings, "b", "1");
	assert_value(clone, "b", "9");
	assert_int_equal(settings_each(settings, stop, &calls), 42);
	assert_int_equal(calls, 1);
	settings_free(settings);
	settings_free(clone);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_elixir_put_comes_back_byte_for_byte),
		cmocka_unit_test(every_term_is_parsed_from_its_text),
		cmocka_unit_test(
			hand_made_contents_are_taken_as_elixir_takes_them),
		cmocka_unit_test(a_compressed_map_is_read),
		cmocka_unit_test(a_new_key_goes_where_elixir_has_it),
		cmocka_unit_test(keys_have_one_name_and_names_one_key),
		cmocka_unit_test(encodings_of_one_key_have_one_name),
		cmocka_unit_test(other_spellings_are_no_names),
		cmocka_unit_test(
			a_key_that_is_too_long_for_a_name_is_shown_by_its_hash),
		cmocka_unit_test(values_are_parsed_and_shown),
		cmocka_unit_test(text_of_another_type_is_refused),
		cmocka_unit_test(what_could_never_fit_is_too_big),
		cmocka_unit_test(deep_json_is_refused_not_followed),
		cmocka_unit_test(a_space_of_zeros_or_ones_is_an_empty_map),
		cmocka_unit_test(an_untouched_key_keeps_its_exact_term),
		cmocka_unit_test(a_refused_put_changes_nothing),
		cmocka_unit_test(rename_moves_replaces_and_exchanges),
		cmocka_unit_test(types_are_converted_by_their_text),
		cmocka_unit_test(an_empty_file_takes_any_type),
		cmocka_unit_test(
			a_clone_is_independent_and_a_walk_can_end_early),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
