/* SPDX-License-Identifier: Apache-2.0 */
/* What Read, Write and Lock allow and refuse, by zone and state. */
#include "sim_bench.h"

#include <stdio.h>

#include "crc.h"

static void configuration_is_read_and_written(void **state)
{
	static const struct rule rules[] = {
		{ "reads, whatever is locked", "608b-factory", NULL,
		  "02800000#32 02800800#32 02801000#32 02801800#32 "
		  "02001500#4" },
		{ "reads of a personal chip", "508a-provisioned", NULL,
		  "02800000#32 02001f00#4" },
		{ "no such address", "608b-factory", NULL,
		  "02802000=03 02002000=03 02000001=03" },
		{ "32 bytes from a word", "608b-factory", NULL, "02800100=03" },
		{ "no such mode or zone", "608b-factory", NULL,
		  "02400000=03 02030000=03 0280000000=03" },
		{ "words that can be written", "508a-factory", NULL,
		  "12000400" B4 "=00 12001400" B4 "=00 12001600" B4
		  "=00 12001f00" B4 "=00" },
		{ "blocks that can be written", "608b-factory", NULL,
		  "12800800" B32 "=00 12801800" B32 "=00" },
		{ "serial number and revision cannot", "608b-factory", NULL,
		  "12000000" B4 "=03 12000100" B4 "=03 12000200" B4
		  "=03 12000300" B4 "=03 12800000" B32 "=03" },
		{ "lock and extra bytes cannot", "608b-factory", NULL,
		  "12001500" B4 "=03 12801000" B32 "=03" },
		{ "length and mode agree", "608b-factory", NULL,
		  "12000800" B32 "=03 12800800" B4 "=03 12000800=03" },
		{ "no such mode, zone or address", "608b-factory", NULL,
		  "12400400" B4 "=03 12030000" B4 "=03 12002000" B4
		  "=03 12800900" B32 "=03 12800800" B64 "=03" },
		{ "nothing after the lock", "608b-factory", CONFIG_LOCKED,
		  "12000400" B4 "=0f 12800800" B32 "=0f" },
	};

	(void)state;
	bench_rules(rules, COUNT(rules));
}

static void otp_is_read_and_written(void **state)
{
	static const struct rule rules[] = {
		{ "not before the configuration lock", "608b-factory", NULL,
		  "12810000" B32 "=0f 02810000=0f 02010000=0f" },
		{ "blocks between the locks", "608b-factory", CONFIG_LOCKED,
		  "12810000" B32 "=00 12810800" B32 "=00" },
		{ "no words between the locks", "608b-factory", CONFIG_LOCKED,
		  "12010000" B4 "=0f" },
		{ "never encrypted", "608b-factory", CONFIG_LOCKED,
		  "12810000" B64 "=03 12c10000" B64 "=03" },
		{ "no reads between the locks", "608b-factory", CONFIG_LOCKED,
		  "02810000=0f 02010000=0f" },
		{ "no such address", "608b-factory", BOTH_LOCKED,
		  "02811000=03 02011000=03" },
		{ "reads after the locks", "608b-factory", BOTH_LOCKED,
		  "02810000#32 02810800#32 02010f00#4" },
		{ "never written again on a 608", "608b-factory",
		  BOTH_LOCKED "18:55", "12810000" B32 "=0f 12010000" B4 "=0f" },
		{ "508A, read-only mode", "508a-factory", BOTH_LOCKED "18:aa",
		  "02810000#32 02010000#4 12010000" B4 "=0f" },
		{ "508A, consumption mode", "508a-factory", BOTH_LOCKED "18:55",
		  "02810000#32 12010000" B4 "=00 12810800" B32 "=00" },
		{ "508A, legacy mode", "508a-factory", BOTH_LOCKED "18:00",
		  "02810000=0f 02010000=0f 02010100=0f 02010200#4 "
		  "12010000" B4 "=0f" },
	};

	(void)state;
	bench_rules(rules, COUNT(rules));
}

static void consumed_bits_do_not_come_back(void **state)
{
	struct bench bench;

	(void)state;
	bench_start(&bench, "508a-factory", BOTH_LOCKED "18:55",
		    ",clock=virtual");
	bench_play(&bench, "clear", "12010000fffff0ff=00");
	bench_play(&bench, "set again", "12010000ffffff0f=00");
	assert_answer(&bench, "02010000", 4);
	assert_memory_equal(bench.reply, "\xff\xff\xf0\x0f", 4);
	bench_end(&bench);
}

static void slots_are_read(void **state)
{
	static const struct rule rules[] = {
		{ "not before the configuration lock", "508a-factory",
		  "26:0f0f", "02821800=0f 02021800=0f" },
		{ "not between the locks", "508a-factory",
		  CONFIG_LOCKED "26:0f0f", "02821800=0f 02021800=0f" },
		{ "open slots after the locks", "508a-factory",
		  BOTH_LOCKED "26:0f0f", "02821800#32 02021800#4" },
		{ "no secret slots", "508a-factory", BOTH_LOCKED "26:8f0f",
		  "02821800=0f 02021800=0f" },
		{ "not what must be encrypted", "508a-factory",
		  BOTH_LOCKED "26:4f0f", "02821800=0f" },
		{ "no private keys, secret or not", "508a-factory",
		  BOTH_LOCKED "26:0f0f 102:3300", "02821800=0f" },
		{ "36 bytes of slots 0 to 7", "508a-factory",
		  BOTH_LOCKED "26:0f0f",
		  "02021801#4 02021901=03 02821801#32 02021802=03" },
		{ "what a block has, then zeros", "508a-factory",
		  BOTH_LOCKED "26:0f0f s3:11 38:0f0f s9:22",
		  "02821801:1111111100000000000000000000000000000000000000000000"
		  "000000000000 02824802:22222222222222220000000000000000000000"
		  "00000000000000000000000000" },
		{ "416 bytes of slot 8", "508a-factory", BOTH_LOCKED "36:0f0f",
		  "0282400c#32 0202470c#4 0282400d=03 0202400d=03" },
		{ "72 bytes of slots 9 to 15", "508a-factory",
		  BOTH_LOCKED "38:0f0f 50:0f0f",
		  "02824801#32 02024902#4 02024a02=03 02824802#32 "
		  "02027902#4 02027a02=03" },
		{ "no such address", "508a-factory", BOTH_LOCKED "26:0f0f",
		  "02829800=03 02821900=03 02821810=03" },
	};

	(void)state;
	bench_rules(rules, COUNT(rules));
}

static void slots_are_written(void **state)
{
	static const struct rule rules[] = {
		{ "not before the configuration lock", "608b-factory", NULL,
		  "12821800" B32 "=0f 12021800" B4 "=0f" },
		{ "blocks between the locks, whatever SlotConfig says",
		  "608b-factory", CONFIG_LOCKED "26:8f8f",
		  "12821800" B32 "=00 12821801" B32 "=00" },
		{ "no words between the locks", "608b-factory",
		  CONFIG_LOCKED "26:0f0f", "12021800" B4 "=0f" },
		{ "no private keys", "608b-factory", CONFIG_LOCKED,
		  "12820000" B32 "=0f" },
		{ "Always, after the locks", "608b-factory",
		  BOTH_LOCKED "26:0f0f",
		  "12821800" B32 "=00 12021800" B4 "=00 12021801" B4 "=00" },
		{ "Never (0010), after the locks", "608b-factory",
		  BOTH_LOCKED "26:0f2f", "12821800" B32 "=0f" },
		{ "Never (1000), after the locks", "608b-factory",
		  BOTH_LOCKED "26:0f8f", "12821800" B32 "=0f" },
		{ "not what must be encrypted", "608b-factory",
		  BOTH_LOCKED "26:0f4f",
		  "12821800" B32 "=0f 12c21800" B64 "=0f 12021800" B4 "=0f" },
		{ "encrypted, or said to be, before the data lock",
		  "608b-factory", CONFIG_LOCKED "26:0f4f",
		  "12821800" B64 "=03 12c21800" B64 "=0f 12421800" B64
		  "=03 12c21800" B32 "=03" },
		{ "slots that are locked before the data lock", "608b-factory",
		  CONFIG_LOCKED "88:f7",
		  "12821800" B32 "=0f 12822000" B32 "=00" },
		{ "Never (0011, 1001, 1011), after the locks", "608b-factory",
		  BOTH_LOCKED "26:0f3f 28:0f9f 30:0fbf",
		  "12821800" B32 "=0f 12822000" B32 "=0f 12822800" B32 "=0f" },
		{ "Encrypt (0101, 1111), after the locks", "608b-factory",
		  BOTH_LOCKED "26:0f5f 28:0fff",
		  "12821800" B32 "=0f 12822000" B32 "=0f" },
	};

	(void)state;
	bench_rules(rules, COUNT(rules));
}

static void keys_that_are_written_lose_their_validity(void **state)
{
	static const struct rule rules[] = {
		{ "only Verify marks a key as valid", "608b-factory",
		  BOTH_LOCKED "38:0f0f 114:3200",
		  "1202480055555555=00 02024800:a5555555 "
		  "1202480065555555=00 02024800:a5555555" },
		{ "each write of it ends its validity", "608b-factory",
		  BOTH_LOCKED "38:0f0f 114:3200 s9:5a",
		  "30010900:01000000 12024801" B4
		  "=00 02024800:aa5a5a5a 30010900:00000000" },
		{ "a key that wants no validation bears any mark",
		  "608b-factory", BOTH_LOCKED "38:0f0f 114:3000",
		  "12824800" B32 "=00 02024800:5a5a5a5a" },
		{ "and so does what is no key", "608b-factory",
		  BOTH_LOCKED "38:0f0f 114:3e00",
		  "12824800" B32 "=00 02024800:5a5a5a5a" },
		{ "a maker marks keys before the data lock", "608b-factory",
		  CONFIG_LOCKED "114:3200",
		  "12824800" B32 "=00 17810000=00 30010900:01000000" },
		{ "32 bytes from a word on write that word", "608b-factory",
		  CONFIG_LOCKED "40:0f0f s10:11",
		  "12825102" B32 "=00 12825202" B32 "=03 12825100" B32
		  "=00 17810000=00 02025102:5a5a5a5a 02025002:11111111 "
		  "02025000:11111111 02025100:5a5a5a5a 02025200:11111111" },
		{ "PubInvalid, over a key that is not valid", "608b-factory",
		  BOTH_LOCKED "38:0f1f s9=a0", "12824800" B32 "=00" },
		{ "PubInvalid, not over a valid key", "608b-factory",
		  BOTH_LOCKED "38:0f1f s9=50", "12824800" B32 "=0f" },
		{ "no words of secret slots", "608b-factory",
		  BOTH_LOCKED "26:8f0f",
		  "12021800" B4 "=0f 12821800" B32 "=00" },
		{ "no locked slots", "608b-factory",
		  BOTH_LOCKED "26:0f0f 88:f7",
		  "12821800" B32 "=0f 12021800" B4 "=0f 12823800" B32 "=0f" },
		{ "beyond the slot", "608b-factory", BOTH_LOCKED "26:0f0f",
		  "12021901" B4 "=03 12821802" B32 "=03" },
	};

	(void)state;
	bench_rules(rules, COUNT(rules));
}

static void a_partial_block_keeps_what_fits(void **state)
{
	struct bench bench;

	(void)state;
	bench_start(&bench, "608b-factory",
		    BOTH_LOCKED "38:0f0f 40:0f0f s10:11", ",clock=virtual");
	bench_play(&bench, "write", "12824802" B32 "=00");
	assert_answer(&bench, "02024802", 4);
	assert_memory_equal(bench.reply, "\x5a\x5a\x5a\x5a", 4);
	assert_answer(&bench, "02024902", 4);
	assert_memory_equal(bench.reply, "\x5a\x5a\x5a\x5a", 4);
	/* The next slot begins where this one ends. */
	assert_answer(&bench, "02025000", 4);
	assert_memory_equal(bench.reply, "\x11\x11\x11\x11", 4);
	bench_end(&bench);
}

static void zones_and_slots_are_locked_once(void **state)
{
	static const struct rule rules[] = {
		{ "configuration, then data", "608b-factory", NULL,
		  "17800000=00 17800000=0f 17810000=00 17810000=0f" },
		{ "not data first", "608b-factory", NULL, "17810000=0f" },
		{ "not with another CRC", "608b-factory", NULL,
		  "17001234=0f 02001500#4" },
		{ "no data with another CRC", "608b-factory", CONFIG_LOCKED,
		  "17011234=0f 12821800" B32 "=00" },
		{ "no slots first", "608b-factory", "102:3c00", "170e0000=0f" },
		{ "no data twice, or by another CRC then", "608b-factory",
		  BOTH_LOCKED, "17810000=0f 17010000=0f 17800000=0f" },
		{ "no such mode", "608b-factory", NULL,
		  "17830000=03 17c00000=03 17840000=03 17850000=03 "
		  "17800100=03 1780000000=03" },
		{ "slots after the data lock", "608b-factory",
		  BOTH_LOCKED "102:3c00", "170e0000=00 170e0000=0f" },
		{ "no slots before the data lock", "608b-factory",
		  CONFIG_LOCKED "102:3c00", "170e0000=0f" },
		{ "no slots that are not lockable", "608b-factory",
		  BOTH_LOCKED "102:1c00", "170e0000=0f" },
		{ "slots have no CRC", "608b-factory", BOTH_LOCKED "102:3c00",
		  "170e0100=03 178e0000=03" },
	};

	(void)state;
	bench_rules(rules, COUNT(rules));
}

/* All of a blank chip is FF; three of its slots are for private keys. */
#define SUMMED (5 * 36 + 416 + 7 * 72 + 64)

static void a_lock_goes_by_the_crc_of_its_zone(void **state)
{
	uint8_t config[128], blank[SUMMED];
	char payload[16];
	struct bench bench;
	uint16_t crc;

	(void)state;
	memset(blank, 0xff, sizeof(blank));
	bench_start(&bench, "608b-factory", NULL, ",clock=virtual");
	for (unsigned int block = 0; block < 4; block++) {
		snprintf(payload, sizeof(payload), "0280%02x00", 8 * block);
		assert_answer(&bench, payload, 32);
		memcpy(config + 32 * block, bench.reply, 32);
	}
	crc = crc16(config, sizeof(config));
	snprintf(payload, sizeof(payload), "1700%02x%02x", crc & 0xff,
		 crc >> 8);
	assert_status(&bench, payload, 0x00);
	crc = crc16(blank, sizeof(blank));
	snprintf(payload, sizeof(payload), "1701%02x%02x", crc & 0xff,
		 (crc >> 8) ^ 1);
	assert_status(&bench, payload, 0x0f);
	snprintf(payload, sizeof(payload), "1701%02x%02x", crc & 0xff,
		 crc >> 8);
	assert_status(&bench, payload, 0x00);
	bench_end(&bench);
}

static void a_slot_lock_clears_its_bit_alone(void **state)
{
	struct bench bench;

	(void)state;
	bench_start(&bench, "608b-factory", BOTH_LOCKED "102:3c00 116:3c00",
		    ",clock=virtual");
	bench_play(&bench, "lock", "170e0000=00 172a0000=00");
	assert_answer(&bench, "02001600", 4);
	assert_memory_equal(bench.reply, "\xf7\xfb", 2);
	bench_end(&bench);
}

static void extra_bytes_are_written_once(void **state)
{
	static const struct rule rules[] = {
		{ "both, one time", "608b-factory", CONFIG_LOCKED,
		  "20001100=00 20001200=0f 20012200=00 20012200=0f" },
		{ "any value of a byte", "608b-factory", CONFIG_LOCKED,
		  "2000ff00=00" },
		{ "also before the configuration lock", "508a-factory", NULL,
		  "20001100=00 20001200=0f" },
		{ "508A: the Selector again and again", "508a-factory",
		  CONFIG_LOCKED, "20011100=00 20012200=00 20010000=00" },
		{ "508A: or once, by SelectorMode", "508a-factory",
		  CONFIG_LOCKED "19:01", "20011100=00 20012200=0f" },
		{ "508A: SelectorMode is not of UserExtra", "508a-factory",
		  CONFIG_LOCKED, "20001100=00 20002200=0f" },
		{ "zero is no value, and can be followed by one",
		  "608b-factory", CONFIG_LOCKED,
		  "20000000=00 20001100=00 20000000=0f" },
		{ "no such mode or value", "508a-factory", CONFIG_LOCKED,
		  "20031100=03 20021000=03 20001101=03 2000110000=03" },
	};

	(void)state;
	bench_rules(rules, COUNT(rules));
}

static void a_608_can_move_to_another_address(void **state)
{
	struct bench bench;

	(void)state;
	bench_start(&bench, "tng", NULL, ",clock=virtual");
	assert_int_equal(bench.address, 0x35);
	bench_play(&bench, "move", "2001c000=00 sleep wake");
	assert_int_equal(bench.address, 0x60);
	bench_end(&bench);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(configuration_is_read_and_written),
		cmocka_unit_test(otp_is_read_and_written),
		cmocka_unit_test(consumed_bits_do_not_come_back),
		cmocka_unit_test(slots_are_read),
		cmocka_unit_test(slots_are_written),
		cmocka_unit_test(keys_that_are_written_lose_their_validity),
		cmocka_unit_test(a_partial_block_keeps_what_fits),
		cmocka_unit_test(zones_and_slots_are_locked_once),
		cmocka_unit_test(a_lock_goes_by_the_crc_of_its_zone),
		cmocka_unit_test(a_slot_lock_clears_its_bit_alone),
		cmocka_unit_test(extra_bytes_are_written_once),
		cmocka_unit_test(a_608_can_move_to_another_address),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
