/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sessions with simulated chips in simulated time: the cost of each operation,
 * and that it survives a fault at any of its transfers.
 */
#include "golden.h"

#include "begin.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "atecc.h"
#include "config_zone.h"
#include "error.h"

#define CHIP_MODE_AT 19 /* in the configuration */
#define TYPICAL	     ",timing=typical,clock=virtual,hz=100000,seed=1"

static const char *const parts[] = { "508a", "608a", "608b" };

static char file[] = "/tmp/nk-atecc-sim-XXXXXX";

/*
 * The chip of an image, with another ChipMode byte (in hex; NULL: its own), and
 * an atecc on it with these options.
 */
static struct atecc *open_mode(const char *image, const char *mode,
			       const char *options)
{
	char path[128], device[256];
	struct atecc *chip;
	json_t *json, *config;

	snprintf(path, sizeof(path), "chip-images/%s.json", image);
	json = golden_json(path);
	config = json_object_get(json, "config");
	if (mode) {
		char *text = strdup(json_string_value(config));

		memcpy(text + 2 * CHIP_MODE_AT, mode, 2);
		json_string_set(config, text);
		free(text);
	}
	assert_int_equal(json_dump_file(json, file, 0), 0);
	json_decref(json);
	snprintf(device, sizeof(device), "sim:%s%s", file, options);
	if (atecc_open(device, &chip) < 0)
		fail_msg("%s: %s", device, fail_reason());
	return chip;
}

static struct atecc *open_image(const char *image, const char *options)
{
	return open_mode(image, NULL, options);
}

static struct atecc *open_part(const char *part, const char *options)
{
	char image[32];

	snprintf(image, sizeof(image), "%s-provisioned", part);
	return open_image(image, options);
}

static int read_config(struct atecc *chip)
{
	uint8_t config[CONFIG_SIZE];
	int err;

	err = begin(chip, 5000);
	if (err < 0)
		return err;
	err = atecc_read_config(chip, config);
	atecc_end(chip);
	return err;
}

static int sign(struct atecc *chip)
{
	uint8_t digest[32] = "a digest", signature[64];
	int err;

	err = begin(chip, 5000);
	if (err < 0)
		return err;
	err = atecc_sign(chip, 0, digest, signature);
	atecc_end(chip);
	return err;
}

static int draw(struct atecc *chip)
{
	uint8_t random[32];
	int err;

	err = begin(chip, 5000);
	if (err < 0)
		return err;
	err = atecc_random(chip, random);
	atecc_end(chip);
	return err;
}

/*
 * Return the chip's own time for `times` operations after its configuration was
 * read. Sets *busy_us to the time from sleep to sleep.
 */
static uint64_t execution_us(const char *part, int (*operation)(struct atecc *),
			     unsigned int times, uint64_t *busy_us)
{
	char options[128], stats[48];
	struct atecc *chip;
	json_error_t error;
	json_t *json;
	uint64_t us, start_us;

	snprintf(stats, sizeof(stats), "%s.stats", file);
	snprintf(options, sizeof(options), TYPICAL ",stats=%s", stats);
	chip = open_part(part, options);
	assert_int_equal(read_config(chip), 0);
	start_us = atecc_now_us(chip);
	for (unsigned int i = 0; i < times; i++)
		assert_int_equal(operation(chip), 0);
	*busy_us = atecc_now_us(chip) - start_us;
	assert_int_equal(atecc_stats(chip)->retries, 0);
	assert_int_equal(atecc_stats(chip)->wakes, 1 + times);
	atecc_close(chip);
	json = json_load_file(stats, 0, &error);
	assert_non_null(json);
	us = (uint64_t)json_integer_value(
		json_object_get(json, "execution_us"));
	json_decref(json);
	unlink(stats);
	return us;
}

/*
 * Of 100 kHz, so a byte takes 90 us; a wake is a pulse, 1.5 ms and 5 bytes, and
 * sleep 2. Polls may add little to what the chip and its bus need.
 */
static void operations_cost_little_more_than_they_must(void **state)
{
	static const struct {
		int (*operation)(struct atecc *);
		unsigned int bytes; /* with addresses and word addresses */
		unsigned int most_percent;
	} rows[] = {
		{ sign, 1 + 5 + 41 + 5 + 9 + 68 + 2, 103 },
		{ draw, 1 + 5 + 9 + 36 + 2, 110 },
	};

	(void)state;
	for (size_t i = 0; i < 2 * sizeof(parts) / sizeof(parts[0]); i++) {
		const char *part = parts[i / 2];
		uint64_t before_us, after_us, least_us, busy_us;

		least_us = execution_us(part, rows[i % 2].operation, 11,
					&after_us) -
			   execution_us(part, rows[i % 2].operation, 1,
					&before_us);
		least_us += 10 * (rows[i % 2].bytes * 90 + 1500);
		busy_us = after_us - before_us;
		assert_in_range(busy_us, least_us,
				least_us * rows[i % 2].most_percent / 100);
	}
}

static void slow_chips_are_waited_for(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		struct atecc *chip = open_part(
			parts[i], ",timing=max,clock=virtual,hz=100000");

		/* First while the part is not known, then when it is. */
		assert_int_equal(sign(chip), 0);
		assert_int_equal(read_config(chip), 0);
		assert_int_equal(sign(chip), 0);
		assert_int_equal(atecc_stats(chip)->retries, 0);
		assert_int_equal(atecc_stats(chip)->naks, 0);
		atecc_close(chip);
	}
}

/* Nonce and Sign are all that fits between two wakes, and they do. */
static void the_slowest_chip_signs_on_a_slow_bus(void **state)
{
	struct atecc *chip =
		open_mode("608b-provisioned", "68",
			  ",timing=typical,clock=virtual,hz=10000");

	(void)state;
	assert_int_equal(read_config(chip), 0);
	if (sign(chip) < 0)
		fail_msg("%s", fail_reason());
	atecc_close(chip);
}

static void a_chip_that_we_left_in_mid_command_is_found_again(void **state)
{
	uint8_t public_key[64];
	struct atecc *chip =
		open_part("608b", ",timing=max,clock=virtual,hz=100000");

	(void)state;
	assert_int_equal(begin(chip, 20), 0);
	assert_int_equal(atecc_public_key(chip, 0, public_key), -ETIMEDOUT);
	atecc_end(chip);
	assert_int_equal(sign(chip), 0);
	atecc_close(chip);
}

static void a_long_session_outlives_the_watchdog(void **state)
{
	uint8_t public_key[64], digest[32] = { 1 }, signature[64];
	struct atecc *chip = open_part("608b", TYPICAL);
	uint64_t start_us;

	(void)state;
	assert_int_equal(read_config(chip), 0);
	assert_int_equal(begin(chip, 10000), 0);
	start_us = atecc_now_us(chip);
	while (atecc_now_us(chip) - start_us < 4000000) {
		assert_int_equal(atecc_public_key(chip, 0, public_key), 0);
		assert_int_equal(atecc_sign(chip, 0, digest, signature), 0);
	}
	atecc_end(chip);
	assert_int_equal(atecc_stats(chip)->retries, 0);
	assert_in_range(atecc_stats(chip)->wakes, 5, 10);
	atecc_close(chip);
}

static void a_trust_and_go_part_is_found_at_its_address(void **state)
{
	struct atecc *chip = open_image("tng", TYPICAL);

	(void)state;
	assert_int_equal(read_config(chip), 0);
	assert_int_equal(atecc_address(chip), 0x35);
	assert_int_equal(sign(chip), 0);
	atecc_close(chip);
}

static void a_bus_too_fast_to_wake_the_chip_is_enodev(void **state)
{
	struct atecc *chip =
		open_part("608b", ",timing=typical,clock=virtual,hz=400000");

	(void)state;
	assert_int_equal(read_config(chip), -ENODEV);
	atecc_close(chip);
}

/* These pass, or the chip forgets them when it is woken or powered again. */
static const char *const passing_faults[] = {
	"nak", "crc", "short", "busy", "hang", "latch07", "latch08",
};

static void one_fault_anywhere_does_not_fail_a_signature(void **state)
{
	const size_t kinds = sizeof(passing_faults) / sizeof(passing_faults[0]);
	char options[128];
	size_t cells = 0;

	(void)state;
	for (size_t part = 0; part < 3; part++)
		for (size_t kind = 0; kind < kinds; kind++)
			for (unsigned int at = 1; at <= 34; at++, cells++) {
				struct atecc *chip;

				snprintf(options, sizeof(options),
					 TYPICAL ",faults=%s@%u",
					 passing_faults[kind], at);
				chip = open_part(parts[part], options);
				if (read_config(chip) < 0 || sign(chip) < 0)
					fail_msg("%s%s: %s", parts[part],
						 options, fail_reason());
				assert_int_equal(sign(chip), 0);
				atecc_close(chip);
			}
	golden_count("faults in a signature", cells);
}

/* Lock slot 15 and read the result, as provisioning does. */
static int lock_slot_15(struct atecc *chip, bool *locked)
{
	uint8_t config[CONFIG_SIZE];
	int err, read_err;

	err = begin(chip, 5000);
	if (err < 0)
		return err;
	err = atecc_lock(chip, ATECC_LOCK_SLOT, 15);
	read_err = atecc_read_config(chip, config);
	atecc_end(chip);
	if (read_err < 0)
		fail_msg("not even read: %s", fail_reason());
	*locked = config_slot_is_locked(config, 15);
	return err;
}

static void a_lock_tells_the_truth_whatever_fails(void **state)
{
	const size_t kinds = sizeof(passing_faults) / sizeof(passing_faults[0]);
	char options[128];
	size_t cells = 0;
	int err;

	(void)state;
	for (size_t kind = 0; kind < kinds; kind++)
		for (unsigned int at = 1; at <= 20; at++, cells++) {
			struct atecc *chip;
			bool locked = false;

			snprintf(options, sizeof(options),
				 TYPICAL ",faults=%s@%u", passing_faults[kind],
				 at);
			chip = open_part("608b", options);
			err = lock_slot_15(chip, &locked);
			if (err == 0)
				assert_true(locked);
			else if (err != -ENOTRECOVERABLE)
				fail_msg("%s: %s", options, fail_reason());
			atecc_close(chip);
		}
	golden_count("faults in a lock", cells);
}

static void a_power_cut_is_a_retry_or_a_lost_command(void **state)
{
	static const char *const cuts[] = { "cut-before", "cut-torn",
					    "cut-after" };
	char options[128];
	struct atecc *chip;
	bool locked;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		snprintf(options, sizeof(options), TYPICAL ",faults=%s@2",
			 cuts[i]);
		chip = open_part("508a", options);
		/* The power does not come back in this session. */
		assert_int_equal(sign(chip), -ENODEV);
		atecc_close(chip);
		snprintf(options, sizeof(options), TYPICAL ",faults=%s@1",
			 cuts[i]);
		chip = open_part("508a", options);
		assert_int_equal(begin(chip, 5000), 0);
		assert_int_equal(atecc_lock(chip, ATECC_LOCK_SLOT, 15),
				 -ENOTRECOVERABLE);
		atecc_end(chip);
		atecc_close(chip);
	}
	chip = open_part("508a", TYPICAL);
	assert_int_equal(lock_slot_15(chip, &locked), 0);
	assert_true(locked);
	assert_int_equal(lock_slot_15(chip, &locked), -EPERM);
	atecc_close(chip);
}

static int make_file(void **state)
{
	int fd = mkstemp(file);

	(void)state;
	return fd < 0 ? -1 : close(fd);
}

static int remove_file(void **state)
{
	(void)state;
	return unlink(file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(operations_cost_little_more_than_they_must),
		cmocka_unit_test(slow_chips_are_waited_for),
		cmocka_unit_test(the_slowest_chip_signs_on_a_slow_bus),
		cmocka_unit_test(
			a_chip_that_we_left_in_mid_command_is_found_again),
		cmocka_unit_test(a_long_session_outlives_the_watchdog),
		cmocka_unit_test(a_trust_and_go_part_is_found_at_its_address),
		cmocka_unit_test(a_bus_too_fast_to_wake_the_chip_is_enodev),
		cmocka_unit_test(one_fault_anywhere_does_not_fail_a_signature),
		cmocka_unit_test(a_lock_tells_the_truth_whatever_fails),
		cmocka_unit_test(a_power_cut_is_a_retry_or_a_lost_command),
	};

	return cmocka_run_group_tests(tests, make_file, remove_file);
}
