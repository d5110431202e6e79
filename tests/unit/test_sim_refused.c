/* SPDX-License-Identifier: Apache-2.0 */
/* State files and options that no simulator takes. */
#include "sim_bench.h"

#include <errno.h>
#include <unistd.h>

#include "error.h"

static void what_is_no_chip_is_refused(void **state)
{
	static const char *const texts[] = {
		"{",
		"[]",
		"\"x\"",
		"{}",
		"{\"model\":\"608b\"}",
		"{\"model\":\"608b\",\"config\":\"00\"}",
		"{\"model\":\"608b\",\"model\":\"508a\"}",
	};
	struct bench bench;

	(void)state;
	bench_begin(&bench);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		bench_put(&bench, texts[i]);
		assert_int_equal(bench_try_open(&bench, ""), -EINVAL);
		assert_non_null(strstr(fail_reason(), bench.file));
	}
	bench_end(&bench);
}

/* As long as 16 bytes in hexadecimal. */
#define ZZ "zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz"

static void what_is_wrong_in_an_image_is_refused(void **state)
{
	static const struct {
		const char *member, *json;
	} cases[] = {
		{ "model", "\"204a\"" },
		{ "model", "608" },
		{ "config", "7" },
		{ "config", "\"zz\"" },
		{ "otp", "null" },
		{ "otp", "\"" ZZ ZZ ZZ ZZ "\"" },
		{ "data", "{}" },
		{ "data", "[]" },
		{ "data", "[\"00\",0,0,0,0,0,0,0,0,0,0,0,0,0,0,0]" },
		{ "keys", "[]" },
		{ "keys", "{\"16\":\"00\"}" },
		{ "keys", "{\"x\":\"00\"}" },
		{ "keys", "{\"-1\":\"00\"}" },
		{ "keys", "{\"1x\":\"00\"}" },
		{ "keys", "{\"1\":\"" ZZ ZZ "\"}" },
		{ "keys", "{\"0\":\"00\"}" },
		{ "pub_override", "{\"0\":\"00\"}" },
	};
	struct bench bench;

	(void)state;
	bench_begin(&bench);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		json_t *json = golden_json("chip-images/608b-factory.json");
		json_error_t error;

		json_object_set_new(
			json, cases[i].member,
			json_loads(cases[i].json, JSON_DECODE_ANY, &error));
		assert_int_equal(json_dump_file(json, bench.file, 0), 0);
		json_decref(json);
		if (bench_try_open(&bench, "") != -EINVAL)
			fail_msg("%s: %s was taken", cases[i].member,
				 cases[i].json);
	}
	bench_end(&bench);
}

static void options_are_checked_before_the_file(void **state)
{
	static const char *const options[] = {
		",model=204a", ",timing=slow",
		",clock=wall", ",wake-crc=11",
		",hz=x",       ",hz=2000000",
		",seed=",      ",seed=-1",
		",addr=0x80",  ",addr=0",
		",addr=1x",    ",addr=99999999999999999999",
		",addr=0x78",  ",faults=oops@1",
		",unknown=1",  ",model",
		",",
	};
	struct bench bench;

	(void)state;
	bench_begin(&bench);
	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
		assert_int_equal(bench_try_open(&bench, options[i]), -EINVAL);
		assert_string_not_equal(fail_reason(), "");
		assert_int_equal(access(bench.file, F_OK), -1);
	}
	assert_int_equal(sim_open("", &bench.sim), -EINVAL);
	bench_end(&bench);
}

static void a_file_that_holds_another_model_is_refused(void **state)
{
	struct bench bench;

	(void)state;
	bench_begin(&bench);
	bench_image(&bench, "508a-factory", NULL);
	assert_int_equal(bench_try_open(&bench, ",model=608b"), -EINVAL);
	assert_non_null(strstr(fail_reason(), "holds a 508a"));
	assert_int_equal(bench_try_open(&bench, ",model=508a"), 0);
	bench_end(&bench);
}

static void places_that_are_no_file_are_told_so(void **state)
{
	struct bench bench;

	(void)state;
	bench_begin(&bench);
	assert_int_equal(sim_open("/nowhere/at/all", &bench.sim), -ENOENT);
	assert_int_equal(sim_open(bench.dir, &bench.sim), -EISDIR);
	assert_int_equal(sim_open("/dev/null", &bench.sim), -EINVAL);
	bench_put(&bench, "{}");
	assert_int_equal(truncate(bench.file, 2 << 20), 0);
	assert_int_equal(bench_try_open(&bench, ""), -EINVAL);
	assert_non_null(
		strstr(fail_reason(), "not a state file of the simulator"));
	bench_end(&bench);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_no_chip_is_refused),
		cmocka_unit_test(what_is_wrong_in_an_image_is_refused),
		cmocka_unit_test(options_are_checked_before_the_file),
		cmocka_unit_test(a_file_that_holds_another_model_is_refused),
		cmocka_unit_test(places_that_are_no_file_are_told_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
