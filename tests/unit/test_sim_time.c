/* SPDX-License-Identifier: Apache-2.0 */
/* What takes how long, and the watchdog. */
#include "sim_bench.h"

#include <errno.h>
#include <stdio.h>

static void it_is_deaf_while_it_executes(void **state)
{
	struct bench bench;
	uint8_t byte;

	(void)state;
	bench_start(&bench, "508a-factory", NULL,
		    ",clock=virtual,timing=max,hz=0");
	assert_int_equal(bench_send(&bench, "1b000000"), 0);
	assert_int_equal(bench_read(&bench, &byte, 1), -ENXIO);
	assert_int_equal(bench_write(&bench, "01"), -ENXIO);
	sim_wait_us(bench.sim, 22999);
	assert_int_equal(bench_read(&bench, &byte, 1), -ENXIO);
	sim_wait_us(bench.sim, 1);
	assert_int_equal(bench_read(&bench, &byte, 1), 0);
	bench_end(&bench);
}

/* The first microsecond at which the reply is there. */
static uint64_t execution_us(const char *image, const char *changes,
			     const char *timing, const char *payload)
{
	struct bench bench;
	char options[64];
	uint64_t start, us;
	uint8_t byte;

	snprintf(options, sizeof(options), ",clock=virtual,hz=0,timing=%s",
		 timing);
	bench_start(&bench, image, changes, options);
	assert_int_equal(bench_send(&bench, payload), 0);
	start = sim_now_us(bench.sim);
	while (bench_read(&bench, &byte, 1) < 0)
		sim_wait_us(bench.sim, 100);
	us = sim_now_us(bench.sim) - start;
	bench_end(&bench);
	return us;
}

static void execution_takes_the_parts_time(void **state)
{
	static const struct {
		const char *image, *changes, *timing, *payload;
		uint64_t us;
	} cases[] = {
		{ "508a-factory", NULL, "none", "40040000", 0 },
		{ "508a-factory", NULL, "typical", "40040000", 11000 },
		{ "508a-factory", NULL, "max", "40040000", 115000 },
		{ "508a-factory", "19:28", "max", "40040000", 115000 },
		{ "608b-factory", NULL, "max", "40040000", 115000 },
		{ "608b-factory", "19:28", "max", "40040000", 215000 },
		{ "608a-factory", "19:68", "max", "40040000", 653000 },
		{ "608b-factory", NULL, "max", "41800000", 115000 },
		{ "508a-factory", NULL, "max", "02800000", 5000 },
		{ "508a-factory", NULL, "typical", "02800000", 100 },
		{ "508a-factory", NULL, "max", "99000000", 0 },
		{ "608b-factory", NULL, "typical", "30000000", 500 },
		{ "608b-factory", NULL, "typical", "02800000", 800 },
		{ "608b-factory", NULL, "typical", "12000400" B4, 8000 },
		{ "608b-factory", NULL, "typical", "17800000", 19500 },
		{ "608b-factory", NULL, "typical", "16000000" B20, 7000 },
		{ "608b-factory", NULL, "typical", "1b000000", 15000 },
		{ "608b-factory", NULL, "typical", "40040000", 59000 },
		{ "608b-factory", NULL, "typical", "41800000", 62000 },
		{ "608b-factory", NULL, "typical", "43000000" B64, 28000 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		assert_int_equal(execution_us(cases[i].image, cases[i].changes,
					      cases[i].timing,
					      cases[i].payload),
				 cases[i].us);
}

/* A refusal takes as long as an answer. */
static void each_command_takes_time(void **state)
{
	static const struct {
		const char *payload;
		bool on_508, on_608;
	} commands[] = {
		{ "01000000", true, false }, { "02800000", true, true },
		{ "08000000", true, true },  { "11000000", true, false },
		{ "12000000", true, true },  { "15000000", true, true },
		{ "16000000", true, true },  { "17000000", true, true },
		{ "1b000000", true, true },  { "1c000000", true, true },
		{ "20000000", true, true },  { "24000000", true, true },
		{ "28000000", true, true },  { "30000000", true, true },
		{ "40000000", true, true },  { "41000000", true, true },
		{ "43000000", true, true },  { "45000000", true, true },
		{ "46000000", true, true },  { "47000000", true, true },
		{ "51000000", false, true }, { "56000000", false, true },
		{ "77000000", false, true }, { "80000000", false, true },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(commands); i++) {
		const char *payload = commands[i].payload;
		uint64_t typical_508, max_508, typical_608, max_608;

		typical_508 =
			execution_us("508a-factory", NULL, "typical", payload);
		max_508 = execution_us("508a-factory", NULL, "max", payload);
		typical_608 =
			execution_us("608b-factory", NULL, "typical", payload);
		max_608 = execution_us("608b-factory", NULL, "max", payload);
		assert_int_equal(typical_508 > 0, commands[i].on_508);
		assert_int_equal(typical_608 > 0, commands[i].on_608);
		assert_true(max_508 >= typical_508 && max_608 >= typical_608);
	}
}

static void bytes_take_nine_bit_times(void **state)
{
	struct bench bench;
	uint8_t bytes[10];
	uint64_t start;

	(void)state;
	bench_start(&bench, "508a-factory", NULL, ",clock=virtual,hz=100000");
	start = sim_now_us(bench.sim);
	assert_int_equal(bench_read(&bench, bytes, 10), 0);
	assert_int_equal(sim_now_us(bench.sim) - start, 11 * 90);
	start = sim_now_us(bench.sim);
	assert_int_equal(sim_read(bench.sim, 0x10, bytes, 10), -ENXIO);
	assert_int_equal(sim_now_us(bench.sim) - start, 90);
	bench_end(&bench);
}

static void the_watchdog_puts_it_to_sleep(void **state)
{
	struct bench bench;
	uint8_t byte;

	(void)state;
	bench_start(&bench, "608b-provisioned", NULL, ",clock=virtual");
	bench_play(&bench, "digest", "16030000" B32 "=00");
	sim_wait_us(bench.sim, 1300000 - 1500 - 1);
	assert_int_equal(bench_read(&bench, &byte, 1), 0);
	sim_wait_us(bench.sim, 1);
	assert_int_equal(bench_read(&bench, &byte, 1), -ENXIO);
	bench_wake(&bench);
	bench_play(&bench, "TempKey is gone", "41800000=0f");
	bench_end(&bench);
}

static void the_watchdog_can_be_longer(void **state)
{
	struct bench bench;
	uint8_t byte;

	(void)state;
	bench_start(&bench, "508a-factory", "19:04", ",clock=virtual");
	sim_wait_us(bench.sim, 9900000);
	assert_int_equal(bench_read(&bench, &byte, 1), 0);
	sim_wait_us(bench.sim, 100000);
	assert_int_equal(bench_read(&bench, &byte, 1), -ENXIO);
	bench_end(&bench);
}

static void awake_it_hears_no_wake_pulse(void **state)
{
	struct bench bench;
	uint8_t byte;

	(void)state;
	bench_start(&bench, "608b-provisioned", NULL, ",clock=virtual");
	assert_int_equal(bench_send(&bench, "30000000"), 0);
	sim_wait_us(bench.sim, 1300000 - 1500 - 1);
	assert_int_equal(sim_write(bench.sim, 0, NULL, 0), -ENXIO);
	assert_int_equal(bench_read(&bench, &byte, 1), 0);
	assert_int_equal(byte, 0x07);
	sim_wait_us(bench.sim, 1);
	assert_int_equal(bench_read(&bench, &byte, 1), -ENXIO);
	bench_end(&bench);
}

static void idle_stops_the_watchdog(void **state)
{
	struct bench bench;

	(void)state;
	bench_start(&bench, "608b-provisioned", NULL, ",clock=virtual");
	bench_play(&bench, "idle", "16030000" B32 "=00 idle");
	sim_wait_us(bench.sim, 60000000);
	bench_play(&bench, "TempKey is there", "wake 41800000#64");
	bench_end(&bench);
}

static void what_would_not_finish_is_not_begun(void **state)
{
	struct bench bench;

	(void)state;
	bench_start(&bench, "508a-factory", NULL,
		    ",clock=virtual,timing=max,hz=0");
	sim_wait_us(bench.sim, 1300000 - 1500 - 4000);
	assert_status(&bench, "1b000000", 0xee);
	bench_play(&bench, "idle begins it anew", "idle wake 1b000000#32");
	bench_end(&bench);
}

static void what_just_finishes_is_done(void **state)
{
	static const struct {
		unsigned int left_us;
		size_t len;
	} cases[] = { { 23001, 32 }, { 22999, 1 } };
	struct bench bench;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		bench_start(&bench, "508a-provisioned", NULL,
			    ",clock=virtual,timing=max,hz=0");
		sim_wait_us(bench.sim, 1300000 - 1500 - cases[i].left_us);
		assert_int_equal(bench_send(&bench, "1b000000"), 0);
		if (cases[i].len > 1)
			sim_wait_us(bench.sim, 23000);
		bench_receive(&bench);
		assert_int_equal(bench.len, cases[i].len);
		bench_end(&bench);
	}
}

static void modelled_time_is_the_same_each_run(void **state)
{
	uint64_t end[2];

	(void)state;
	for (unsigned int i = 0; i < 2; i++) {
		struct bench bench;

		bench_start(&bench, "508a-provisioned", NULL,
			    ",clock=virtual,timing=typical");
		bench_play(&bench, "sign",
			   "16030000" B32 "=00 41800000#64 sleep");
		end[i] = sim_now_us(bench.sim);
		bench_end(&bench);
	}
	assert_int_equal(end[0], end[1]);
	assert_true(end[0] > 42000 && end[0] < 80000);
}

static void waking_takes_time(void **state)
{
	struct bench bench;
	uint8_t answer[4];

	(void)state;
	bench_start(&bench, "608b-factory", NULL,
		    ",clock=virtual,timing=typical,hz=0");
	bench_write(&bench, "01");
	assert_int_equal(sim_write(bench.sim, 0, NULL, 0), -ENXIO);
	sim_wait_us(bench.sim, 1499);
	assert_int_equal(bench_read(&bench, answer, 4), -ENXIO);
	sim_wait_us(bench.sim, 1);
	assert_int_equal(bench_read(&bench, answer, 4), 0);
	assert_memory_equal(answer, "\x04\x11\x33\x43", 4);
	bench_end(&bench);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_is_deaf_while_it_executes),
		cmocka_unit_test(execution_takes_the_parts_time),
		cmocka_unit_test(each_command_takes_time),
		cmocka_unit_test(bytes_take_nine_bit_times),
		cmocka_unit_test(the_watchdog_puts_it_to_sleep),
		cmocka_unit_test(the_watchdog_can_be_longer),
		cmocka_unit_test(awake_it_hears_no_wake_pulse),
		cmocka_unit_test(idle_stops_the_watchdog),
		cmocka_unit_test(what_would_not_finish_is_not_begun),
		cmocka_unit_test(what_just_finishes_is_done),
		cmocka_unit_test(modelled_time_is_the_same_each_run),
		cmocka_unit_test(waking_takes_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
