/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A disk that fails under the simulator, at each call: what the chip has
 * acknowledged is kept, other changes are whole or absent, and the chip works
 * again when the disk does.
 */
#include "sim_bench.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "error.h"
#include "failing_calls.h"

#define WRITE_WORD "12000500deadbeef"

static size_t points;

/* The file as it is; NULL when there is nothing in it. */
static json_t *load(const struct bench *bench)
{
	struct stat info;
	json_error_t error;
	json_t *json;

	if (stat(bench->file, &info) < 0 || info.st_size == 0)
		return NULL;
	json = json_load_file(bench->file, 0, &error);
	assert_non_null(json);
	return json;
}

/* Power on and one write: 0, or who failed. */
static int use_chip(struct bench *bench)
{
	char spec[160];
	int err;

	snprintf(spec, sizeof(spec), "%s,clock=virtual,seed=3", bench->file);
	err = sim_open(spec, &bench->sim);
	if (err < 0)
		return err;
	bench_wake(bench);
	return bench_send(bench, WRITE_WORD);
}

static void assert_word_is_kept(struct bench *bench)
{
	bench_close(bench);
	bench_open(bench, ",clock=virtual");
	assert_answer(bench, "02000500", 4);
	assert_memory_equal(bench->reply, "\xde\xad\xbe\xef", 4);
}

/* Nothing but the old file is left of a change that failed. */
static void assert_untouched(struct bench *bench, const json_t *before)
{
	char temp[128];
	json_t *after;

	bench_close(bench);
	after = load(bench);
	if (before)
		assert_true(json_equal(before, after));
	json_decref(after);
	snprintf(temp, sizeof(temp), "%s.new", bench->file);
	assert_int_equal(access(temp, F_OK), -1);
}

/* One point; false when there was no such call any more. */
static bool try_point(const char *image, enum call_fault fault,
		      unsigned long at)
{
	struct bench bench;
	json_t *before;
	bool struck;
	int err;

	bench_begin(&bench);
	if (image)
		bench_image(&bench, image, NULL);
	before = load(&bench);
	calls_begin(fault, at);
	err = use_chip(&bench);
	struck = calls_end();
	if (err < 0) {
		assert_int_equal(err, -EIO);
		assert_int_equal(fault, CALL_FAILS);
		assert_untouched(&bench, before);
		assert_int_equal(use_chip(&bench), 0);
	}
	assert_word_is_kept(&bench);
	json_decref(before);
	bench_end(&bench);
	points += struck;
	return struck;
}

static void try_all(const char *image)
{
	for (enum call_fault fault = CALL_FAILS; fault <= CALL_IS_SHORT;
	     fault++)
		for (unsigned long at = 1; try_point(image, fault, at); at++)
			;
}

static void a_chip_survives_each_failing_call(void **state)
{
	(void)state;
	try_all("608b-factory");
}

static void so_does_one_that_is_being_made(void **state)
{
	(void)state;
	try_all(NULL);
}

static int tell_points(void **state)
{
	(void)state;
	printf("# failing disk: %zu points tried\n", points);
	return points == 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_chip_survives_each_failing_call),
		cmocka_unit_test(so_does_one_that_is_being_made),
	};

	return cmocka_run_group_tests(tests, NULL, tell_points);
}
