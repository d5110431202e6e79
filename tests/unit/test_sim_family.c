/* SPDX-License-Identifier: Apache-2.0 */
/* Chips that others configured, and revisions that are new: they can be used. */
#include "sim_host.h"

#include <stdio.h>

#include "text.h"

struct member {
	const char *image;
	uint8_t address;
	const char *revision, *steps;
};

/* Slot N signs; it does not; it takes a key, and signs. */
#define SIGNS(n) TEMP_KEY "4180" n "00#64 "
#define NOT(n)	 TEMP_KEY "4180" n "00=0f "
#define MADE(n)	 "4004" n "00#64 " SIGNS(n)

static const struct member members[] = {
	{ "608c-blank", 0x60, "00006004", "17800000=00 " MADE("00") },
	{ "unknown-revision", 0x60, "00006100", "17800000=00 " MADE("00") },
	{ "adafruit", 0x60, "00006002", NOT("00") },
	{ "arduino-508a", 0x60, "00005000",
	  SIGNS("00") MADE("01") MADE("02") MADE("03") MADE("04") },
	{ "arduino-608a", 0x60, "00006002",
	  SIGNS("00") MADE("01") MADE("02") MADE("03") MADE("04") },
	{ "esp-trustcustom", 0x60, "00006002", SIGNS("00") },
	{ "helium", 0x60, "00006002", SIGNS("00") MADE("0f") },
	{ "tng-legacy-template2", 0x35, "00006003",
	  SIGNS("00") NOT("01") SIGNS("02") SIGNS("03") SIGNS("04") },
	{ "tng-moved-to-58", 0x58, "00006003",
	  SIGNS("00") NOT("01") SIGNS("02") SIGNS("03") SIGNS("04") },
	{ "tng-real-config", 0x35, "00006003",
	  SIGNS("00") NOT("01") SIGNS("02") SIGNS("03") SIGNS("04") },
	{ "trustflex-tls", 0x36, "00006003",
	  SIGNS("00") NOT("01") MADE("02") MADE("03") MADE("04") },
};

static void wake_at(struct bench *bench, uint8_t address)
{
	uint8_t answer[4];

	sim_write(bench->sim, 0, NULL, 0);
	sim_wait_us(bench->sim, 1500);
	assert_int_equal(sim_read(bench->sim, address, answer, 4), 0);
	assert_memory_equal(answer, "\x04\x11\x33\x43", 4);
	bench->address = address;
}

static void each_is_what_it_says(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(members); i++) {
		char image[64], revision[32];
		struct bench bench;

		snprintf(image, sizeof(image), "../family/%s",
			 members[i].image);
		bench_begin(&bench);
		bench_image(&bench, image, NULL);
		assert_int_equal(bench_try_open(&bench, ",clock=virtual"), 0);
		wake_at(&bench, members[i].address);
		snprintf(revision, sizeof(revision), "30000000:%s",
			 members[i].revision);
		bench_play(&bench, members[i].image, revision);
		bench_play(&bench, members[i].image, members[i].steps);
		bench_end(&bench);
	}
	golden_count("chips", COUNT(members));
}

/* Reading one changes nothing in its file. */
static void looking_at_one_leaves_it_alone(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(members); i++) {
		json_t *before, *after;
		char image[64], path[96];
		struct bench bench;

		snprintf(image, sizeof(image), "../family/%s",
			 members[i].image);
		snprintf(path, sizeof(path), "family/%s.json",
			 members[i].image);
		bench_begin(&bench);
		bench_image(&bench, image, NULL);
		assert_int_equal(bench_try_open(&bench, ",clock=virtual"), 0);
		wake_at(&bench, members[i].address);
		bench_play(&bench, members[i].image,
			   "02800000#32 02800800#32 02801000#32 02801800#32 "
			   "1b000000#32 16000000" B20 "#32 30010000#4");
		bench_close(&bench);
		before = golden_json(path);
		after = json_load_file(bench.file, 0, NULL);
		assert_non_null(after);
		assert_true(json_equal(before, after));
		json_decref(before);
		json_decref(after);
		bench_end(&bench);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_is_what_it_says),
		cmocka_unit_test(looking_at_one_leaves_it_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
