/* SPDX-License-Identifier: Apache-2.0 */
#include "provision_bench.h"

#include <errno.h>
#include <stdio.h>
#include <time.h>

#include "error.h"
#include "log.h"
#include "signer.h"
#include "slots.h"

#define REGULAR_LINES "serial=N1234\nboard=NervesKey\n"
#define VOLATILE_LINES                                      \
	REGULAR_LINES                                       \
	"mode=volatile\n"                                   \
	"activation-key=000102030405060708090a0b0c0d0e0f\n" \
	"encryption-key=f0e0d0c0b0a090807060504030201000\n"

/* The blank configuration of the part that ended as `config`. */
static const char *config_before(const json_t *zones, const char *config)
{
	const json_t *one;
	size_t i;

	json_array_foreach(zones, i, one)
	{
		const char *before = golden_text(one, "config_before");

		if (strncmp(before, config, 32) == 0)
			return before;
	}
	fail_msg("no configuration before %s", config);
	return NULL;
}

/* All but the signature of the device certificate, and its dates. */
static void assert_slots(const json_t *state, const json_t *want)
{
	const json_t *data = json_object_get(state, "data");
	char name[8];

	for (unsigned int slot = 0; slot < SLOT_COUNT; slot++) {
		const char *got = json_string_value(json_array_get(data, slot));
		size_t skip = slot == SLOT_DEVICE_CERT ? 2 * 67 : 0;

		snprintf(name, sizeof(name), "%u", slot);
		assert_string_equal(got + skip, golden_text(want, name) + skip);
	}
}

static void check_final_zones(const json_t *one, const json_t *zones)
{
	const char *config = golden_text(one, "config");
	bool is_volatile = strstr(golden_text(one, "name"), "volatile");
	struct bytes text =
		request_text(is_volatile ? VOLATILE_LINES : REGULAR_LINES,
			     golden_text(one, "signer"));
	struct bench bench;
	json_t *final;
	int err;

	bench_begin(&bench);
	bench_blank(&bench, config[12] == '6' ? "608b" : "508a",
		    config_before(zones, config));
	err = bench_write(&bench, "", PROVISION_PRIMARY, bytes_text(&text));
	if (err < 0)
		fail_msg("%s: %s", golden_text(one, "name"), fail_reason());
	final = bench_state(&bench);
	assert_string_equal(golden_text(final, "config"), config);
	assert_string_equal(golden_text(final, "otp"), golden_text(one, "otp"));
	assert_slots(final, json_object_get(one, "slots"));
	assert_certified(&bench, golden_text(one, "manufacturer_sn"));
	json_decref(final);
	bytes_free(&text);
	bench_end(&bench);
}

static void final_zones_are_those_of_the_library(void **state)
{
	json_t *cases = golden_json("provision-requests.json"), *one;
	json_t *zones = golden_json("config-zone.json");
	size_t i, count = 0;

	(void)state;
	json_array_foreach(cases, i, one)
	{
		if (strcmp(golden_text(one, "result"), ":ok") != 0)
			continue;
		check_final_zones(one, zones);
		count++;
	}
	golden_count("final zones", count);
	json_decref(zones);
	json_decref(cases);
}

static void blank_and_half_provisioned_parts_are_completed(void **state)
{
	static const char *const images[] = {
		"508a-factory",	      "608a-factory",	  "608b-factory",
		"508a-config-locked", "508a-interrupted",
	};
	const size_t count = sizeof(images) / sizeof(images[0]);
	struct bytes text = request_text("serial=N1\n", "y31");

	(void)state;
	for (size_t i = 0; i < count; i++) {
		struct bench bench;
		json_t *final;

		bench_begin(&bench);
		bench_image(&bench, images[i]);
		if (bench_write(&bench, "", PROVISION_PRIMARY,
				bytes_text(&text)) < 0)
			fail_msg("%s: %s", images[i], fail_reason());
		final = bench_state(&bench);
		assert_true(is_complete(final, "feff"));
		json_decref(final);
		assert_certified(&bench, "N1");
		bench_end(&bench);
	}
	golden_count("parts", count);
	bytes_free(&text);
}

static void a_key_that_was_there_before_is_replaced(void **state)
{
	struct bytes text = request_text("serial=N1\n", "y31");
	struct bench bench;
	json_t *before, *after;

	(void)state;
	bench_begin(&bench);
	bench_image(&bench, "508a-interrupted");
	before = bench_state(&bench);
	assert_int_equal(
		bench_write(&bench, "", PROVISION_PRIMARY, bytes_text(&text)),
		0);
	after = bench_state(&bench);
	assert_string_not_equal(
		golden_text(json_object_get(before, "keys"), "0"),
		golden_text(json_object_get(after, "keys"), "0"));
	json_decref(before);
	json_decref(after);
	bench_end(&bench);
	bytes_free(&text);
}

static void the_default_serial_is_the_chips_in_base32(void **state)
{
	struct bytes text = request_text("", "y31");
	struct bench bench;

	(void)state;
	bench_begin(&bench);
	bench_image(&bench, "608b-factory");
	assert_int_equal(
		bench_write(&bench, "", PROVISION_PRIMARY, bytes_text(&text)),
		0);
	assert_certified(&bench, "AERVBK5G4SOFB3Q");
	bench_end(&bench);
	bytes_free(&text);
}

static void long_serials_and_user_bytes_end_up_in_otp(void **state)
{
	static const struct {
		const char *lines, *otp;
	} cases[] = {
		{ "serial=123456789012345678901234567890123456789012345678\n"
		  "board=0123456789\n",
		  "4e727673000130313233343536373839"
		  "31323334353637383930313233343536"
		  "37383930313233343536373839303132"
		  "33343536373839303132333435363738" },
		{ "user=00FFa0\nserial=N1234\nboard=B\n",
		  "4e727673000042000000000000000000"
		  "4e313233340000000000000000000000"
		  "00ffa000000000000000000000000000"
		  "00000000000000000000000000000000" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct bytes text = request_text(cases[i].lines, "y31");
		struct bench bench;
		json_t *final;

		bench_begin(&bench);
		bench_image(&bench, "608b-factory");
		assert_int_equal(bench_write(&bench, "", PROVISION_PRIMARY,
					     bytes_text(&text)),
				 0);
		final = bench_state(&bench);
		assert_string_equal(golden_text(final, "otp"), cases[i].otp);
		json_decref(final);
		bench_end(&bench);
		bytes_free(&text);
	}
}

/* A signer for longer than format version 0 can say. */
static struct bytes extended_request(const char *lines)
{
	const struct signer_terms terms = { .years_valid = 60,
					    .extended_dates = true };
	struct bytes text = BYTES_INIT, certificate = BYTES_INIT;
	struct bytes key = BYTES_INIT;

	assert_int_equal(signer_create(&terms, time(NULL), &certificate, &key),
			 0);
	assert_int_equal(bytes_printf(&text, "%s%s%scommit\n", lines,
				      bytes_text(&certificate),
				      bytes_text(&key)),
			 0);
	bytes_free(&certificate);
	bytes_free(&key);
	return text;
}

static void extended_dates_are_for_those_who_ask(void **state)
{
	struct bytes unasked = extended_request("serial=N1\n");
	struct bytes asked =
		extended_request("serial=N1\nextended-dates=yes\n");
	struct bench bench;

	(void)state;
	bench_begin(&bench);
	bench_image(&bench, "508a-factory");
	assert_int_equal(bench_write(&bench, "", PROVISION_PRIMARY,
				     bytes_text(&unasked)),
			 -EINVAL);
	assert_non_null(strstr(fail_reason(), "extended-dates=yes"));
	if (bench_write(&bench, "", PROVISION_PRIMARY, bytes_text(&asked)) < 0)
		fail_msg("%s", fail_reason());
	assert_certified(&bench, "N1");
	bench_end(&bench);
	bytes_free(&unasked);
	bytes_free(&asked);
}

/* A volatile configuration was begun, but not locked. */
static void a_mode_that_was_begun_may_be_changed(void **state)
{
	struct bytes text = request_text("serial=N1\n", "y31");
	struct bench bench;
	json_t *final;

	(void)state;
	bench_begin(&bench);
	bench_image(&bench, "608b-factory");
	bench_patch(&bench, 69, "81");
	assert_int_equal(
		bench_write(&bench, "", PROVISION_PRIMARY, bytes_text(&text)),
		0);
	final = bench_state(&bench);
	assert_memory_equal(golden_text(final, "config") + 2 * 69, "00", 2);
	json_decref(final);
	bench_end(&bench);
	bytes_free(&text);
}

static size_t steps;

static void count_step(enum log_level level, const char *line)
{
	static const char *const want[] = {
		"chip 012350aba6e49c50ee: configuration written",
		"chip 012350aba6e49c50ee: configuration locked",
		"chip 012350aba6e49c50ee: OTP written",
		"chip 012350aba6e49c50ee: device key made",
		"chip 012350aba6e49c50ee: slots written",
		"chip 012350aba6e49c50ee: data locked",
		"chip 012350aba6e49c50ee: data verified",
		"chip 012350aba6e49c50ee: complete",
	};

	if (level != LOG_LEVEL_INFO || !strstr(line, "chip 0123"))
		return;
	assert_true(steps < sizeof(want) / sizeof(want[0]));
	assert_string_equal(line, want[steps++]);
}

static void every_step_is_logged(void **state)
{
	struct bytes text = request_text("serial=N1\n", "y31");
	struct bench bench;

	(void)state;
	bench_begin(&bench);
	bench_image(&bench, "608b-factory");
	log_to(count_step, LOG_LEVEL_INFO);
	assert_int_equal(
		bench_write(&bench, "", PROVISION_PRIMARY, bytes_text(&text)),
		0);
	log_to(NULL, LOG_LEVEL_ERROR);
	golden_count("steps", steps);
	bench_end(&bench);
	bytes_free(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(final_zones_are_those_of_the_library),
		cmocka_unit_test(
			blank_and_half_provisioned_parts_are_completed),
		cmocka_unit_test(a_key_that_was_there_before_is_replaced),
		cmocka_unit_test(the_default_serial_is_the_chips_in_base32),
		cmocka_unit_test(long_serials_and_user_bytes_end_up_in_otp),
		cmocka_unit_test(extended_dates_are_for_those_who_ask),
		cmocka_unit_test(a_mode_that_was_begun_may_be_changed),
		cmocka_unit_test(every_step_is_logged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
