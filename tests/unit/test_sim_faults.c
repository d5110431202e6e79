/* SPDX-License-Identifier: Apache-2.0 */
/* Faults that are asked for. */
#include "sim_bench.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "error.h"

/* bench_open() takes two transfers: the wake pulse and reading the answer. */
static void begin(struct bench *bench, const char *options)
{
	bench_start(bench, "608b-factory", BOTH_LOCKED "26:0f0f s3:11",
		    options);
}

static uint64_t stat_of(struct bench *bench, const char *name)
{
	struct bytes text = BYTES_INIT;
	json_error_t error;
	json_t *json;
	json_int_t value;

	assert_int_equal(sim_stats(bench->sim, &text), 0);
	json = json_loads(bytes_text(&text), 0, &error);
	assert_non_null(json);
	value = json_integer_value(json_object_get(json, name));
	json_decref(json);
	bytes_free(&text);
	return (uint64_t)value;
}

static void nak_is_one_transfer_the_chip_does_not_see(void **state)
{
	struct bench bench;

	(void)state;
	begin(&bench, ",clock=virtual,faults=nak@3");
	assert_int_equal(bench_send(&bench, "30000000"), -ENXIO);
	assert_int_equal(stat_of(&bench, "commands"), 0);
	assert_answer(&bench, "30000000", 4);
	bench_end(&bench);
}

static void a_wake_pulse_can_get_lost(void **state)
{
	struct bench bench;
	uint8_t answer[4];

	(void)state;
	begin(&bench, ",clock=virtual");
	bench_play(&bench, "sleep", "sleep");
	bench_control(&bench, "faults nak@1");
	assert_int_equal(sim_write(bench.sim, 0, NULL, 0), -ENXIO);
	assert_int_equal(sim_read(bench.sim, 0x60, answer, 4), -ENXIO);
	bench_wake(&bench);
	bench_end(&bench);
}

static void crc_breaks_one_packet_either_way(void **state)
{
	struct bench bench;
	uint8_t reply[7];

	(void)state;
	begin(&bench, ",clock=virtual,faults=crc@3");
	assert_int_equal(bench_send(&bench, "30000000"), 0);
	bench_receive(&bench);
	assert_int_equal(bench.reply[0], 0xff);
	assert_int_equal(stat_of(&bench, "commands"), 0);
	bench_control(&bench, "faults crc@2");
	assert_int_equal(bench_send(&bench, "30000000"), 0);
	assert_int_equal(sim_read(bench.sim, 0x60, reply, 7), 0);
	assert_memory_equal(reply, "\x07\x00\x00\x60\x03\x83", 6);
	assert_int_not_equal(reply[6], 0xbb);
	sim_write(bench.sim, 0x60, (const uint8_t *)"\0", 1);
	assert_int_equal(sim_read(bench.sim, 0x60, reply, 7), 0);
	assert_int_equal(reply[6], 0xbb);
	bench_end(&bench);
}

static void short_cuts_a_packet(void **state)
{
	struct bench bench;
	uint8_t reply[8];

	(void)state;
	begin(&bench, ",clock=virtual,faults=short@3+short@7");
	assert_int_equal(bench_send(&bench, "30000000"), -EREMOTEIO);
	assert_int_equal(sim_read(bench.sim, 0x60, reply, 4), -ENXIO);
	assert_int_equal(bench_write(&bench, "00"), 0);
	assert_int_equal(bench_send(&bench, "30000000"), 0);
	assert_int_equal(sim_read(bench.sim, 0x60, reply, 8), 0);
	assert_memory_equal(reply, "\x07\x00\x00\x60\xff\xff\xff\xff", 8);
	bench_end(&bench);
}

static void busy_is_a_command_that_takes_longer(void **state)
{
	struct bench bench;
	uint8_t byte;

	(void)state;
	begin(&bench, ",clock=virtual,faults=busy@4");
	assert_int_equal(bench_send(&bench, "30000000"), 0);
	assert_int_equal(sim_read(bench.sim, 0x60, &byte, 1), -ENXIO);
	sim_wait_us(bench.sim, 49999);
	assert_int_equal(sim_read(bench.sim, 0x60, &byte, 1), -ENXIO);
	sim_wait_us(bench.sim, 1);
	bench_receive(&bench);
	assert_int_equal(bench.len, 4);
	bench_end(&bench);
}

static void hang_holds_the_bus_until_the_watchdog(void **state)
{
	struct bench bench;
	unsigned int times = 0;

	(void)state;
	begin(&bench, ",clock=virtual,faults=hang@3");
	while (sim_write(bench.sim, 0x60, NULL, 0) == -ETIMEDOUT)
		times++;
	assert_in_range(times, 10, 60);
	assert_in_range(sim_now_us(bench.sim), 1300000, 1400000);
	bench_wake(&bench);
	assert_answer(&bench, "30000000", 4);
	bench_end(&bench);
}

static void hang_lasts_as_long_when_it_sleeps(void **state)
{
	struct bench bench;
	uint64_t began;

	(void)state;
	begin(&bench, ",clock=virtual");
	sim_wait_us(bench.sim, 1000000);
	bench_play(&bench, "sleep", "sleep");
	bench_control(&bench, "faults hang@1");
	began = sim_now_us(bench.sim);
	while (sim_write(bench.sim, 0, NULL, 0) == -ETIMEDOUT)
		continue;
	assert_in_range(sim_now_us(bench.sim) - began, 1300000, 1400000);
	bench_end(&bench);
}

static void stuck_is_for_ever(void **state)
{
	struct bench bench;

	(void)state;
	begin(&bench, ",clock=virtual,faults=stuck@3");
	for (unsigned int i = 0; i < 100; i++) {
		assert_int_equal(sim_write(bench.sim, 0, NULL, 0), -ETIMEDOUT);
		sim_wait_us(bench.sim, 1000000);
	}
	bench_control(&bench, "power cycle");
	bench_wake(&bench);
	bench_end(&bench);
}

static void latch07_leaves_the_configuration_and_the_self_test(void **state)
{
	struct bench bench;
	uint8_t answer[4];

	(void)state;
	begin(&bench, ",clock=virtual,faults=latch07@3");
	bench_play(&bench, "failed",
		   "1b000000=07 30000000=07 02821800=07 12821800" B32
		   "=07 02800000#32 77000000=01 77100000=00 1b000000=07");
	bench_play(&bench, "until it sleeps", "sleep wake 02821800#32 sleep");
	bench_control(&bench, "faults latch07@1");
	assert_int_equal(sim_write(bench.sim, 0, NULL, 0), -ENXIO);
	assert_int_equal(bench_read(&bench, answer, 4), 0);
	assert_memory_equal(answer, "\x04\x07\x40\xc2", 4);
	bench_play(&bench, "until it sleeps", "sleep wake 1b000000#32");
	bench_end(&bench);
}

static void latch08_lasts_until_sleep(void **state)
{
	struct bench bench;

	(void)state;
	begin(&bench, ",clock=virtual,faults=latch08@3");
	bench_play(&bench, "failed",
		   "1b000000=08 30000000=08 02800000=08 77000000=01 "
		   "77010000=01 77100000=00");
	bench_play(&bench, "idle does not help", "idle wake 1b000000=08");
	bench_play(&bench, "sleep does", "sleep wake 1b000000#32");
	bench_end(&bench);
}

static void gone_is_gone_until_it_is_put_back(void **state)
{
	struct bench bench;

	(void)state;
	begin(&bench, ",clock=virtual,faults=gone@3");
	for (unsigned int i = 0; i < 5; i++)
		assert_int_equal(sim_write(bench.sim, i ? 0x60 : 0, NULL, 0),
				 -ENXIO);
	bench_control(&bench, "power cycle");
	assert_int_equal(sim_write(bench.sim, 0, NULL, 0), -ENXIO);
	assert_int_equal(sim_write(bench.sim, 0x60, NULL, 0), -ENXIO);
	bench_control(&bench, "insert");
	bench_wake(&bench);
	assert_answer(&bench, "30000000", 4);
	bench_end(&bench);
}

static void swap_is_another_chip_that_is_asleep(void **state)
{
	struct bench bench;
	uint8_t serial[4];

	(void)state;
	begin(&bench, ",clock=virtual,seed=3,faults=swap@6");
	assert_answer(&bench, "02000000", 4);
	memcpy(serial, bench.reply, 4);
	assert_int_equal(bench_send(&bench, "02000000"), -ENXIO);
	bench_wake(&bench);
	assert_answer(&bench, "02000000", 4);
	assert_memory_not_equal(bench.reply, serial, 4);
	bench_play(&bench, "a blank one", "12000400deadbeef=00");
	bench_close(&bench);
	bench_open(&bench, ",clock=virtual");
	assert_answer(&bench, "02000000", 4);
	assert_memory_equal(bench.reply, serial, 4);
	bench_end(&bench);
}

static void swap_can_name_the_other_chip(void **state)
{
	struct bench bench, other;
	char command[160];

	(void)state;
	bench_begin(&other);
	bench_image(&other, "508a-factory", NULL);
	begin(&bench, ",clock=virtual");
	snprintf(command, sizeof(command), "faults swap@1=%s", other.file);
	bench_control(&bench, command);
	assert_int_equal(bench_send(&bench, "30000000"), -ENXIO);
	bench_wake(&bench);
	assert_answer(&bench, "30000000", 4);
	assert_memory_equal(bench.reply, "\x00\x00\x50\x00", 4);
	/* It is kept in its own file, which is in use now; the first is not. */
	assert_int_equal(sim_open(other.file, &other.sim), -EBUSY);
	assert_int_equal(sim_open(bench.file, &other.sim), 0);
	bench_end(&bench);
	bench_end(&other);
}

static void a_swap_that_fails_leaves_the_socket_empty(void **state)
{
	struct bench bench;

	(void)state;
	begin(&bench, ",clock=virtual,faults=swap@3=/nowhere/at/all");
	assert_int_equal(bench_send(&bench, "30000000"), -ENXIO);
	assert_int_equal(sim_write(bench.sim, 0, NULL, 0), -ENXIO);
	assert_int_equal(bench_send(&bench, "30000000"), -ENXIO);
	bench_end(&bench);
}

static void what_is_no_chip_is_not_swapped_in(void **state)
{
	struct bytes answer = BYTES_INIT;
	struct bench bench, other;
	char command[120];
	uint8_t serial[4];
	json_t *json;

	(void)state;
	bench_begin(&other);
	bench_image(&other, "508a-factory", "0:ffffffff");
	json = json_load_file(other.file, 0, NULL);
	json_object_set_new(json, "model", json_string("204a"));
	assert_int_equal(json_dump_file(json, other.file, 0), 0);
	json_decref(json);
	begin(&bench, ",clock=virtual");
	assert_answer(&bench, "02000000", 4);
	memcpy(serial, bench.reply, 4);
	snprintf(command, sizeof(command), "swap %s", other.file);
	assert_int_equal(sim_control(bench.sim, command, &answer), -EINVAL);
	assert_int_equal(truncate(other.file, 0), 0);
	assert_int_equal(sim_control(bench.sim, command, &answer), -EINVAL);
	assert_non_null(strstr(fail_reason(), "holds no chip"));
	/* Here and in its file, the first chip is what it was. */
	assert_answer(&bench, "02000000", 4);
	assert_memory_equal(bench.reply, serial, 4);
	assert_status(&bench, "12021800deadbeef", 0x00);
	bench_close(&bench);
	bench_open(&bench, ",clock=virtual");
	assert_answer(&bench, "02000000", 4);
	assert_memory_equal(bench.reply, serial, 4);
	bytes_free(&answer);
	bench_end(&bench);
	bench_end(&other);
}

static void counting_shows_where_faults_can_be(void **state)
{
	struct bench bench;

	(void)state;
	begin(&bench, ",clock=virtual");
	assert_int_equal(stat_of(&bench, "transfers"), 2);
	assert_answer(&bench, "30000000", 4);
	assert_int_equal(stat_of(&bench, "transfers"), 5);
	assert_int_equal(stat_of(&bench, "commands"), 1);
	bench_play(&bench, "refused", "99000000=03");
	assert_int_equal(stat_of(&bench, "refused"), 1);
	bench_control(&bench, "reset");
	assert_int_equal(stat_of(&bench, "transfers"), 0);
	bench_end(&bench);
}

static void nonsense_is_refused(void **state)
{
	static const char *const commands[] = {
		"",
		"frobnicate",
		"faults",
		"faults nak",
		"faults nak@0",
		"faults nak@x",
		"faults nak@1x",
		"faults nak@99999999999999999999",
		"faults =@1",
		"faults nak@1+oops@2",
		"power",
		"power maybe",
		"swap /nowhere/at/all",
	};
	struct bytes answer = BYTES_INIT;
	struct bench bench;

	(void)state;
	begin(&bench, ",clock=virtual");
	for (size_t i = 0; i < COUNT(commands); i++)
		assert_true(sim_control(bench.sim, commands[i], &answer) < 0);
	/* Of a list with a bad one, none has been taken. */
	assert_answer(&bench, "30000000", 4);
	bytes_free(&answer);
	bench_end(&bench);
}

static void faults_can_be_called_off(void **state)
{
	struct bench bench;

	(void)state;
	begin(&bench, ",clock=virtual,faults=stuck@4++nak@3");
	bench_control(&bench, "no-faults");
	assert_answer(&bench, "30000000", 4);
	bench_end(&bench);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nak_is_one_transfer_the_chip_does_not_see),
		cmocka_unit_test(a_wake_pulse_can_get_lost),
		cmocka_unit_test(crc_breaks_one_packet_either_way),
		cmocka_unit_test(short_cuts_a_packet),
		cmocka_unit_test(busy_is_a_command_that_takes_longer),
		cmocka_unit_test(hang_holds_the_bus_until_the_watchdog),
		cmocka_unit_test(hang_lasts_as_long_when_it_sleeps),
		cmocka_unit_test(stuck_is_for_ever),
		cmocka_unit_test(
			latch07_leaves_the_configuration_and_the_self_test),
		cmocka_unit_test(latch08_lasts_until_sleep),
		cmocka_unit_test(gone_is_gone_until_it_is_put_back),
		cmocka_unit_test(swap_is_another_chip_that_is_asleep),
		cmocka_unit_test(swap_can_name_the_other_chip),
		cmocka_unit_test(a_swap_that_fails_leaves_the_socket_empty),
		cmocka_unit_test(what_is_no_chip_is_not_swapped_in),
		cmocka_unit_test(counting_shows_where_faults_can_be),
		cmocka_unit_test(nonsense_is_refused),
		cmocka_unit_test(faults_can_be_called_off),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
