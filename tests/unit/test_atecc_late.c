/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Deadlines that pass in the middle of an operation, on slow buses: the transfer
 * under way is the last one, and the error names the deadline.
 */
#include "golden.h"

#include <errno.h>

#include "error.h"
#include "fake_chip.h"

static void a_command_longer_than_the_time_left_is_not_waited_out(void **state)
{
	static const struct fake_step slow = { .busy_us = 40000 };
	uint8_t digest[32] = { 0 }, signature[64];
	struct fake_chip *fake;
	struct atecc *chip = fake_open(&fake, true);

	(void)state;
	assert_int_equal(begin(chip, 30), 0);
	fake->script = &slow;
	fake->steps = 1;
	assert_int_equal(atecc_sign(chip, 0, digest, signature), -ETIMEDOUT);
	assert_in_range(fake->now_us, 30000, 32000);
	atecc_end(chip);
	atecc_close(chip);
}

static void
a_self_test_longer_than_the_time_left_is_not_waited_out(void **state)
{
	struct fake_chip *fake;
	struct atecc *chip = fake_open(&fake, true);

	(void)state;
	fake->wake_answers_after = 14000;
	assert_int_equal(begin(chip, 5), -ENODEV);
	assert_in_range(fake->now_us, 5000, 7000);
	/* The chip is not taken for gone: the next session waits for it. */
	assert_int_equal(begin(chip, 1000), 0);
	atecc_end(chip);
	atecc_close(chip);
}

/* The chip was left awake, so that it hears "sleep", but too late. */
static void no_wake_pulse_follows_a_sleep_that_took_all_the_time(void **state)
{
	struct fake_chip *fake;
	struct atecc *chip = fake_open(&fake, true);

	(void)state;
	assert_int_equal(begin(chip, 1000), 0);
	atecc_close(chip);
	assert_int_equal(atecc_open("named", &chip), 0);
	fake_clear_log(fake);
	fake->slow_us = 50000;
	assert_int_equal(begin(chip, 30), -ENODEV);
	assert_non_null(strstr(fail_reason(), "ETIMEDOUT"));
	assert_int_equal(fake->log[0], 'S');
	assert_null(strchr(fake->log, 'W'));
	fake->slow_us = 0;
	atecc_close(chip);
}

/* Awake long enough that the watchdog must be restarted before a command. */
static struct atecc *long_awake(struct fake_chip **fake)
{
	static const struct fake_step step = { .busy_us = 650000 };
	struct atecc *chip = fake_open(fake, true);
	uint8_t public_key[64];

	assert_int_equal(begin(chip, 750), 0);
	(*fake)->script = &step;
	(*fake)->steps = 1;
	assert_int_equal(atecc_public_key(chip, 0, public_key), 0);
	fake_clear_log(*fake);
	return chip;
}

static void a_session_is_not_renewed_after_its_time(void **state)
{
	uint8_t public_key[64];
	struct fake_chip *fake;
	struct atecc *chip = long_awake(&fake);

	(void)state;
	fake->slow_us = 200000;
	assert_int_equal(atecc_public_key(chip, 0, public_key), -ETIMEDOUT);
	assert_non_null(strstr(fail_reason(), "no time is left to wake"));
	assert_string_equal(fake->log, "I");
	fake->slow_us = 0;
	atecc_close(chip);
}

static void nor_is_one_whose_chip_woke_with_a_failure(void **state)
{
	uint8_t public_key[64];
	struct fake_chip *fake;
	struct atecc *chip = long_awake(&fake);

	(void)state;
	fake->wake_statuses = (const uint8_t *)"\x07\x07\x07";
	fake->wake_status_count = 3;
	fake->slow_us = 60000;
	assert_int_equal(atecc_public_key(chip, 0, public_key), -ETIMEDOUT);
	assert_non_null(strstr(fail_reason(), "no time is left to wake"));
	assert_string_equal(fake->log, "IW");
	fake->slow_us = 0;
	atecc_close(chip);
}

static void a_reply_that_cannot_be_read_again_is_damaged(void **state)
{
	static const struct fake_step steps[] = {
		{ .damaged = 9, .lost = true },
		{ .damaged = 9, .lost = true },
		{ .damaged = 9, .lost = true },
		{ .damaged = 9, .lost = true },
	};
	uint8_t random[32];
	struct fake_chip *fake;
	struct atecc *chip = fake_begun(&fake, steps, 4);

	(void)state;
	assert_int_equal(atecc_random(chip, random), -EIO);
	assert_non_null(strstr(fail_reason(), "damaged"));
	atecc_end(chip);
	atecc_close(chip);
}

static void an_address_that_cannot_be_used_is_not_a_missing_chip(void **state)
{
	struct fake_chip *fake;
	struct atecc *chip = fake_open(&fake, true);

	(void)state;
	fake->address_err = -EBUSY;
	assert_int_equal(begin(chip, 1000), -EBUSY);
	assert_string_equal(fake->log, "");
	fake->address_err = 0;
	assert_int_equal(begin(chip, 1000), 0);
	atecc_end(chip);
	atecc_close(chip);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			a_command_longer_than_the_time_left_is_not_waited_out),
		cmocka_unit_test(
			a_self_test_longer_than_the_time_left_is_not_waited_out),
		cmocka_unit_test(
			no_wake_pulse_follows_a_sleep_that_took_all_the_time),
		cmocka_unit_test(a_session_is_not_renewed_after_its_time),
		cmocka_unit_test(nor_is_one_whose_chip_woke_with_a_failure),
		cmocka_unit_test(a_reply_that_cannot_be_read_again_is_damaged),
		cmocka_unit_test(
			an_address_that_cannot_be_used_is_not_a_missing_chip),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
