/* SPDX-License-Identifier: Apache-2.0 */
/* Where a session looks for the chip, and a chip that is lost within one. */
#include "golden.h"

#include <errno.h>
#include <string.h>

#include "error.h"
#include "fake_chip.h"

/* A session looks where the chip was, and leaves the search to its caller. */
static void a_session_begins_where_the_chip_was_or_not_at_all(void **state)
{
	struct fake_chip *fake;
	struct atecc *chip = fake_open(&fake, false);
	uint8_t data[4];

	(void)state;
	assert_int_equal(atecc_begin(chip, 1000), -EAGAIN);
	assert_string_equal(fake->log, "");
	assert_int_equal(atecc_find(chip), 0);
	atecc_end(chip);
	fake->address = 0x35;
	fake_clear_log(fake);
	assert_int_equal(atecc_begin(chip, 5000), -EAGAIN);
	assert_string_equal(fake->log, "swrrrr");
	assert_int_equal(atecc_read4(chip, ATECC_CONFIG, 0, data), -EPROTO);
	assert_int_equal(atecc_find(chip), 0);
	assert_int_equal(atecc_address(chip), 0x35);
	assert_int_equal(atecc_read4(chip, ATECC_CONFIG, 0, data), 0);
	atecc_end(chip);
	atecc_close(chip);
}

/* It may be busy for the longest time of an unknown part. */
static void a_chip_that_is_lost_in_a_session_is_waited_for(void **state)
{
	struct fake_chip *fake;
	struct atecc *chip = fake_open(&fake, true);
	uint64_t start_us;
	uint8_t data[4];

	(void)state;
	assert_int_equal(begin(chip, 10000), 0);
	fake->busy_until = fake->now_us + 1200000;
	assert_int_equal(atecc_read4(chip, ATECC_CONFIG, 0, data), 0);
	start_us = fake->now_us;
	fake->address = 0;
	assert_int_equal(atecc_read4(chip, ATECC_CONFIG, 0, data), -ENODEV);
	assert_in_range(fake->now_us - start_us, 1300000, 1400000);
	assert_non_null(strstr(fail_reason(), "0x60 any more"));
	atecc_end(chip);
	/* It was missed: the next one looks for it at once. */
	assert_int_equal(atecc_begin(chip, 1000), -EAGAIN);
	atecc_close(chip);
}

static void a_failed_self_test_in_a_session_is_eio(void **state)
{
	struct fake_chip *fake;
	struct atecc *chip = fake_open(&fake, true);
	uint8_t data[4];

	(void)state;
	assert_int_equal(begin(chip, 10000), 0);
	fake->busy_until = fake->now_us + 100;
	fake->wake_statuses = (const uint8_t *)"\x07\x07\x07\x07\x07";
	fake->wake_status_count = 5;
	fake->script =
		(const struct fake_step[]){ { .lost = true, .damaged = 9 } };
	fake->steps = 1;
	assert_int_equal(atecc_read4(chip, ATECC_CONFIG, 0, data), -EIO);
	assert_non_null(strstr(fail_reason(), "self-test"));
	atecc_end(chip);
	atecc_close(chip);
}

/* A guessed address may be another device's, which answers like this. */
static void a_search_that_hears_no_atecc_ends_with_the_reason(void **state)
{
	static const struct {
		bool named;
		uint8_t status;
		unsigned int slow_us;
		int address_err, want;
		const char *sentence;
	} cases[] = {
		{ true, 0x00, 700000, 0, -EIO, "as an ATECC does" },
		{ false, 0x07, 0, 0, -EIO, "switch its power off and on" },
		{ false, 0x00, 0, 0, -ENODEV, "no chip answers" },
		{ false, 0x11, 0, -EACCES, -EACCES, "" },
	};
	uint8_t statuses[100];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct fake_chip *fake;
		struct atecc *chip = fake_open(&fake, cases[i].named);

		memset(statuses, cases[i].status, sizeof(statuses));
		fake->wake_statuses = statuses;
		fake->wake_status_count = sizeof(statuses);
		fake->slow_us = cases[i].slow_us;
		fake->address_err = cases[i].address_err;
		assert_int_equal(begin(chip, 3000), cases[i].want);
		assert_non_null(strstr(fail_reason(), cases[i].sentence));
		atecc_close(chip);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			a_session_begins_where_the_chip_was_or_not_at_all),
		cmocka_unit_test(
			a_chip_that_is_lost_in_a_session_is_waited_for),
		cmocka_unit_test(a_failed_self_test_in_a_session_is_eio),
		cmocka_unit_test(
			a_search_that_hears_no_atecc_ends_with_the_reason),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
