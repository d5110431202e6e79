/* SPDX-License-Identifier: Apache-2.0 */
/* Power that fails before, while, and after a command is executed. */
#include "sim_bench.h"

#include <errno.h>
#include <stdio.h>

static void begin(struct bench *bench, const char *options)
{
	bench_start(bench, "608b-factory", BOTH_LOCKED "26:0f0f s3:11",
		    options);
}

static void assert_dead(struct bench *bench)
{
	uint8_t answer[4];

	for (unsigned int i = 0; i < 3; i++) {
		assert_int_equal(sim_write(bench->sim, 0, NULL, 0), -ENXIO);
		sim_wait_us(bench->sim, 1500);
		assert_int_equal(sim_read(bench->sim, 0x60, answer, 4), -ENXIO);
	}
}

/* Slot 3 after a write of 5a over 11 that was cut as `fault` says. */
static void cut_a_write(const char *fault, uint8_t got[static 32])
{
	struct bench bench;
	char options[96];

	snprintf(options, sizeof(options), ",clock=virtual,seed=1,faults=%s",
		 fault);
	begin(&bench, options);
	assert_int_equal(bench_send(&bench, "12821800" B32), 0);
	assert_dead(&bench);
	bench_close(&bench);
	bench_open(&bench, ",clock=virtual");
	assert_answer(&bench, "02821800", 32);
	memcpy(got, bench.reply, 32);
	bench_end(&bench);
}

static void a_cut_has_three_forms(void **state)
{
	uint8_t got[32], old[32], new[32];
	unsigned int other = 0;

	(void)state;
	memset(old, 0x11, sizeof(old));
	memset(new, 0x5a, sizeof(new));
	cut_a_write("cut-before@1", got);
	assert_memory_equal(got, old, 32);
	cut_a_write("cut-after@1", got);
	assert_memory_equal(got, new, 32);
	cut_a_write("cut-torn@1", got);
	assert_memory_not_equal(got, old, 32);
	assert_memory_not_equal(got, new, 32);
	for (unsigned int i = 0; i < 32; i++)
		other += got[i] != 0x11 && got[i] != 0x5a;
	assert_in_range(other, 1, 31);
	cut_a_write("cut@1", new);
	assert_memory_equal(new, got, 32);
}

/* The chip after a command that the power failed in, as `seed` has it. */
static void tear(struct bench *bench, const char *image, const char *changes,
		 unsigned int seed, const char *payload)
{
	char options[64];

	snprintf(options, sizeof(options),
		 ",clock=virtual,seed=%u,faults=cut@1", seed);
	bench_start(bench, image, changes, options);
	assert_int_equal(bench_send(bench, payload), 0);
	bench_close(bench);
	bench_open(bench, ",clock=virtual");
}

static void a_torn_lock_is_done_or_not_done(void **state)
{
	unsigned int locked = 0;

	(void)state;
	for (unsigned int seed = 0; seed < 40; seed++) {
		struct bench bench;

		tear(&bench, "608b-factory", NULL, seed, "17800000");
		assert_answer(&bench, "02001500", 4);
		assert_true(bench.reply[3] == 0x55 || bench.reply[3] == 0x00);
		locked += bench.reply[3] == 0x00;
		bench_end(&bench);
	}
	assert_in_range(locked, 1, 39);
}

static void cuts_are_counted_in_commands(void **state)
{
	struct bench bench;

	(void)state;
	begin(&bench, ",clock=virtual,faults=cut-after@3");
	bench_play(&bench, "two", "30000000#4 30000000#4");
	assert_int_equal(bench_send(&bench, "30000000"), 0);
	assert_dead(&bench);
	bench_control(&bench, "power on");
	bench_wake(&bench);
	bench_control(&bench, "faults cut-before@2");
	bench_play(&bench, "one more", "30000000#4");
	assert_int_equal(bench_send(&bench, "30000000"), 0);
	assert_dead(&bench);
	bench_end(&bench);
}

/* Counters are what the part promises never to lose. */
static void a_torn_count_is_counted_or_not(void **state)
{
	unsigned int counted = 0;

	(void)state;
	for (unsigned int seed = 0; seed < 40; seed++) {
		struct bench bench;

		/* 31: both bit strings begin anew. */
		tear(&bench, "508a-provisioned", "52:0000000100000000", seed,
		     "24010000");
		assert_answer(&bench, "24000000", 4);
		assert_in_range(bench.reply[0], 31, 32);
		counted += bench.reply[0] == 32;
		bench_end(&bench);
	}
	assert_in_range(counted, 1, 39);
}

/* Slot 3: 36 bytes, of which 32 are the first block. */
static void read_slot(struct bench *bench, uint8_t slot[static 36])
{
	assert_answer(bench, "02821800", 32);
	memcpy(slot, bench->reply, 32);
	assert_answer(bench, "02021801", 4);
	memcpy(slot + 32, bench->reply, 4);
}

/* Bytes of slot 3 that a torn write has left neither old nor new. */
static void count_torn(const char *payload, size_t from, size_t to,
		       unsigned int torn[static 36])
{
	memset(torn, 0, 36 * sizeof(torn[0]));
	for (unsigned int seed = 0; seed < 60; seed++) {
		struct bench bench;
		uint8_t slot[36];

		tear(&bench, "608b-factory",
		     BOTH_LOCKED "26:0f0f 28:0f0f s3:11 s4:11", seed, payload);
		read_slot(&bench, slot);
		for (size_t i = 0; i < sizeof(slot); i++)
			torn[i] += slot[i] != 0x11 &&
				   !(slot[i] == 0x5a && i >= from && i < to);
		assert_answer(&bench, "02822000", 32);
		for (unsigned int i = 0; i < 32; i++)
			assert_int_equal(bench.reply[i], 0x11);
		bench_end(&bench);
	}
}

/* Changed or not, every byte of the block; of no other block, and no slot. */
static void a_torn_write_damages_its_whole_block(void **state)
{
	static const struct {
		const char *payload;
		size_t from, to, block, end;
	} cases[] = {
		{ "12021a00" B4, 8, 12, 0, 32 },
		{ "12821800" B32, 0, 32, 0, 32 },
		{ "12821800"
		  "11111111111111111111111111111111"
		  "11111111111111111111111111111111",
		  0, 32, 0, 32 },
		{ "12021801" B4, 32, 36, 32, 36 },
	};
	unsigned int torn[36];

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		count_torn(cases[i].payload, cases[i].from, cases[i].to, torn);
		for (size_t k = 0; k < 36; k++)
			assert_int_equal(torn[k] > 0, k >= cases[i].block &&
							      k < cases[i].end);
	}
}

/* Locked by SlotLocked, or never to be written by WriteConfig. */
static void a_locked_slot_is_never_torn(void **state)
{
	static const struct {
		const char *changes, *payload;
	} cases[] = {
		{ BOTH_LOCKED "26:0f0f 88:f7 s3:11", "12821800" B32 },
		{ BOTH_LOCKED "26:0f0f 88:f7 s3:11", "12021a00" B4 },
		{ BOTH_LOCKED "26:0f8f s3:11", "12821800" B32 },
	};

	(void)state;
	for (unsigned int seed = 0; seed < 20; seed++)
		for (size_t i = 0; i < COUNT(cases); i++) {
			struct bench bench;
			uint8_t slot[36];

			tear(&bench, "608b-factory", cases[i].changes, seed,
			     cases[i].payload);
			read_slot(&bench, slot);
			for (size_t k = 0; k < sizeof(slot); k++)
				assert_int_equal(slot[k], 0x11);
			bench_end(&bench);
		}
}

/* OTP, by words once it is consumed. */
static void torn_otp_is_a_block_too(void **state)
{
	unsigned int torn = 0;

	(void)state;
	for (unsigned int seed = 0; seed < 20; seed++) {
		struct bench bench;

		tear(&bench, "508a-factory", BOTH_LOCKED "18:55", seed,
		     "12010000" B4);
		assert_answer(&bench, "02810000", 32);
		for (unsigned int i = 4; i < 32; i++)
			torn += bench.reply[i] != 0xff;
		assert_answer(&bench, "02810800", 32);
		for (unsigned int i = 0; i < 32; i++)
			assert_int_equal(bench.reply[i], 0xff);
		bench_end(&bench);
	}
	assert_true(torn > 0);
}

/* In the configuration, what a write leaves as it is no cut can damage. */
static void only_what_changes_is_torn(void **state)
{
	unsigned int torn = 0;

	(void)state;
	for (unsigned int seed = 0; seed < 20; seed++) {
		struct bench bench;

		tear(&bench, "608b-factory", NULL, seed, "12000400c000aa00");
		assert_answer(&bench, "02000400", 4);
		assert_int_equal(bench.reply[0], 0xc0);
		assert_int_equal(bench.reply[3], 0x00);
		torn += bench.reply[2] != 0x00 && bench.reply[2] != 0xaa;
		bench_end(&bench);
	}
	assert_true(torn > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_cut_has_three_forms),
		cmocka_unit_test(a_torn_lock_is_done_or_not_done),
		cmocka_unit_test(a_torn_count_is_counted_or_not),
		cmocka_unit_test(a_torn_write_damages_its_whole_block),
		cmocka_unit_test(a_locked_slot_is_never_torn),
		cmocka_unit_test(torn_otp_is_a_block_too),
		cmocka_unit_test(only_what_changes_is_torn),
		cmocka_unit_test(cuts_are_counted_in_commands),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
