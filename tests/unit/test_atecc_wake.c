/* SPDX-License-Identifier: Apache-2.0 */
/* Waking from every state, finding the address, chips that are not there. */
#include "golden.h"

#include <errno.h>

#include "error.h"
#include "fake_chip.h"

static void an_operation_is_one_wake_and_one_sleep(void **state)
{
	struct fake_chip *fake;
	struct atecc *chip = fake_open(&fake, true);
	uint8_t data[64] = { 0 };

	(void)state;
	assert_int_equal(begin(chip, 1000), 0);
	assert_int_equal(atecc_sign(chip, 0, data, data), 0);
	atecc_end(chip);
	assert_string_equal(fake->log, "sW16R41RS");
	/* Wake 1.5 ms, and the typical times of the fastest part, less 1/8. */
	assert_int_equal(fake->now_us, 1500 + 88 + 36750);
	atecc_close(chip);
}

static void a_chip_left_awake_is_put_to_sleep_first(void **state)
{
	struct fake_chip *fake;
	struct atecc *chip = fake_open(&fake, true);

	(void)state;
	assert_int_equal(begin(chip, 1000), 0);
	atecc_close(chip); /* as if killed */
	assert_int_equal(atecc_open("named", &chip), 0);
	fake_clear_log(fake);
	assert_int_equal(begin(chip, 1000), 0);
	assert_string_equal(fake->log, "SW");
	atecc_end(chip);
	atecc_close(chip);
}

static void a_latched_failure_is_slept_off(void **state)
{
	struct fake_chip *fake;
	struct atecc *chip = fake_open(&fake, true);

	(void)state;
	fake->wake_statuses = (const uint8_t *)"\x08\x07";
	fake->wake_status_count = 2;
	assert_int_equal(begin(chip, 1000), 0);
	assert_string_equal(fake->log, "sWSWSW");
	atecc_end(chip);
	atecc_close(chip);
}

static void a_failure_that_stays_is_eio_with_the_reason(void **state)
{
	struct fake_chip *fake;
	struct atecc *chip = fake_open(&fake, true);

	(void)state;
	fake->wake_statuses = (const uint8_t *)"\x08\x08\x08\x08\x08";
	fake->wake_status_count = 5;
	assert_int_equal(begin(chip, 1000), -EIO);
	assert_string_equal(fake->log, "sWSWSWSWS");
	assert_non_null(strstr(fail_reason(), "health test"));
	atecc_close(chip);
}

static void a_chip_that_tests_itself_first_is_waited_for(void **state)
{
	struct fake_chip *fake;
	struct atecc *chip = fake_open(&fake, true);

	(void)state;
	fake->wake_answers_after = 14000;
	assert_int_equal(begin(chip, 1000), 0);
	assert_string_equal(fake->log, "swrrR");
	atecc_end(chip);
	atecc_close(chip);
}

/* Left so by a program that was killed, say. */
static void a_chip_in_the_middle_of_a_command_is_waited_for(void **state)
{
	struct fake_chip *fake;
	struct atecc *chip = fake_open(&fake, false);

	(void)state;
	fake->busy_until = 665000;
	assert_int_equal(begin(chip, 3000), 0);
	assert_in_range(fake->now_us, 665000, 720000);
	atecc_end(chip);
	atecc_close(chip);
}

/* While the part is not known, the search takes the longest time of any part. */
static void
a_chip_that_is_gone_is_missed_once_then_noticed_at_once(void **state)
{
	struct fake_chip *fake;
	struct atecc *chip = fake_open(&fake, false);
	uint8_t config[128];
	uint64_t start_us;

	(void)state;
	assert_int_equal(begin(chip, 1000), 0);
	fake->reply = "0123f1e200006003d3c4b5a6ee010100c0000000832087208f20c48f"
		      "8f8f8f8f";
	assert_int_equal(atecc_read_config(chip, config), 0);
	atecc_end(chip);
	fake->address = 0;
	start_us = fake->now_us;
	assert_int_equal(begin(chip, 2000), -ENODEV);
	/* The longest command of a 608 with this clock, and a last look around. */
	assert_in_range(fake->now_us - start_us, 250000, 320000);
	assert_non_null(strstr(fail_reason(), "0x60, 0x35, 0x36 or 0x38"));
	start_us = fake->now_us;
	assert_int_equal(begin(chip, 2000), -ENODEV);
	assert_in_range(fake->now_us - start_us, 1, 100000);
	fake->address = 0x60;
	start_us = fake->now_us;
	assert_int_equal(begin(chip, 2000), 0);
	assert_in_range(fake->now_us - start_us, 1, 3000);
	atecc_end(chip);
	atecc_close(chip);
}

static void a_chip_that_never_was_is_enodev_in_time(void **state)
{
	struct fake_chip *fake;
	struct atecc *chip = fake_open(&fake, true);

	(void)state;
	fake->address = 0;
	assert_int_equal(begin(chip, 300), -ENODEV);
	assert_in_range(fake->now_us, 1, 330000);
	assert_non_null(strstr(fail_reason(), "0x60"));
	assert_null(strstr(fail_reason(), "0x35"));
	assert_int_equal(atecc_address(chip), 0);
	atecc_close(chip);
}

static void adapters_other_words_for_nobody_are_enodev_too(void **state)
{
	static const int words[] = { -EIO, -ETIMEDOUT, -EREMOTEIO };

	(void)state;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		struct fake_chip *fake;
		struct atecc *chip = fake_open(&fake, true);

		fake->address = 0;
		fake->bus_err = words[i];
		assert_int_equal(begin(chip, 5000), -ENODEV);
		assert_non_null(strstr(fail_reason(), errno_name(words[i])));
		atecc_close(chip);
	}
}

static void such_adapters_do_not_hinder_a_chip_that_is_there(void **state)
{
	struct fake_chip *fake;
	struct atecc *chip = fake_open(&fake, true);
	uint8_t data[64];

	(void)state;
	fake->bus_err = -ETIMEDOUT;
	fake->busy_until = 30000;
	assert_int_equal(begin(chip, 1000), 0);
	assert_int_equal(atecc_public_key(chip, 0, data), 0);
	atecc_end(chip);
	atecc_close(chip);
}

static void nor_one_that_tests_itself_whatever_a_nak_takes(void **state)
{
	static const unsigned int slow_us[] = { 0, 1000, 10000, 25000, 100000 };
	static const unsigned int test_us[] = { 3000, 8000, 14000, 18000 };

	(void)state;
	for (size_t i = 0; i < 5; i++)
		for (size_t k = 0; k < 4; k++) {
			struct fake_chip *fake;
			struct atecc *chip = fake_open(&fake, true);

			fake->bus_err = -ETIMEDOUT;
			fake->slow_us = slow_us[i];
			fake->wake_answers_after = test_us[k];
			if (begin(chip, 5000) < 0)
				fail_msg("%u us a transfer, %u us of test: %s",
					 slow_us[i], test_us[k], fail_reason());
			atecc_end(chip);
			atecc_close(chip);
		}
}

static void a_trust_and_go_part_is_found_where_none_is_named(void **state)
{
	struct fake_chip *fake;
	struct atecc *chip = fake_open(&fake, false);

	(void)state;
	fake->address = 0x35;
	assert_int_equal(begin(chip, 1000), 0);
	assert_int_equal(atecc_address(chip), 0x35);
	atecc_end(chip);
	/* And remembered. */
	fake_clear_log(fake);
	assert_int_equal(begin(chip, 1000), 0);
	assert_string_equal(fake->log, "sW");
	atecc_end(chip);
	atecc_close(chip);
}

static void a_named_address_is_the_only_one_that_is_tried(void **state)
{
	struct fake_chip *fake;
	struct atecc *chip = fake_open(&fake, true);

	(void)state;
	fake->address = 0x35;
	assert_int_equal(begin(chip, 5000), -ENODEV);
	atecc_close(chip);
}

static void a_chip_that_moved_is_found_again(void **state)
{
	struct fake_chip *fake;
	struct atecc *chip = fake_open(&fake, false);

	(void)state;
	assert_int_equal(begin(chip, 1000), 0);
	atecc_end(chip);
	fake->address = 0x35;
	assert_int_equal(begin(chip, 5000), 0);
	assert_int_equal(atecc_address(chip), 0x35);
	atecc_end(chip);
	atecc_close(chip);
}

static void an_adapter_that_takes_seconds_ends_the_wake_soon(void **state)
{
	struct fake_chip *fake;
	struct atecc *chip = fake_open(&fake, true);

	(void)state;
	fake->address = 0;
	fake->bus_err = -ETIMEDOUT;
	fake->slow_us = 5000000;
	assert_int_equal(begin(chip, 2000), -ENODEV);
	/* A transfer cannot be cut short, but it was the only one. */
	assert_in_range(fake->now_us, 5000000, 5005000);
	assert_string_equal(fake->log, "s");
	atecc_close(chip);
}

/* A chip that holds SDA is put to sleep by its watchdog, if by nothing else. */
static void a_stuck_bus_is_given_the_watchdogs_time_once(void **state)
{
	struct fake_chip *fake;
	struct atecc *chip = fake_open(&fake, true);
	uint64_t start_us;

	(void)state;
	assert_int_equal(begin(chip, 1000), 0);
	atecc_end(chip);
	fake->bus_err = -ETIMEDOUT;
	fake->slow_us = 25000;
	fake->busy_until = fake->now_us + 1300000;
	assert_int_equal(begin(chip, 3000), 0);
	atecc_end(chip);
	fake->address = 0;
	start_us = fake->now_us;
	assert_int_equal(begin(chip, 3000), -ENODEV);
	assert_in_range(fake->now_us - start_us, 1700000, 1900000);
	start_us = fake->now_us;
	assert_int_equal(begin(chip, 3000), -ENODEV);
	assert_in_range(fake->now_us - start_us, 1, 110000);
	atecc_close(chip);
}

/* Also when that is while another address is being tried. */
static void a_bus_that_comes_free_is_tried_once_more(void **state)
{
	(void)state;
	for (unsigned int ms = 1000; ms <= 1400; ms += 3) {
		struct fake_chip *fake;
		struct atecc *chip = fake_open(&fake, false);

		fake->slow_us = 25000;
		fake->stuck_until = ms * 1000;
		if (begin(chip, 5000) < 0)
			fail_msg("stuck for %u ms: %s", ms, fail_reason());
		atecc_end(chip);
		atecc_close(chip);
	}
}

static void the_end_tries_again_to_make_it_sleep(void **state)
{
	struct fake_chip *fake;
	struct atecc *chip = fake_open(&fake, true);

	(void)state;
	assert_int_equal(begin(chip, 1000), 0);
	fake_clear_log(fake);
	fake->busy_until = fake->now_us + 1500;
	atecc_end(chip);
	assert_string_equal(fake->log, "ssS");
	atecc_close(chip);
}

/* A Trust&Go part has another driver there, and it is the NervesKey that left. */
static void a_chip_that_left_is_not_sought_where_others_are(void **state)
{
	struct fake_chip *fake;
	struct atecc *chip = fake_open(&fake, false);

	(void)state;
	fake->busy = 0x35;
	assert_int_equal(begin(chip, 5000), 0);
	atecc_end(chip);
	fake->address = 0;
	assert_int_equal(begin(chip, 5000), -ENODEV);
	assert_int_equal(begin(chip, 5000), -ENODEV);
	assert_non_null(strstr(fail_reason(), "no chip answers"));
	fake->address = 0x60;
	assert_int_equal(begin(chip, 5000), 0);
	atecc_end(chip);
	atecc_close(chip);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_operation_is_one_wake_and_one_sleep),
		cmocka_unit_test(a_chip_left_awake_is_put_to_sleep_first),
		cmocka_unit_test(a_latched_failure_is_slept_off),
		cmocka_unit_test(a_failure_that_stays_is_eio_with_the_reason),
		cmocka_unit_test(a_chip_that_tests_itself_first_is_waited_for),
		cmocka_unit_test(
			a_chip_in_the_middle_of_a_command_is_waited_for),
		cmocka_unit_test(
			a_chip_that_is_gone_is_missed_once_then_noticed_at_once),
		cmocka_unit_test(a_chip_that_never_was_is_enodev_in_time),
		cmocka_unit_test(
			adapters_other_words_for_nobody_are_enodev_too),
		cmocka_unit_test(
			such_adapters_do_not_hinder_a_chip_that_is_there),
		cmocka_unit_test(
			nor_one_that_tests_itself_whatever_a_nak_takes),
		cmocka_unit_test(
			a_trust_and_go_part_is_found_where_none_is_named),
		cmocka_unit_test(a_named_address_is_the_only_one_that_is_tried),
		cmocka_unit_test(a_chip_that_moved_is_found_again),
		cmocka_unit_test(
			an_adapter_that_takes_seconds_ends_the_wake_soon),
		cmocka_unit_test(a_stuck_bus_is_given_the_watchdogs_time_once),
		cmocka_unit_test(a_bus_that_comes_free_is_tried_once_more),
		cmocka_unit_test(the_end_tries_again_to_make_it_sleep),
		cmocka_unit_test(
			a_chip_that_left_is_not_sought_where_others_are),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
