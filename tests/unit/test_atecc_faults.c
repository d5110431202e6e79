/* SPDX-License-Identifier: Apache-2.0 */
/* Commands that go wrong: which are repeated, how, and which never. */
#include "golden.h"

#include <errno.h>

#include "error.h"
#include "fake_chip.h"

static uint8_t data[64];

static void finish(struct atecc *chip)
{
	atecc_end(chip);
	atecc_close(chip);
}

/* Run a Read with this script, and check its result and the bus's log. */
#define READ_SHOWS(result, shows, ...)                                     \
	do {                                                               \
		struct fake_chip *fake;                                    \
		struct atecc *chip = FAKE_SCRIPT(&fake, __VA_ARGS__);      \
                                                                           \
		assert_int_equal(atecc_read4(chip, ATECC_CONFIG, 0, data), \
				 result);                                  \
		assert_string_equal(fake->log, shows);                     \
		finish(chip);                                              \
	} while (0)

static void a_damaged_reply_is_read_again_not_executed_again(void **state)
{
	(void)state;
	READ_SHOWS(0, "02RzR", { .damaged = 1 });
	READ_SHOWS(0, "02RzRzR", { .damaged = 2 });
}

static void a_reply_that_stays_damaged_is_asked_for_anew(void **state)
{
	(void)state;
	READ_SHOWS(0, "02RzRzRSW02R", { .damaged = 3 });
}

static void replies_broken_for_good_are_eio(void **state)
{
	(void)state;
	READ_SHOWS(-EIO, "02RzRzRSW02RzRzRSW02RzRzRSW02RzRzR", { .damaged = 9 },
		   { .damaged = 9 }, { .damaged = 9 }, { .damaged = 9 });
}

/* Each has a good CRC, or is no reply whatever its CRC is. */
static void replies_of_hostile_lengths_are_not_believed(void **state)
{
	static const char *const hostile[] = {
		"ff000000000000",
		"00000000000000",
		"02000000000000",
		"03800200000000", /* empty, and its CRC is right */
		"05112233440000",
		"08000000000000",
		"04000340ffffff", /* success without the data */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(hostile) / sizeof(hostile[0]); i++)
		READ_SHOWS(0, "02RzRzRSW02R", { .raw = hostile[i] });
}

/* An adapter that sees no NAK reads it from a busy chip, until that is ready. */
static void nothing_but_ff_is_no_reply_yet(void **state)
{
	struct fake_chip *fake;
	struct atecc *chip = FAKE_SCRIPT(&fake, { .raw = "ffffffffffffff" });
	uint64_t start_us = fake->now_us;

	(void)state;
	assert_int_equal(atecc_read4(chip, ATECC_CONFIG, 0, data), 0);
	/* The longest that a Read takes, and then once more. */
	assert_in_range(fake->now_us - start_us, 5000, 9000);
	assert_int_equal(fake->sent_count, 2);
	assert_null(strstr(fake->log, "RR"));
	assert_non_null(strstr(fake->log, "zRSW02R"));
	finish(chip);
}

static void statuses_decide_what_is_repeated(void **state)
{
	(void)state;
	READ_SHOWS(-EBADE, "02R", { .status = 0x01 });
	READ_SHOWS(-EOPNOTSUPP, "02R", { .status = 0x03 });
	/* No lock forbids to read the configuration. */
	READ_SHOWS(-EIO, "02R", { .status = 0x0f });
	READ_SHOWS(0, "02RSW02R", { .status = 0x05 });
	READ_SHOWS(0, "02RSW02R", { .status = 0x07 });
	READ_SHOWS(0, "02RSW02R", { .status = 0x08 });
	READ_SHOWS(0, "02RSW02R", { .status = 0x11 });
	READ_SHOWS(0, "02RSW02R", { .status = 0x42 });
	READ_SHOWS(0, "02RIW02R", { .status = 0xee });
	READ_SHOWS(0, "02R02R", { .status = 0xff });
}

static void a_failing_self_test_is_eio_with_the_reason(void **state)
{
	(void)state;
	READ_SHOWS(-EIO, "02RSW02RSW02RSW02R", { .status = 0x08 },
		   { .status = 0x08 }, { .status = 0x08 }, { .status = 0x08 });
	assert_non_null(strstr(fail_reason(), "random generator"));
	assert_non_null(strstr(fail_reason(), "08"));
}

static void refusals_say_what_was_refused(void **state)
{
	struct fake_chip *fake;
	struct atecc *chip = FAKE_SCRIPT(&fake, { 0 }, { .status = 0x0f },
					 { 0 }, { .status = 0x0f });

	(void)state;
	assert_int_equal(atecc_sign(chip, 0, data, data), -EPERM);
	assert_non_null(strstr(fail_reason(), "Sign"));
	assert_string_equal(fake->log, "16R41R16RIW41R");
	finish(chip);
}

static void a_busy_chip_is_polled_each_millisecond_at_most(void **state)
{
	struct fake_chip *fake;
	struct atecc *chip;
	uint64_t start_us;

	(void)state;
	chip = FAKE_SCRIPT(&fake, { .busy_us = 9300 });
	start_us = fake->now_us;
	assert_int_equal(atecc_write(chip, ATECC_CONFIG, 4, data, 4), 0);
	/* From 7/8 of the typical 7 ms in steps of 1/16 of what has passed. */
	assert_string_equal(fake->log, "12rrrrrrrR");
	assert_in_range(fake->now_us - start_us, 9300, 9300 * 17 / 16);
	finish(chip);
	chip = FAKE_SCRIPT(&fake, { .busy_us = 60000 });
	start_us = fake->now_us;
	assert_int_equal(atecc_public_key(chip, 0, data), 0);
	assert_in_range(fake->now_us - start_us, 60000, 61000);
	finish(chip);
}

/* Whatever an adapter says of a chip that does not listen. */
static void no_adapters_nak_is_taken_for_a_failure(void **state)
{
	static const int naks[] = { -EAGAIN, -EIO, -ETIMEDOUT, -ENXIO };

	(void)state;
	for (size_t i = 0; i < sizeof(naks) / sizeof(naks[0]); i++)
		READ_SHOWS(0, "02rrrrR",
			   { .busy_us = 450, .busy_err = naks[i] });
}

static void an_adapters_failure_is_reported_in_its_words(void **state)
{
	struct fake_chip *fake;
	struct atecc *chip =
		FAKE_SCRIPT(&fake, { .busy_us = FOR_EVER, .busy_err = -EIO });

	(void)state;
	fake->bus_err = -ETIMEDOUT;
	assert_int_equal(atecc_read4(chip, ATECC_CONFIG, 0, data), -ENODEV);
	assert_non_null(strstr(fail_reason(), "ETIMEDOUT"));
	finish(chip);
}

static void a_lost_lock_is_not_repeated(void **state)
{
	static const struct fake_step lost[] = {
		{ .busy_us = FOR_EVER }, { .damaged = 9 },
		{ .status = 0x11 },	 { .send_err = -EIO },
		{ .raw = "ffffffff" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(lost) / sizeof(lost[0]); i++) {
		struct fake_chip *fake;
		struct atecc *chip = fake_begun(&fake, &lost[i], 1);

		assert_int_equal(atecc_lock(chip, ATECC_LOCK_DATA, 0x1234),
				 -ENOTRECOVERABLE);
		assert_int_equal(fake->sent_count, 1);
		finish(chip);
		chip = fake_begun(&fake, &lost[i], 1);
		assert_int_equal(atecc_create_key(chip, 0, data),
				 -ENOTRECOVERABLE);
		assert_int_equal(fake->sent_count, 1);
		finish(chip);
	}
}

static void what_happened_to_a_lost_lock_can_be_read(void **state)
{
	struct fake_chip *fake;
	struct atecc *chip = FAKE_SCRIPT(&fake, { .falls_asleep = true });

	(void)state;
	assert_int_equal(atecc_lock(chip, ATECC_LOCK_SLOT, 0),
			 -ENOTRECOVERABLE);
	fake_clear_log(fake);
	assert_int_equal(atecc_read4(chip, ATECC_CONFIG, 21, data), 0);
	assert_string_equal(fake->log, "02sW02R");
	finish(chip);
}

static void a_lock_that_was_not_executed_is_repeated(void **state)
{
	static const struct fake_step not_done[] = {
		{ .send_err = -ENXIO }, { .status = 0xff }, { .status = 0xee },
		{ .status = 0x07 },	{ .damaged = 2 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(not_done) / sizeof(not_done[0]); i++) {
		struct fake_chip *fake;
		struct atecc *chip = fake_begun(&fake, &not_done[i], 1);

		assert_int_equal(atecc_lock(chip, ATECC_LOCK_CONFIG, 1), 0);
		finish(chip);
	}
}

static void a_lock_is_not_begun_without_time_to_see_it_done(void **state)
{
	struct fake_chip *fake;
	struct atecc *chip = fake_open(&fake, true);

	(void)state;
	assert_int_equal(begin(chip, 30), 0);
	fake_clear_log(fake);
	assert_int_equal(atecc_lock(chip, ATECC_LOCK_DATA, 1), -ETIMEDOUT);
	assert_string_equal(fake->log, "");
	assert_int_equal(atecc_read4(chip, ATECC_CONFIG, 0, data), 0);
	finish(chip);
}

static void the_deadline_ends_a_command_that_hangs(void **state)
{
	struct fake_chip *fake;
	struct atecc *chip = fake_open(&fake, true);
	static const struct fake_step hang = { .busy_us = FOR_EVER };

	(void)state;
	assert_int_equal(begin(chip, 200), 0);
	fake->script = &hang;
	fake->steps = 1;
	assert_int_equal(atecc_public_key(chip, 0, data), -ETIMEDOUT);
	assert_in_range(fake->now_us, 200000, 210000);
	assert_int_equal(atecc_remaining_us(chip), 0);
	assert_int_equal(atecc_read4(chip, ATECC_CONFIG, 0, data), -ETIMEDOUT);
	finish(chip);
}

static void commands_outside_a_session_are_refused(void **state)
{
	struct fake_chip *fake;
	struct atecc *chip = fake_open(&fake, true);

	(void)state;
	assert_int_equal(atecc_random(chip, data), -EPROTO);
	assert_int_equal(begin(chip, 1000), 0);
	assert_int_equal(begin(chip, 1000), -EPROTO);
	atecc_end(chip);
	fake_clear_log(fake);
	atecc_end(chip);
	assert_int_equal(atecc_random(chip, data), -EPROTO);
	assert_string_equal(fake->log, "");
	atecc_close(chip);
}

static void a_failure_leaves_the_result_alone(void **state)
{
	struct fake_chip *fake;
	struct atecc *chip = FAKE_SCRIPT(&fake, { 0 }, { .status = 0x0f });
	uint8_t slot[36];

	(void)state;
	memset(slot, 0x5a, sizeof(slot));
	assert_int_equal(atecc_read_slot(chip, 1, slot, sizeof(slot)), -EPERM);
	for (size_t i = 0; i < sizeof(slot); i++)
		assert_int_equal(slot[i], 0x5a);
	finish(chip);
}

static void what_happened_is_counted(void **state)
{
	struct fake_chip *fake;
	struct atecc *chip =
		FAKE_SCRIPT(&fake, { .damaged = 1 }, { .status = 0xff }, { 0 },
			    { .status = 0x0f });
	const struct atecc_stats *stats = atecc_stats(chip);

	(void)state;
	assert_int_equal(atecc_read4(chip, ATECC_CONFIG, 0, data), 0);
	assert_int_equal(atecc_read4(chip, ATECC_CONFIG, 0, data), 0);
	assert_int_equal(atecc_read4(chip, ATECC_OTP, 0, data), -EPERM);
	assert_int_equal(stats->commands, 4);
	assert_int_equal(stats->crc_errors, 1);
	assert_int_equal(stats->retries, 1);
	assert_int_equal(stats->wakes, 1);
	atecc_end(chip);
	atecc_close(chip);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			a_damaged_reply_is_read_again_not_executed_again),
		cmocka_unit_test(a_reply_that_stays_damaged_is_asked_for_anew),
		cmocka_unit_test(replies_broken_for_good_are_eio),
		cmocka_unit_test(replies_of_hostile_lengths_are_not_believed),
		cmocka_unit_test(nothing_but_ff_is_no_reply_yet),
		cmocka_unit_test(statuses_decide_what_is_repeated),
		cmocka_unit_test(a_failing_self_test_is_eio_with_the_reason),
		cmocka_unit_test(refusals_say_what_was_refused),
		cmocka_unit_test(
			a_busy_chip_is_polled_each_millisecond_at_most),
		cmocka_unit_test(no_adapters_nak_is_taken_for_a_failure),
		cmocka_unit_test(an_adapters_failure_is_reported_in_its_words),
		cmocka_unit_test(a_lost_lock_is_not_repeated),
		cmocka_unit_test(what_happened_to_a_lost_lock_can_be_read),
		cmocka_unit_test(a_lock_that_was_not_executed_is_repeated),
		cmocka_unit_test(
			a_lock_is_not_begun_without_time_to_see_it_done),
		cmocka_unit_test(the_deadline_ends_a_command_that_hangs),
		cmocka_unit_test(commands_outside_a_session_are_refused),
		cmocka_unit_test(a_failure_leaves_the_result_alone),
		cmocka_unit_test(what_happened_is_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
