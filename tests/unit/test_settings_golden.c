/* SPDX-License-Identifier: Apache-2.0 */
/* The settings map against what the Elixir library wrote and read. */
#include "settings_fixture.h"

#include <errno.h>

#include "error.h"
#include "etf.h"
#include "settings_text.h"

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
		struct bytes again = BYTES_INIT;
		struct etf_reader made;
		struct etf_reader start = reader;

		etf_skip(&reader);
		assert_int_equal(bytes_set(&value, reader.data + start.pos,
					   reader.pos - start.pos),
				 0);
		assert_int_equal(value_show(&value, &text), 0);
		assert_int_equal(value_parse(value_type(&value), &text, &back),
				 0);
		assert_int_equal(etf_put_canonical(&canonical, &start), 0);
		made = etf_reader(&back);
		assert_int_equal(etf_put_canonical(&again, &made), 0);
		assert_bytes(again.data, again.len, &canonical);
		bytes_free(&value);
		bytes_free(&text);
		bytes_free(&back);
		bytes_free(&canonical);
		bytes_free(&again);
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

/* Made key by key in Elixir's order, the map is Elixir's byte for byte. */
static void assert_rebuilt(const struct bytes *etf)
{
	struct settings *settings, *made;
	struct names names;
	struct bytes got;

	assert_int_equal(settings_decode(etf->data, etf->len, &settings), 0);
	assert_int_equal(settings_new(&made), 0);
	names = all_names(settings);
	for (size_t i = 0; i < names.count; i++)
		copy_setting(settings, names.name[i], made);
	got = encoded(made);
	assert_bytes(got.data, got.len, etf);
	bytes_free(&got);
	free_names(&names);
	settings_free(made);
	settings_free(settings);
}

static void a_map_made_key_by_key_is_elixirs(void **state)
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_elixir_put_comes_back_byte_for_byte),
		cmocka_unit_test(every_term_is_parsed_from_its_text),
		cmocka_unit_test(
			hand_made_contents_are_taken_as_elixir_takes_them),
		cmocka_unit_test(a_compressed_map_is_read),
		cmocka_unit_test(a_map_made_key_by_key_is_elixirs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
