/* SPDX-License-Identifier: Apache-2.0 */
/* The chip as a bus sees it: states and packets. */
#include "sim_bench.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "error.h"
#include "text.h"

static const uint8_t revision_request[] = { 0x03, 0x07, 0x30, 0x00,
					    0x00, 0x00, 0x03, 0x5d };

static void assert_reads(struct bench *bench, const char *hex)
{
	uint8_t want[64], got[64];
	size_t len = strlen(hex) / 2;

	assert_int_equal(hex_decode(hex, want, len), 0);
	assert_int_equal(bench_read(bench, got, len), 0);
	assert_memory_equal(got, want, len);
}

static void asleep_it_answers_nothing(void **state)
{
	struct bench bench;
	uint8_t byte;

	(void)state;
	bench_start(&bench, "608b-factory", NULL, ",clock=virtual");
	assert_int_equal(bench_write(&bench, "01"), 0);
	assert_int_equal(bench_write(&bench, ""), -ENXIO);
	assert_int_equal(bench_write(&bench, "00"), -ENXIO);
	assert_int_equal(bench_read(&bench, &byte, 1), -ENXIO);
	assert_int_equal(sim_read(bench.sim, 0, &byte, 1), -ENXIO);
	bench_wake(&bench);
	assert_int_equal(bench_write(&bench, ""), 0);
	bench_end(&bench);
}

static void awake_it_answers_at_its_address_alone(void **state)
{
	struct bench bench;
	uint8_t byte;

	(void)state;
	bench_start(&bench, "608b-factory", NULL, ",clock=virtual");
	for (uint8_t address = 0; address < 128; address++)
		assert_int_equal(sim_read(bench.sim, address, &byte, 0),
				 address == 0x60 ? 0 : -ENXIO);
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
		assert_int_equal(bench_read(&bench, answer, 4),
				 fast ? -ENXIO : 0);
		bench_close(&bench);
	}
	bench_end(&bench);
}

static void replies_are_read_in_pieces_and_again(void **state)
{
	struct bench bench;

	(void)state;
	bench_start(&bench, "608b-factory", NULL, ",clock=virtual");
	assert_int_equal(sim_write(bench.sim, 0x60, revision_request,
				   sizeof(revision_request)),
			 0);
	assert_reads(&bench, "07");
	assert_reads(&bench, "00006003");
	assert_reads(&bench, "83bbffff");
	assert_int_equal(bench_write(&bench, "00"), 0);
	assert_reads(&bench, "070000600383bb");
	bench_end(&bench);
}

static void broken_packets_are_told_so(void **state)
{
	static const char *const packets[] = {
		"0307300000000000", /* CRC */
		"030730000000025d", /* its first byte */
		"030730000000035c", /* its second */
		"03063000000000",   /* count too small */
		"0306300000e100",   /* too small, its CRC being right */
		"039c" B64 B64 B20 B4 "5a2d28", /* too large, likewise */
	};
	struct bench bench;

	(void)state;
	bench_start(&bench, "608b-factory", NULL, ",clock=virtual");
	for (size_t i = 0; i < COUNT(packets); i++) {
		assert_int_equal(bench_write(&bench, packets[i]), 0);
		assert_reads(&bench, "04ff0142");
	}
	assert_int_equal(bench_write(&bench, "030730000000035d00"), -EREMOTEIO);
	assert_reads(&bench, "070000600383bb");
	assert_int_equal(bench_write(&bench, "04"), -EREMOTEIO);
	bench_end(&bench);
}

static void a_packet_may_come_in_pieces(void **state)
{
	struct bench bench;
	uint8_t byte;

	(void)state;
	bench_start(&bench, "608b-factory", NULL, ",clock=virtual");
	assert_int_equal(bench_write(&bench, "0307"), 0);
	assert_int_equal(bench_read(&bench, &byte, 1), -ENXIO);
	assert_int_equal(bench_write(&bench, "033000"), 0);
	assert_int_equal(bench_write(&bench, "03"), 0);
	assert_int_equal(bench_read(&bench, &byte, 1), -ENXIO);
	assert_int_equal(bench_write(&bench, "030000035d00"), -EREMOTEIO);
	assert_reads(&bench, "070000600383bb");
	/* And nothing is left of it. */
	assert_int_equal(bench_write(&bench, "0307300000000000"), 0);
	assert_reads(&bench, "04ff0142");
	bench_end(&bench);
}

static void half_a_packet_can_be_forgotten(void **state)
{
	struct bench bench;
	uint8_t byte;

	(void)state;
	bench_start(&bench, "608b-factory", NULL, ",clock=virtual");
	assert_int_equal(bench_write(&bench, "0308300000000030"), 0);
	assert_int_equal(bench_write(&bench, "00"), 0);
	bench_play(&bench, "reset", "30000000#4");
	assert_int_equal(bench_write(&bench, "030730"), 0);
	bench_play(&bench, "sleep", "sleep wake 30000000#4");
	assert_int_equal(bench_write(&bench, "030730"), 0);
	bench_play(&bench, "idle", "idle wake 30000000#4");
	assert_int_equal(bench_write(&bench, "030730"), 0);
	sim_wait_us(bench.sim, 1300000);
	assert_int_equal(bench_read(&bench, &byte, 1), -ENXIO);
	bench_wake(&bench);
	bench_play(&bench, "the watchdog", "30000000#4");
	bench_end(&bench);
}

static void a_failed_wake_can_have_the_librarys_crc(void **state)
{
	struct bench bench;
	uint8_t answer[4];

	(void)state;
	bench_start(&bench, "608b-factory", NULL,
		    ",clock=virtual,wake-crc=c440");
	bench_play(&bench, "a good wake is as ever", "sleep wake sleep");
	bench_control(&bench, "faults latch07@1");
	assert_int_equal(sim_write(bench.sim, 0, NULL, 0), -ENXIO);
	assert_int_equal(bench_read(&bench, answer, 4), 0);
	assert_memory_equal(answer, "\x04\x07\xc4\x40", 4);
	assert_status(&bench, "1b000000", 0x07);
	bench_end(&bench);
}

static void a_seed_makes_it_all_reproducible(void **state)
{
	uint8_t first[64];

	(void)state;
	for (unsigned int i = 0; i < 2; i++) {
		struct bench bench;

		bench_start(&bench, "508a-provisioned", NULL,
			    ",clock=virtual,seed=5");
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
		cmocka_unit_test(a_fast_bus_does_not_wake_it),
		cmocka_unit_test(replies_are_read_in_pieces_and_again),
		cmocka_unit_test(broken_packets_are_told_so),
		cmocka_unit_test(a_packet_may_come_in_pieces),
		cmocka_unit_test(half_a_packet_can_be_forgotten),
		cmocka_unit_test(a_failed_wake_can_have_the_librarys_crc),
		cmocka_unit_test(a_seed_makes_it_all_reproducible),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
