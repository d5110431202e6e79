/* SPDX-License-Identifier: Apache-2.0 */
/* Commands that need TempKey, and the watchdog. */
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

/* Sign after a Nonce, and the log of both. */
#define SIGN_SHOWS(result, shows, ...)                                     \
	do {                                                               \
		struct fake_chip *fake;                                    \
		struct atecc *chip = FAKE_SCRIPT(&fake, __VA_ARGS__);      \
                                                                           \
		assert_int_equal(atecc_sign(chip, 0, data, data), result); \
		assert_string_equal(fake->log, shows);                     \
		finish(chip);                                              \
	} while (0)

static void a_sequence_is_repeated_as_a_whole(void **state)
{
	(void)state;
	/* Sleep, fault or loss cost TempKey. */
	SIGN_SHOWS(0, "16R41RSW16R41R", { 0 }, { .status = 0x05 });
	SIGN_SHOWS(0, "16R41RSW16R41R", { 0 }, { .status = 0x08 });
	SIGN_SHOWS(0, "16R41RSW16R41R", { 0 }, { .status = 0x11 });
	SIGN_SHOWS(0, "16R41SW16R41R", { 0 }, { .send_err = -ENXIO });
	SIGN_SHOWS(0, "16R41RzRzRSW16R41R", { 0 }, { .damaged = 3 });
	/* So does another program that lets the chip sleep, and wakes it. */
	SIGN_SHOWS(0, "16R41R16RIW41R", { 0 }, { .status = 0x0f });
}

static void tempkey_survives_what_the_chip_did_not_execute(void **state)
{
	(void)state;
	/* Of an unknown part, Sign might take longer than the watchdog has left. */
	SIGN_SHOWS(0, "16R41RIW41R", { 0 }, { .status = 0xff });
	SIGN_SHOWS(0, "16R41RIW41R", { 0 }, { .status = 0xee });
	SIGN_SHOWS(0, "16R41RzR", { 0 }, { .damaged = 1 });
	/* The nonce is harmless to repeat alone. */
	SIGN_SHOWS(0, "16RSW16R41R", { .status = 0x11 });
}

/* After a wake a Read has to tell who it is, and TempKey may be gone by then. */
static void nothing_comes_between_a_nonce_and_its_use(void **state)
{
	static const struct fake_step script[] = { { 0 }, { .status = 0xee } };
	uint8_t config[128];
	struct fake_chip *fake;
	struct atecc *chip = fake_begun(&fake, NULL, 0);

	(void)state;
	assert_int_equal(atecc_read_config(chip, config), 0);
	fake_clear_log(fake);
	fake->script = script;
	fake->steps = 2;
	assert_int_equal(atecc_sign(chip, 0, data, data), 0);
	assert_string_equal(fake->log, "16R41RIW02R16R41R");
	finish(chip);
}

static void a_sequence_is_not_repeated_for_ever(void **state)
{
	static const struct fake_step script[] = {
		{ 0 }, { .status = 0x05 }, { 0 }, { .status = 0x05 },
		{ 0 }, { .status = 0x05 }, { 0 }, { .status = 0x05 },
		{ 0 }, { .status = 0x05 },
	};
	struct fake_chip *fake;
	struct atecc *chip = fake_begun(&fake, script, 10);

	(void)state;
	assert_int_equal(atecc_sign(chip, 0, data, data), -EIO);
	assert_non_null(strstr(fail_reason(), "ECC fault"));
	assert_int_equal(fake->sent_count, 8);
	finish(chip);
}

static void a_lost_authorisation_is_for_the_caller_to_begin_anew(void **state)
{
	struct fake_chip *fake;
	struct atecc *chip =
		FAKE_SCRIPT(&fake, { 0 }, { .status = 0x08 }, { .status = 1 });

	(void)state;
	assert_int_equal(atecc_nonce(chip, data, data), 0);
	assert_int_equal(atecc_checkmac(chip, 1, data), -ESTALE);
	assert_int_equal(atecc_checkmac(chip, 1, data), -EBADE);
	finish(chip);
}

static void the_watchdog_is_fed_before_it_bites(void **state)
{
	struct fake_chip *fake;
	struct atecc *chip = FAKE_SCRIPT(&fake, { .busy_us = 600000 });
	uint64_t woken_us = fake->now_us;

	(void)state;
	assert_int_equal(atecc_public_key(chip, 0, data), 0);
	fake_clear_log(fake);
	assert_int_equal(atecc_public_key(chip, 0, data), 0);
	/* Idle keeps TempKey. */
	assert_string_equal(fake->log, "IW40R");
	assert_in_range(fake->now_us - woken_us, 600000, 700000);
	fake_clear_log(fake);
	assert_int_equal(atecc_read4(chip, ATECC_CONFIG, 0, data), 0);
	assert_string_equal(fake->log, "02R");
	finish(chip);
}

static void a_lost_idle_restarts_the_sequence(void **state)
{
	struct fake_chip *fake;
	struct atecc *chip =
		FAKE_SCRIPT(&fake, { 0 }, { .status = 0xee, .busy_us = 0 });

	(void)state;
	fake->wake_statuses = (const uint8_t *)"\x08";
	fake->wake_status_count = 1;
	assert_int_equal(atecc_sign(chip, 0, data, data), 0);
	assert_string_equal(fake->log, "16R41RIWSW16R41R");
	finish(chip);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_sequence_is_repeated_as_a_whole),
		cmocka_unit_test(
			tempkey_survives_what_the_chip_did_not_execute),
		cmocka_unit_test(nothing_comes_between_a_nonce_and_its_use),
		cmocka_unit_test(a_sequence_is_not_repeated_for_ever),
		cmocka_unit_test(
			a_lost_authorisation_is_for_the_caller_to_begin_anew),
		cmocka_unit_test(the_watchdog_is_fed_before_it_bites),
		cmocka_unit_test(a_lost_idle_restarts_the_sequence),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
