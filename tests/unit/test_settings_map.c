/* SPDX-License-Identifier: Apache-2.0 */
/* The settings map as a directory has it. */
#include "settings_fixture.h"

#include <errno.h>
#include <stdio.h>

#include "etf.h"

static void a_space_of_zeros_or_ones_is_an_empty_map(void **state)
{
	uint8_t space[SETTINGS_SPACE_MAX] = { 0 };
	struct settings *settings;
	struct names names;

	(void)state;
	assert_int_equal(settings_decode(space, 0, &settings), 0);
	settings_free(settings);
	for (int fill = 0; fill < 256; fill += 255) {
		memset(space, fill, sizeof(space));
		assert_int_equal(
			settings_decode(space, sizeof(space), &settings), 0);
		names = all_names(settings);
		assert_int_equal(names.count, 0);
		settings_free(settings);
		space[31] ^= 1;
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
		"\x83t\0\0\0\3m\0\0\0\1ba\1d\0\4modea\7m\0\0\0\1am\0\0\0\1x";
	struct bytes all = BYTES_INIT, got;
	struct settings *settings = sample();

	(void)state;
	assert_int_equal(put_text(settings, "a", "x"), 0);
	assert_int_equal(put_text(settings, ":mode", "7\n"), 0);
	assert_int_equal(bytes_set(&all, want, sizeof(want) - 1), 0);
	got = encoded(settings);
	assert_bytes(got.data, got.len, &all);
	bytes_free(&all);
	bytes_free(&got);
	settings_free(settings);
}

/* A map of one key, "k", with this value in hex. */
static struct bytes map_with(const char *value)
{
	char hex[160];

	snprintf(hex, sizeof(hex), "8374000000016d000000016b%s", value);
	return bytes_of_hex(hex);
}

/* Tag 100 (64) is that of OTP before 26; the text of such an atom is Latin-1. */
static void a_changed_value_keeps_the_form_of_its_atoms(void **state)
{
	static const struct {
		const char *old, *text, *new;
	} cases[] = {
		{ "64000474727565", "false", "64000566616c7365" },
		{ "770474727565", "false", "770566616c7365" },
		{ "6c00000001640004747275656a", "[null,\":x\",1.0]",
		  "6c000000036400036e696c64000178463ff00000000000006a" },
		{ "6c000000017704747275656a", "[null]",
		  "6c0000000177036e696c6a" },
		{ "6b000107", "[null]", "6c0000000177036e696c6a" },
		{ "6c00000001640001e96a", "[\":\u00e9\",null]",
		  "6c000000027702c3a96400036e696c6a" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct bytes map = map_with(cases[i].old), got;
		struct bytes want = map_with(cases[i].new);
		struct settings *settings;

		assert_int_equal(settings_decode(map.data, map.len, &settings),
				 0);
		assert_int_equal(put_text(settings, "k", cases[i].text), 0);
		got = encoded(settings);
		assert_bytes(got.data, got.len, &want);
		bytes_free(&map);
		bytes_free(&want);
		bytes_free(&got);
		settings_free(settings);
	}
}

static void a_refused_put_changes_nothing(void **state)
{
	struct settings *settings = sample();
	struct bytes before = encoded(settings), after;

	(void)state;
	assert_int_equal(put_text(settings, "b", "one"), -EINVAL);
	assert_int_equal(put_text(settings, "x/y", "one"), -EINVAL);
	assert_int_equal(settings_set_type(settings, "b", "list"), -EINVAL);
	assert_int_equal(settings_set_type(settings, "b", "blob"), -EINVAL);
	assert_int_equal(settings_set_type(settings, "c", "list"), -ENOENT);
	assert_int_equal(settings_remove(settings, "c"), -ENOENT);
	assert_int_equal(settings_rename(settings, "c", "d"), -ENOENT);
	assert_int_equal(settings_rename(settings, "b", "x/y"), -EINVAL);
	assert_int_equal(settings_rename(settings, "b", ""), -EINVAL);
	assert_int_equal(settings_exchange(settings, "b", "c"), -ENOENT);
	assert_int_equal(settings_exchange(settings, "c", "b"), -ENOENT);
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
	assert_int_equal(settings_rename(settings, "b", "c"), 0);
	assert_value(settings, "c", "1");
	assert_int_equal(settings_exchange(settings, "c", ":mode"), 0);
	assert_value(settings, "c", "2");
	assert_value(settings, ":mode", "1");
	assert_int_equal(settings_rename(settings, "c", ":mode"), 0);
	assert_value(settings, ":mode", "2");
	assert_int_equal(settings_rename(settings, ":mode", ":mode"), 0);
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
	assert_int_equal(put_text(settings, "n", "12"), 0);
	assert_string_equal(settings_type(settings, "n"), "binary");
	assert_int_equal(settings_set_type(settings, "n", "integer"), 0);
	assert_string_equal(settings_type(settings, "n"), "integer");
	assert_int_equal(settings_set_type(settings, "n", "float"), 0);
	assert_value(settings, "n", "12.0");
	assert_int_equal(settings_set_type(settings, "n", "atom"), 0);
	assert_int_equal(settings_set_type(settings, "n", "binary"), 0);
	assert_value(settings, "n", "12.0");
	assert_int_equal(put_text(settings, "n", "[1,\"a\"]\n"), 0);
	assert_int_equal(settings_set_type(settings, "n", "tuple"), 0);
	assert_value(settings, "n", "[1,\"a\"]");
	assert_int_equal(put_text(settings, "n", "[]"), 0);
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
		assert_int_equal(put_text(settings, "n", ""), 0);
		assert_int_equal(settings_set_type(settings, "n", blank[i][0]),
				 0);
		assert_string_equal(settings_type(settings, "n"), blank[i][0]);
		assert_value(settings, "n", blank[i][1]);
		assert_int_equal(settings_remove(settings, "n"), 0);
	}
	assert_int_equal(put_text(settings, "n", ""), 0);
	assert_int_equal(settings_set_type(settings, "n", "other"), -EINVAL);
	settings_free(settings);
}

static void assert_order(const struct settings *settings, const char *want)
{
	struct names names = all_names(settings);
	struct bytes line = BYTES_INIT;

	for (size_t i = 0; i < names.count; i++)
		assert_int_equal(bytes_printf(&line, "%s ", names.name[i]), 0);
	assert_string_equal(bytes_text(&line), want);
	bytes_free(&line);
	free_names(&names);
}

static void keys_keep_their_places_and_new_ones_come_last(void **state)
{
	struct settings *settings = sample();

	(void)state;
	assert_int_equal(put_text(settings, "a", "x"), 0);
	assert_order(settings, "b :mode a ");
	assert_int_equal(settings_rename(settings, ":mode", "c"), 0);
	assert_order(settings, "b c a ");
	assert_int_equal(settings_rename(settings, "b", "a"), 0);
	assert_order(settings, "c a ");
	assert_int_equal(settings_remove(settings, "c"), 0);
	assert_int_equal(put_text(settings, "c", "y"), 0);
	assert_order(settings, "a c ");
	settings_free(settings);
}

/* As an editor does it: aside, a new file, and the old one away. */
static void a_key_that_went_and_came_gets_its_place_back(void **state)
{
	struct settings *stored = sample(), *shown;

	(void)state;
	assert_int_equal(settings_clone(stored, &shown), 0);
	assert_int_equal(settings_rename(shown, "b", "b~"), 0);
	assert_int_equal(put_text(shown, "new", "1"), 0);
	assert_int_equal(put_text(shown, "b", "2"), 0);
	assert_int_equal(settings_remove(shown, "b~"), 0);
	assert_order(shown, ":mode new b ");
	settings_arrange(shown, stored);
	assert_order(shown, "b :mode new ");
	settings_arrange(stored, shown);
	assert_order(stored, "b :mode ");
	settings_free(stored);
	settings_free(shown);
}

/* 60,000 bytes, as Erlang's [compressed] writes them. */
static struct bytes large_map(void)
{
	struct settings *settings;
	struct bytes value = BYTES_INIT, etf, term = BYTES_INIT;
	struct bytes packed = BYTES_INIT;

	assert_int_equal(settings_new(&settings), 0);
	assert_int_equal(bytes_resize(&value, 60000), 0);
	memset(value.data, 'x', value.len);
	assert_int_equal(settings_put(settings, "large", &value), 0);
	assert_int_equal(put_text(settings, "small", "1"), 0);
	etf = encoded(settings);
	assert_int_equal(bytes_set(&term, etf.data + 1, etf.len - 1), 0);
	assert_int_equal(etf_put_compressed(&packed, term.data, term.len), 0);
	assert_true(packed.len < SETTINGS_SPACE_MAX);
	bytes_free(&value);
	bytes_free(&etf);
	bytes_free(&term);
	settings_free(settings);
	return packed;
}

static void a_compressed_map_is_changed_and_stays_compressed(void **state)
{
	struct bytes etf = large_map(), text = BYTES_INIT, again;
	struct settings *settings, *clone;

	(void)state;
	assert_int_equal(settings_decode(etf.data, etf.len, &settings), 0);
	assert_int_equal(put_text(settings, "small", "2"), 0);
	assert_int_equal(settings_clone(settings, &clone), 0);
	settings_free(settings);
	again = encoded(clone);
	assert_true(again.len < SETTINGS_SPACE_MAX);
	assert_int_equal(again.data[1], 80);
	assert_int_equal(settings_decode(again.data, again.len, &settings), 0);
	assert_value(settings, "small", "2");
	assert_int_equal(settings_get(settings, "large", &text), 0);
	assert_int_equal(text.len, 60000);
	/* Where that is no longer, as it always was. */
	assert_int_equal(settings_remove(settings, "large"), 0);
	bytes_free(&again);
	again = encoded(settings);
	assert_int_equal(again.data[1], 116);
	bytes_free(&etf);
	bytes_free(&again);
	bytes_free(&text);
	settings_free(settings);
	settings_free(clone);
}

/* It would fit on the chip, and nobody could read it again. */
static void a_compressed_map_too_large_to_unpack_is_not_made(void **state)
{
	struct bytes etf = large_map(), value = BYTES_INIT, made = BYTES_INIT;
	struct settings *settings;

	(void)state;
	assert_int_equal(settings_decode(etf.data, etf.len, &settings), 0);
	assert_int_equal(bytes_resize(&value, 6000), 0);
	memset(value.data, 'y', value.len);
	assert_int_equal(settings_put(settings, "more", &value), 0);
	assert_int_equal(settings_encode(settings, &made), -ENOSPC);
	assert_int_equal(made.len, 0);
	bytes_free(&made);
	bytes_free(&value);
	bytes_free(&etf);
	settings_free(settings);
}

static void a_clone_is_independent(void **state)
{
	struct settings *settings = sample(), *clone;

	(void)state;
	assert_int_equal(settings_clone(settings, &clone), 0);
	assert_int_equal(put_text(clone, "b", "9"), 0);
	assert_value(settings, "b", "1");
	assert_value(clone, "b", "9");
	settings_free(settings);
	settings_free(clone);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_space_of_zeros_or_ones_is_an_empty_map),
		cmocka_unit_test(an_untouched_key_keeps_its_exact_term),
		cmocka_unit_test(keys_keep_their_places_and_new_ones_come_last),
		cmocka_unit_test(a_key_that_went_and_came_gets_its_place_back),
		cmocka_unit_test(
			a_compressed_map_is_changed_and_stays_compressed),
		cmocka_unit_test(
			a_compressed_map_too_large_to_unpack_is_not_made),
		cmocka_unit_test(a_changed_value_keeps_the_form_of_its_atoms),
		cmocka_unit_test(a_refused_put_changes_nothing),
		cmocka_unit_test(rename_moves_replaces_and_exchanges),
		cmocka_unit_test(types_are_converted_by_their_text),
		cmocka_unit_test(an_empty_file_takes_any_type),
		cmocka_unit_test(a_clone_is_independent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
