/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a refused Lock means: atecc_write() and atecc_lock() come here
 * first (see CMakeLists.txt), to play a worn memory and another program.
 */
#include "provision_bench.h"

#include <errno.h>

#include "error.h"

static struct {
	enum atecc_zone zone;
	unsigned int
		at; /* the write of that zone that does not hold; 0: none */
	bool locked_by_another;
} play;

int __real_atecc_write(struct atecc *chip, enum atecc_zone zone,
		       uint16_t address, const uint8_t *data, size_t len);
int __wrap_atecc_write(struct atecc *chip, enum atecc_zone zone,
		       uint16_t address, const uint8_t *data, size_t len);
int __real_atecc_lock(struct atecc *chip, enum atecc_lock lock,
		      uint16_t argument);
int __wrap_atecc_lock(struct atecc *chip, enum atecc_lock lock,
		      uint16_t argument);

int __wrap_atecc_write(struct atecc *chip, enum atecc_zone zone,
		       uint16_t address, const uint8_t *data, size_t len)
{
	uint8_t worn[32];

	if (zone != play.zone || play.at == 0 || --play.at > 0)
		return __real_atecc_write(chip, zone, address, data, len);
	memcpy(worn, data, len);
	worn[len - 1] ^= 0x04;
	return __real_atecc_write(chip, zone, address, worn, len);
}

int __wrap_atecc_lock(struct atecc *chip, enum atecc_lock lock,
		      uint16_t argument)
{
	if (play.locked_by_another && lock == ATECC_LOCK_DATA)
		assert_int_equal(__real_atecc_lock(chip, lock, argument), 0);
	return __real_atecc_lock(chip, lock, argument);
}

static void commit(struct bench *bench, int want, const char *sentence)
{
	struct bytes text = request_text("serial=N1\n", "y31");
	int err = bench_write(bench, "", PROVISION_PRIMARY, bytes_text(&text));

	if (err != want || (want && !strstr(fail_reason(), sentence)))
		fail_msg("%s: %s", errno_name(err), fail_reason());
	bytes_free(&text);
}

static void what_does_not_hold_is_an_io_error_and_not_locked(void **state)
{
	static const struct {
		enum atecc_zone zone;
		unsigned int at;
		const char *sentence;
	} cases[] = {
		{ ATECC_CONFIG, 1, "configuration of the chip does not hold" },
		{ ATECC_OTP, 2, "data zone of the chip does not hold" },
		{ ATECC_DATA, 1, "data zone of the chip does not hold" },
		{ ATECC_DATA, 40, "data zone of the chip does not hold" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct bench bench;
		json_t *chip;

		bench_begin(&bench);
		bench_image(&bench, "608b-factory");
		play.zone = cases[i].zone;
		play.at = cases[i].at;
		commit(&bench, -EIO, cases[i].sentence);
		assert_int_equal(play.at, 0);
		chip = bench_state(&bench);
		assert_memory_equal(golden_text(chip, "config") + 2 * 86, "55",
				    2);
		json_decref(chip);
		/* It has been a single time: the same request again. */
		commit(&bench, 0, "");
		assert_certified(&bench, "N1");
		bench_end(&bench);
	}
}

static void a_zone_that_another_program_locks_is_looked_at(void **state)
{
	struct bench bench;

	(void)state;
	bench_begin(&bench);
	bench_image(&bench, "508a-factory");
	play.locked_by_another = true;
	/* With what this request wrote, as it happens. */
	commit(&bench, -EIO, "nothing is locked against this request");
	play.locked_by_another = false;
	commit(&bench, 0, "");
	assert_certified(&bench, "N1");
	bench_end(&bench);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			what_does_not_hold_is_an_io_error_and_not_locked),
		cmocka_unit_test(
			a_zone_that_another_program_locks_is_looked_at),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
