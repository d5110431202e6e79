/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The I2C code over adapters of all kinds: each trait of tests/bus/adapter.h with
 * each part, at typical and at the longest times.
 */
#include "provision_bench.h"

#include "begin.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "adapter_bench.h"
#include "atecc.h"
#include "error.h"

#define SIGNATURES 100

static const char *const all_traits[] = {
	"",
	"nak=EIO",
	"nak=ETIMEDOUT,fail-ms=3",
	"no-nak=reads",
	"no-nak=long-reads",
	"no-nak=writes",
	"no-nak=all",
	"quick=success",
	"quick=success,no-nak=all",
	"quick=ENXIO",
	"quick=EREMOTEIO",
	"quick=EOPNOTSUPP",
	"quick=EINVAL",
	"quick=EPROTO",
	"quick=anything,seed=5",
	"no-quick",
	"every=2",
	"every=3",
	"every=4",
	"every=5",
	"every=7",
	"every=9",
};

/* A 608's clock divider is in its ChipMode. */
static const struct part {
	const char *image, *chip_mode;
} parts[] = {
	{ "508a", NULL }, { "608a", NULL }, { "608b", NULL },
	{ "608b", "28" }, { "608b", "68" },
};

static const char *const timings[] = { ",timing=typical", ",timing=max" };

static void assert_signs(const struct bench *bench, const char *what)
{
	struct atecc *chip = bench_wake(bench);
	uint8_t digest[32] = { 0 }, signature[64];

	atecc_end(chip);
	for (unsigned int i = 0; i < SIGNATURES; i++) {
		digest[0] = (uint8_t)i;
		if (begin(chip, 5000) < 0 ||
		    atecc_sign(chip, 0, digest, signature) < 0)
			fail_msg("%s: signature %u: %s", what, i,
				 fail_reason());
		atecc_end(chip);
	}
	atecc_close(chip);
}

static void try(const char *traits, const struct part *part, const char *timing)
{
	struct bytes text = request_text("serial=N1234\n", "y31");
	struct bench bench;
	char image[64], what[200];
	json_t *state;
	int err;

	snprintf(what, sizeof(what), "%s, %s, mode %s%s", traits, part->image,
		 part->chip_mode ? part->chip_mode : "00", timing);
	bench_begin(&bench);
	snprintf(image, sizeof(image), "%s-factory", part->image);
	bench_image(&bench, image);
	if (part->chip_mode)
		bench_patch(&bench, 19, part->chip_mode);
	assert_int_equal(bytes_append(&text, "", 1), 0);
	adapter_bench("/dev/null:0x60", traits);
	err = bench_write(&bench, timing, PROVISION_PRIMARY,
			  (const char *)text.data);
	if (err < 0)
		fail_msg("%s: provisioning: %s: %s", what, errno_name(err),
			 fail_reason());
	assert_signs(&bench, what);
	adapter_bench(NULL, "");
	state = bench_state(&bench);
	assert_true(is_complete(state, "feff"));
	json_decref(state);
	bench_end(&bench);
	bytes_free(&text);
}

static void each_adapter_provisions_and_signs(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(all_traits) / sizeof(all_traits[0]); i++)
		for (size_t k = 0; k < sizeof(parts) / sizeof(parts[0]); k++)
			for (size_t l = 0; l < 2; l++)
				try(all_traits[i], &parts[k], timings[l]);
}

/* The number of random sequences of errors: NK_SEEDS, or 3. */
static unsigned long seeds(void)
{
	const char *text = getenv("NK_SEEDS");

	return text ? strtoul(text, NULL, 10) : 3;
}

static void one_transfer_in_ten_may_fail(void **state)
{
	char traits[64];

	(void)state;
	for (unsigned long seed = 1; seed <= seeds(); seed++)
		for (size_t k = 0; k < sizeof(parts) / sizeof(parts[0]); k++) {
			snprintf(traits, sizeof(traits), "errors=10,seed=%lu%s",
				 seed, seed % 2 ? "" : ",quick=anything");
			try(traits, &parts[k], timings[seed % 2]);
		}
}

/* A part's image, opened but not asked. */
static struct atecc *open_at(struct bench *bench, const char *device,
			     const char *traits, const char *options)
{
	struct atecc *chip;
	char spec[256];

	bench_begin(bench);
	bench_image(bench, "608b-provisioned");
	snprintf(spec, sizeof(spec), "sim:%s,clock=virtual%s", bench->file,
		 options);
	adapter_bench(device, traits);
	assert_int_equal(atecc_open(spec, &chip), 0);
	return chip;
}

static void close_at(struct bench *bench, struct atecc *chip)
{
	atecc_close(chip);
	adapter_bench(NULL, "");
	bench_end(bench);
}

/* A bus without a chip. The second search knows that and is shorter. */
static void a_bus_without_a_chip_says_so_in_time(void **state)
{
	static const struct {
		const char *traits;
		uint64_t least_us, most_us;
	} rows[] = {
		{ "", 1300000, 1400000 },
		{ "quick=success", 1300000, 1400000 },
		{ "no-nak=writes", 1300000, 1400000 },
		{ "no-nak=reads", 2800000, 3000000 },
		{ "no-nak=all,quick=success", 2800000, 3000000 },
		{ "nak=ETIMEDOUT", 1700000, 1800000 },
	};

	(void)state;
	for (size_t i = 0; i < 2 * sizeof(rows) / sizeof(rows[0]); i++) {
		bool named = i % 2;
		struct bench bench;
		struct atecc *chip =
			open_at(&bench, named ? "/dev/null:0x60" : "/dev/null",
				rows[i / 2].traits, ",addr=0x58");
		uint64_t start_us;

		assert_int_equal(begin(chip, 5000), -ENODEV);
		assert_in_range(adapter_bench_us(), rows[i / 2].least_us,
				rows[i / 2].most_us);
		start_us = adapter_bench_us();
		assert_int_equal(begin(chip, 5000), -ENODEV);
		assert_in_range(adapter_bench_us() - start_us, 1, 100000);
		close_at(&bench, chip);
	}
}

static struct bytes written_to_others(const char *path)
{
	struct bytes written = BYTES_INIT;
	FILE *file = fopen(path, "re");
	char part[256];
	size_t len;

	while (file && (len = fread(part, 1, sizeof(part), file)) > 0)
		assert_int_equal(bytes_append(&written, part, len), 0);
	if (file)
		fclose(file);
	unlink(path);
	return written;
}

static void the_neighbours_of_a_chip_get_no_word_of_ours(void **state)
{
	static const struct {
		const char *foreign, *options;
		uint8_t address;
	} rows[] = {
		{ "0x35+0x36+0x38", "", 0x60 },
		{ "0x60+0x36+0x38", ",addr=0x35", 0x35 },
		{ "0x60+0x35+0x38", ",addr=0x36", 0x36 },
		{ "0x60+0x35+0x36", ",addr=0x38", 0x38 },
		{ "0x60+0x35+0x36+0x38", "", 0 },
	};
	uint8_t digest[32] = { 0 }, signature[64];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct bytes written;
		struct bench bench;
		struct atecc *chip;
		char traits[160], path[] = "/tmp/nk-writes-XXXXXX";
		int err;

		close(mkstemp(path));
		snprintf(traits, sizeof(traits), "foreign=%s,writes=%s",
			 rows[i].foreign, path);
		chip = open_at(&bench, "/dev/null", traits, rows[i].options);
		err = begin(chip, 5000);
		assert_int_equal(err, rows[i].address ? 0 : -ENODEV);
		assert_int_equal(atecc_address(chip), rows[i].address);
		if (err == 0) {
			assert_int_equal(atecc_sign(chip, 0, digest, signature),
					 0);
			atecc_end(chip);
		} else {
			assert_non_null(strstr(fail_reason(),
					       "at 0x60, 0x35, 0x36 or 0x38 "
					       "(BUS:0xNN names another)"));
		}
		close_at(&bench, chip);
		written = written_to_others(path);
		assert_int_equal(written.len, 0);
		bytes_free(&written);
	}
}

/* Sleep must not be written to an address that is only guessed. */
static void
a_chip_left_awake_is_found_when_its_watchdog_has_ended_that(void **state)
{
	struct bench bench;
	struct atecc *chip = open_at(&bench, "/dev/null", "", "");

	(void)state;
	adapter_bench_leave_awake();
	assert_int_equal(begin(chip, 5000), 0);
	assert_in_range(adapter_bench_us(), 1300000, 3000000);
	atecc_end(chip);
	close_at(&bench, chip);
	chip = open_at(&bench, "/dev/null:0x60", "", "");
	adapter_bench_leave_awake();
	assert_int_equal(begin(chip, 5000), 0);
	assert_in_range(adapter_bench_us(), 1, 10000);
	atecc_end(chip);
	close_at(&bench, chip);
}

static void addresses_of_the_kernel_are_left_alone(void **state)
{
	struct bench bench;
	struct atecc *chip =
		open_at(&bench, "/dev/null", "held=0x60+0x36", ",addr=0x35");

	(void)state;
	assert_int_equal(begin(chip, 5000), 0);
	atecc_end(chip);
	close_at(&bench, chip);
	chip = open_at(&bench, "/dev/null", "held=0x60+0x36", "");
	assert_int_equal(begin(chip, 5000), -ENODEV);
	assert_non_null(strstr(fail_reason(), "at 0x35 or 0x38"));
	assert_non_null(
		strstr(fail_reason(), "a kernel driver owns address 0x60"));
	assert_non_null(
		strstr(fail_reason(), "a kernel driver owns address 0x36"));
	close_at(&bench, chip);
	chip = open_at(&bench, "/dev/null", "held=0x60+0x35+0x36+0x38", "");
	assert_int_equal(begin(chip, 5000), -EBUSY);
	close_at(&bench, chip);
}

static void an_adapter_that_refuses_address_0_is_named(void **state)
{
	struct bench bench;
	struct atecc *chip =
		open_at(&bench, "/dev/null:0x60", "general=EINVAL", "");

	(void)state;
	assert_int_equal(begin(chip, 5000), -ENODEV);
	assert_non_null(strstr(fail_reason(), "refuses to write to address 0"));
	assert_non_null(strstr(fail_reason(), "EINVAL"));
	close_at(&bench, chip);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_adapter_provisions_and_signs),
		cmocka_unit_test(one_transfer_in_ten_may_fail),
		cmocka_unit_test(a_bus_without_a_chip_says_so_in_time),
		cmocka_unit_test(the_neighbours_of_a_chip_get_no_word_of_ours),
		cmocka_unit_test(
			a_chip_left_awake_is_found_when_its_watchdog_has_ended_that),
		cmocka_unit_test(addresses_of_the_kernel_are_left_alone),
		cmocka_unit_test(an_adapter_that_refuses_address_0_is_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
