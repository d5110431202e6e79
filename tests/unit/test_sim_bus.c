/* SPDX-License-Identifier: Apache-2.0 */
/* The chip as a bus sees it: states, packets, time, and injected faults. */
#include "sim_bench.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "error.h"
#include "text.h"

static const uint8_t revision_request[] = { 0x03, 0x07, 0x30, 0x00,
					    0x00, 0x00, 0x03, 0x5d };

static void begin(struct bench *bench, const char *image, const char *options)
{
	bench_begin(bench);
	bench_image(bench, image, NULL);
	bench_open(bench, options);
}

static int write_bytes(struct bench *bench, const char *hex)
{
	uint8_t data[64];
	size_t len = strlen(hex) / 2;

	assert_int_equal(hex_decode(hex, data, len), 0);
	return sim_write(bench->sim, bench->address, data, len);
}

static int read_bytes(struct bench *bench, uint8_t *data, size_t len)
{
	return sim_read(bench->sim, bench->address, data, len);
}

static void assert_reads(struct bench *bench, const char *hex)
{
	uint8_t want[64], got[64];
	size_t len = strlen(hex) / 2;

	assert_int_equal(hex_decode(hex, want, len), 0);
	assert_int_equal(read_bytes(bench, got, len), 0);
	assert_memory_equal(got, want, len);
}

static void asleep_it_answers_nothing(void **state)
{
	struct bench bench;
	uint8_t byte;

	(void)state;
	begin(&bench, "608b-factory", ",clock=virtual");
	assert_int_equal(write_bytes(&bench, "01"), 0);
	assert_int_equal(write_bytes(&bench, ""), -ENXIO);
	assert_int_equal(write_bytes(&bench, "00"), -ENXIO);
	assert_int_equal(read_bytes(&bench, &byte, 1), -ENXIO);
	assert_int_equal(sim_read(bench.sim, 0, &byte, 1), -ENXIO);
	bench_wake(&bench);
	assert_int_equal(write_bytes(&bench, ""), 0);
	bench_end(&bench);
}

static void awake_it_answers_at_its_address_alone(void **state)
{
	struct bench bench;
	uint8_t byte;

	(void)state;
	begin(&bench, "608b-factory", ",clock=virtual");
	for (uint8_t address = 0; address < 128; address++)
		assert_int_equal(sim_read(bench.sim, address, &byte, 0),
				 address == 0x60 ? 0 : -ENXIO);
	bench_end(&bench);
}

static void waking_takes_time(void **state)
{
	struct bench bench;
	uint8_t answer[4];

	(void)state;
	begin(&bench, "608b-factory", ",clock=virtual,timing=typical,hz=0");
	write_bytes(&bench, "01");
	assert_int_equal(sim_write(bench.sim, 0, NULL, 0), -ENXIO);
	sim_wait_us(bench.sim, 1499);
	assert_int_equal(read_bytes(&bench, answer, 4), -ENXIO);
	sim_wait_us(bench.sim, 1);
	assert_int_equal(read_bytes(&bench, answer, 4), 0);
	assert_memory_equal(answer, "\x04\x11\x33\x43", 4);
	bench_end(&bench);
}

static void a_fast_bus_does_not_wake_it(void **state)
{
	struct bench bench;
	uint8_t answer[4];

	(void)state;
	bench_begin(&bench);
	bench.address = 0x60;
	for (unsigned int fast = 0; fast < 2; fast++) {
		char spec[160];

		snprintf(spec, sizeof(spec), "%s,clock=virtual,hz=%d",
			 bench.file, fast ? 400000 : 133000);
		assert_int_equal(sim_open(spec, &bench.sim), 0);
		sim_write(bench.sim, 0, NULL, 0);
		assert_int_equal(read_bytes(&bench, answer, 4),
				 fast ? -ENXIO : 0);
		bench_close(&bench);
	}
	bench_end(&bench);
}

static void replies_are_read_in_pieces_and_again(void **state)
{
	struct bench bench;

	(void)state;
	begin(&bench, "608b-factory", ",clock=virtual");
	assert_int_equal(sim_write(bench.sim, 0x60, revision_request,
				   sizeof(revision_request)),
			 0);
	assert_reads(&bench, "07");
	assert_reads(&bench, "00006003");
	assert_reads(&bench, "83bbffff");
	assert_int_equal(write_bytes(&bench, "00"), 0);
	assert_reads(&bench, "070000600383bb");
	bench_end(&bench);
}

static void broken_packets_are_told_so(void **state)
{
	static const char *const packets[] = {
		"0307300000000000", /* CRC */
		"03063000000000",   /* count too small */
		"0308300000000030", /* longer than what came */
		"030730",	    /* cut short */
		"03",
	};
	struct bench bench;

	(void)state;
	begin(&bench, "608b-factory", ",clock=virtual");
	for (size_t i = 0; i < COUNT(packets); i++) {
		assert_int_equal(write_bytes(&bench, packets[i]), 0);
		assert_reads(&bench, "04ff0142");
	}
	assert_int_equal(write_bytes(&bench, "030730000000035d00"), -EREMOTEIO);
	assert_reads(&bench, "070000600383bb");
	assert_int_equal(write_bytes(&bench, "04"), -EREMOTEIO);
	bench_end(&bench);
}

static void it_is_deaf_while_it_executes(void **state)
{
	struct bench bench;
	uint8_t byte;

	(void)state;
	begin(&bench, "508a-factory", ",clock=virtual,timing=max,hz=0");
	assert_int_equal(bench_send(&bench, "1b000000"), 0);
	assert_int_equal(read_bytes(&bench, &byte, 1), -ENXIO);
	assert_int_equal(write_bytes(&bench, "01"), -ENXIO);
	sim_wait_us(bench.sim, 22999);
	assert_int_equal(read_bytes(&bench, &byte, 1), -ENXIO);
	sim_wait_us(bench.sim, 1);
	assert_int_equal(read_bytes(&bench, &byte, 1), 0);
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
	bench_begin(&bench);
	bench_image(&bench, image, changes);
	bench_open(&bench, options);
	assert_int_equal(bench_send(&bench, payload), 0);
	start = sim_now_us(bench.sim);
	while (read_bytes(&bench, &byte, 1) < 0)
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
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		assert_int_equal(execution_us(cases[i].image, cases[i].changes,
					      cases[i].timing,
					      cases[i].payload),
				 cases[i].us);
}

static void bytes_take_nine_bit_times(void **state)
{
	struct bench bench;
	uint8_t bytes[10];
	uint64_t start;

	(void)state;
	begin(&bench, "508a-factory", ",clock=virtual,hz=100000");
	start = sim_now_us(bench.sim);
	assert_int_equal(read_bytes(&bench, bytes, 10), 0);
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
	begin(&bench, "608b-provisioned", ",clock=virtual");
	bench_play(&bench, "digest", "16030000" B32 "=00");
	sim_wait_us(bench.sim, 1300000 - 1500 - 1);
	assert_int_equal(read_bytes(&bench, &byte, 1), 0);
	sim_wait_us(bench.sim, 1);
	assert_int_equal(read_bytes(&bench, &byte, 1), -ENXIO);
	bench_wake(&bench);
	bench_play(&bench, "TempKey is gone", "41800000=0f");
	bench_end(&bench);
}

static void the_watchdog_can_be_longer(void **state)
{
	struct bench bench;
	uint8_t byte;

	(void)state;
	bench_begin(&bench);
	bench_image(&bench, "508a-factory", "19:04");
	bench_open(&bench, ",clock=virtual");
	sim_wait_us(bench.sim, 9900000);
	assert_int_equal(read_bytes(&bench, &byte, 1), 0);
	sim_wait_us(bench.sim, 100000);
	assert_int_equal(read_bytes(&bench, &byte, 1), -ENXIO);
	bench_end(&bench);
}

static void idle_stops_the_watchdog(void **state)
{
	struct bench bench;

	(void)state;
	begin(&bench, "608b-provisioned", ",clock=virtual");
	bench_play(&bench, "idle", "16030000" B32 "=00 idle");
	sim_wait_us(bench.sim, 60000000);
	bench_play(&bench, "TempKey is there", "wake 41800000#64");
	bench_end(&bench);
}

static void what_would_not_finish_is_not_begun(void **state)
{
	struct bench bench;

	(void)state;
	begin(&bench, "508a-factory", ",clock=virtual,timing=max,hz=0");
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
		begin(&bench, "508a-provisioned",
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

		begin(&bench, "508a-provisioned",
		      ",clock=virtual,timing=typical");
		bench_play(&bench, "sign",
			   "16030000" B32 "=00 41800000#64 sleep");
		end[i] = sim_now_us(bench.sim);
		bench_end(&bench);
	}
	assert_int_equal(end[0], end[1]);
	assert_true(end[0] > 42000 && end[0] < 80000);
}

static void a_seed_makes_it_all_reproducible(void **state)
{
	uint8_t first[64];

	(void)state;
	for (unsigned int i = 0; i < 2; i++) {
		struct bench bench;

		bench_begin(&bench);
		bench_image(&bench, "508a-provisioned", NULL);
		bench_open(&bench, ",clock=virtual,seed=5");
		bench_play(&bench, "sign", "16030000" B32 "=00");
		assert_answer(&bench, "41800000", 64);
		if (i == 0)
			memcpy(first, bench.reply, 64);
		else
			assert_memory_equal(bench.reply, first, 64);
		bench_end(&bench);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(asleep_it_answers_nothing),
		cmocka_unit_test(awake_it_answers_at_its_address_alone),
		cmocka_unit_test(waking_takes_time),
		cmocka_unit_test(a_fast_bus_does_not_wake_it),
		cmocka_unit_test(replies_are_read_in_pieces_and_again),
		cmocka_unit_test(broken_packets_are_told_so),
		cmocka_unit_test(it_is_deaf_while_it_executes),
		cmocka_unit_test(execution_takes_the_parts_time),
		cmocka_unit_test(bytes_take_nine_bit_times),
		cmocka_unit_test(the_watchdog_puts_it_to_sleep),
		cmocka_unit_test(the_watchdog_can_be_longer),
		cmocka_unit_test(idle_stops_the_watchdog),
		cmocka_unit_test(what_would_not_finish_is_not_begun),
		cmocka_unit_test(what_just_finishes_is_done),
		cmocka_unit_test(modelled_time_is_the_same_each_run),
		cmocka_unit_test(a_seed_makes_it_all_reproducible),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
