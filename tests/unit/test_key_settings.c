/* SPDX-License-Identifier: Apache-2.0 */
/* Settings that another program changes while a key is open. */
#include "key_bench.h"

#include <errno.h>
#include <stdlib.h>

#include "error.h"
#include "key.h"

static void text_is(struct bytes *text, const char *value)
{
	assert_int_equal(bytes_set(text, value, strlen(value)), 0);
}

static void assert_setting(struct nerveskey *key, const char *name,
			   const char *text)
{
	struct bytes value = BYTES_INIT;

	assert_int_equal(do_get_setting(key, name, &value), 0);
	assert_string_equal(bytes_text(&value), text);
	bytes_free(&value);
}

/* The chip gets { "theirs": text } while the key believes what it read. */
static void write_elsewhere(struct nerveskey *key, const char *text)
{
	struct settings_space space = { .place = chip_settings_place(key) };
	struct bytes value = BYTES_INIT, etf = BYTES_INIT;
	struct settings *settings;
	bool recovered;

	text_is(&value, text);
	assert_int_equal(settings_new(&settings), 0);
	assert_int_equal(settings_put(settings, "theirs", &value), 0);
	assert_int_equal(settings_encode(settings, &etf), 0);
	assert_int_equal(served(key, enter(key, OP_SETTINGS_WRITE)), 0);
	assert_int_equal(settings_load(key->chip, &space, &recovered), 0);
	assert_int_equal(settings_store(key->chip, &space, &etf), 0);
	assert_int_equal(leave(key, OP_SETTINGS_WRITE, 0), 0);
	settings_free(settings);
	bytes_free(&value);
	bytes_free(&etf);
}

static struct nerveskey *open_provisioned(void)
{
	bench_place(bench_chip, "608b-provisioned");
	return bench_must_open("");
}

static void a_change_is_made_to_what_another_program_wrote(void **state)
{
	struct nerveskey *key;

	(void)state;
	key = open_provisioned();
	assert_int_equal(do_put(key, "ours", "first"), 0);
	write_elsewhere(key, "new");
	assert_int_equal(do_put(key, "ours", "second"), 0);
	assert_setting(key, "ours", "second");
	assert_setting(key, "theirs", "new");
	nerveskey_close(key);
}

static void a_value_written_again_is_what_the_chip_has(void **state)
{
	struct nerveskey *key;

	(void)state;
	key = open_provisioned();
	assert_int_equal(do_put(key, "theirs", "old"), 0);
	write_elsewhere(key, "new");
	assert_int_equal(do_put(key, "theirs", "old"), 0);
	nerveskey_close(key);
	key = bench_must_open("");
	assert_setting(key, "theirs", "old");
	nerveskey_close(key);
}

static void a_whole_map_replaces_what_another_program_wrote(void **state)
{
	struct bytes etf = BYTES_INIT;
	struct nerveskey *key;

	(void)state;
	key = open_provisioned();
	assert_int_equal(do_put(key, "ours", "first"), 0);
	assert_int_equal(do_get_map(key, &etf), 0);
	assert_int_equal(do_put(key, "ours", "second"), 0);
	write_elsewhere(key, "new");
	assert_int_equal(do_replace(key, &etf), 0);
	assert_setting(key, "ours", "first");
	nerveskey_close(key);
	bytes_free(&etf);
}

/* More than a second passes on the bus, in which settings are not looked at. */
static void use_for_something_else(struct nerveskey *key)
{
	uint64_t start_us = atecc_now_us(key->chip);
	uint8_t random[32];

	while (atecc_now_us(key->chip) - start_us < 1100000)
		assert_int_equal(served(key, nerveskey_random(key, random, 32)),
				 0);
}

static void what_another_program_wrote_is_read_a_second_later(void **state)
{
	struct bytes value = BYTES_INIT;
	struct nerveskey *key;

	(void)state;
	key = open_provisioned();
	/* From an empty space, then from a map, of the same length. */
	write_elsewhere(key, "one");
	assert_int_equal(do_get_setting(key, "theirs", &value), -ENOENT);
	use_for_something_else(key);
	assert_setting(key, "theirs", "one");
	write_elsewhere(key, "two");
	assert_setting(key, "theirs", "one");
	use_for_something_else(key);
	assert_setting(key, "theirs", "two");
	nerveskey_close(key);
}

/* The chip has "two" by now, and a look at it is due. */
static struct nerveskey *open_outdated(void)
{
	struct nerveskey *key = open_provisioned();

	assert_int_equal(do_put(key, "theirs", "one"), 0);
	write_elsewhere(key, "two");
	use_for_something_else(key);
	return key;
}

/* A refusal is no trouble with the bus, which would be left alone. */
static void what_another_program_wrote_is_read_after_a_refusal(void **state)
{
	struct nerveskey *key;

	(void)state;
	key = open_outdated();
	assert_int_equal(served(key, enter(key, OP_SIGN)), 0);
	assert_int_equal(leave(key, OP_SIGN, -EPERM), -EIO);
	key->settings_seen_us = 0;
	assert_setting(key, "theirs", "two");
	nerveskey_close(key);
}

static void a_change_to_what_is_no_map_is_told_what_to_do(void **state)
{
	json_t *image, *slots;
	struct nerveskey *key;
	char *text;

	(void)state;
	bench_place(bench_chip, "608b-provisioned");
	image = bench_state(bench_chip);
	slots = json_object_get(image, "data");
	text = strdup(json_string_value(json_array_get(slots, 8)));
	memcpy(text, "83740000000161", 14);
	json_array_set_new(slots, 8, json_string(text));
	free(text);
	assert_int_equal(json_dump_file(image, bench_chip, 0), 0);
	json_decref(image);
	key = bench_must_open("");
	assert_int_equal(do_put(key, "name", "value"), -EUCLEAN);
	assert_non_null(strstr(fail_reason(), "writing settings.etf"));
	assert_int_equal(do_remove(key, "name"), -EUCLEAN);
	assert_non_null(strstr(fail_reason(), "writing settings.etf"));
	nerveskey_close(key);
}

/* Long after the last look at who is there. */
static uint64_t wakes_for(struct nerveskey *key, enum nerveskey_item item)
{
	uint64_t before = atecc_stats(key->chip)->wakes;

	key->looked_us -= 2000000;
	assert_int_equal(do_get(key, item), 0);
	return atecc_stats(key->chip)->wakes - before;
}

static void what_is_not_cached_costs_one_wake(void **state)
{
	struct bytes etf = BYTES_INIT;
	struct nerveskey *key;
	uint64_t before;

	(void)state;
	key = open_provisioned();
	use_for_something_else(key);
	assert_int_equal(wakes_for(key, NERVESKEY_CHAIN), 1);
	assert_int_equal(wakes_for(key, NERVESKEY_CHAIN), 1);
	assert_int_equal(wakes_for(key, NERVESKEY_REQUEST), 1);
	before = atecc_stats(key->chip)->wakes;
	chip_settings_keep(key, NULL, -ENODATA);
	key->settings_seen_us = 0;
	assert_int_equal(do_get_map(key, &etf), 0);
	assert_int_equal(atecc_stats(key->chip)->wakes - before, 1);
	nerveskey_close(key);
	bytes_free(&etf);
}

static void to_list_a_blank_chip_is_no_failure(void **state)
{
	struct bytes status = BYTES_INIT;
	struct content *map;
	struct nerveskey *key;

	(void)state;
	bench_place(bench_chip, "608b-factory");
	key = bench_must_open("");
	assert_int_equal(served(key, nerveskey_settings(key, &map)), -ENODATA);
	nerveskey_look(key);
	bench_status(key, &status);
	assert_non_null(strstr(bytes_text(&status), "last_error=\n"));
	nerveskey_close(key);
	bytes_free(&status);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			a_change_is_made_to_what_another_program_wrote),
		cmocka_unit_test(a_value_written_again_is_what_the_chip_has),
		cmocka_unit_test(
			a_whole_map_replaces_what_another_program_wrote),
		cmocka_unit_test(
			what_another_program_wrote_is_read_a_second_later),
		cmocka_unit_test(
			what_another_program_wrote_is_read_after_a_refusal),
		cmocka_unit_test(a_change_to_what_is_no_map_is_told_what_to_do),
		cmocka_unit_test(what_is_not_cached_costs_one_wake),
		cmocka_unit_test(to_list_a_blank_chip_is_no_failure),
	};

	return cmocka_run_group_tests(tests, bench_begin, bench_end);
}
