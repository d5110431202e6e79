/* SPDX-License-Identifier: Apache-2.0 */
/* Random numbers, hashes, MACs and counters: rules and known answers. */
#include "sim_bench.h"

#include <stdio.h>

#include "text.h"

static void random_and_nonce(void **state)
{
	static const struct rule rules[] = {
		{ "random", "508a-provisioned", NULL,
		  "1b000000#32 1b010000#32" },
		{ "random with its seed, on the 608", "608b-provisioned", NULL,
		  "1b000000#32 1b010000=03" },
		{ "no such random", "508a-provisioned", NULL,
		  "1b020000=03 1b000100=03 1b00000000=03" },
		{ "random nonces", "508a-provisioned", NULL,
		  "16000000" B20 "#32 16010000" B20 "#32" },
		{ "no such nonce", "508a-provisioned", NULL,
		  "16020000" B20 "=03 16000000" B32 "=03 16030000" B20
		  "=03 16000100" B20 "=03 16030100" B32 "=03" },
		{ "of what is in TempKey, and answered", "608b-provisioned",
		  NULL,
		  "16000080" B20 "=0f 16010080" B20 "=0f " TEMP_KEY
		  "16000080" B20 "#32 16230000" B64 "=00 16000080" B20
		  "=0f 16000180" B20 "=03 16030080" B32 "=03" },
		{ "no fixed nonce with other bits", "608b-provisioned", NULL,
		  "16070000" B32 "=03 160b0000" B32 "=03 16130000" B32
		  "=03 16230000" B32 "=03 16030000" B64 "=03 16400000" B20
		  "=03" },
		{ "the 608 has more places", "608b-provisioned", NULL,
		  "16430000" B32 "=00 16830000" B32 "=00 16230000" B64
		  "=00 16630000" B64 "=00 16c30000" B32 "=03 16a30000" B64
		  "=03" },
		{ "the 508A has not", "508a-provisioned", NULL,
		  "16430000" B32 "=03 16830000" B32 "=03 16230000" B64 "=03" },
		{ "what the chip is and has", "508a-provisioned", NULL,
		  "30000000:00005000 30010000:01000000 30010100:00000000 "
		  "30020000:00000000" },
		{ "no such information", "508a-provisioned", NULL,
		  "30011000=03 30030000=03 3000000000=03 30040000=03 "
		  "30000100=03 30020100=03 30050000=03" },
		{ "a validated key is known", "608b-factory",
		  BOTH_LOCKED "114:3200 116:3200 118:3000 s9:50 s10:a0 s11:50",
		  "30010900:01000000 30010a00:00000000 30010b00:00000000" },
	};

	(void)state;
	bench_rules(rules, COUNT(rules));
}

static void a_blank_chip_has_no_random_numbers(void **state)
{
	struct bench bench;
	uint8_t first[32];

	(void)state;
	bench_start(&bench, "608b-factory", NULL, ",clock=virtual");
	assert_answer(&bench, "1b000000", 32);
	for (unsigned int i = 0; i < 32; i++)
		assert_int_equal(bench.reply[i], i % 4 < 2 ? 0xff : 0x00);
	bench_play(&bench, "lock", "17800000=00");
	assert_answer(&bench, "1b000000", 32);
	memcpy(first, bench.reply, sizeof(first));
	assert_answer(&bench, "1b000000", 32);
	assert_memory_not_equal(bench.reply, first, sizeof(first));
	bench_end(&bench);
}

static void sha_is_sha_256(void **state)
{
	static const struct rule rules[] = {
		{ "508A: whole blocks, then less than one", "508a-factory",
		  NULL,
		  "47000000=00 47014000" B64 "=00 47020300616263#32 "
		  "47020000=0f" },
		{ "508A: nothing else", "508a-factory", NULL,
		  "47014000" B64 "=0f 47000000=00 47010300616263=03 "
		  "47024000" B64 "=03 47c20300616263=03 47030000=0f "
		  "47020200616263=03" },
		{ "508A: other commands are in its way", "508a-factory", NULL,
		  "47000000=00 30000000#4 47020300616263=0f" },
		{ "508A: it is in TempKey's way", "508a-provisioned", NULL,
		  TEMP_KEY "47000000=00 41800000=0f" },
		{ "508A: the digest can be signed", "508a-provisioned", NULL,
		  "47000000=00 47020300616263#32 41800000#64" },
		{ "608: any block, other commands between", "608b-factory",
		  NULL,
		  "47000000=00 47010300616263=00 30000000#4 47024000" B64
		  "#32 47000000=00 47c20000#32" },
		{ "608: nothing else", "608b-factory", NULL,
		  "47c00000=03 47820000=03 47000100=03 47010000=03 "
		  "47000000=00 47c20000616263=03 47050000=03 47080000=03" },
		{ "608: idle keeps it, sleep does not", "608b-factory", NULL,
		  "47000000=00 idle wake 47c20000#32 47000000=00 sleep wake "
		  "47c20000=0f" },
		{ "608: into the digest buffer", "608b-provisioned", NULL,
		  "47000000=00 47420300616263#32 41a00000#64" },
		{ "508A: no context", "508a-factory", NULL,
		  "47000000=00 47060000=03 47070000=03 "
		  "47400000=03" },
		{ "508A: nothing without a start", "508a-factory", NULL,
		  "47020000=0f 47050000=0f 47014000" B64 "=0f" },
		{ "508A: one end is for hashes, one for HMACs", "508a-factory",
		  BOTH_LOCKED SECRET_3,
		  "47000000=00 47050300616263=0f 47040300=00 47020000=0f" },
		{ "608: nothing without a start", "608b-factory", NULL,
		  "47020000=0f 47010300616263=0f" },
		{ "608: not more than a block", "608b-factory", NULL,
		  "47000000=00 47014100" B64 "5a=03 47c24100" B64 "5a=03" },
		{ "a start takes no data", "608b-factory", BOTH_LOCKED SECRET_3,
		  "470000005a=03 470403005a=03" },
		{ "508A: no HMAC with TempKey", "508a-factory", BOTH_LOCKED,
		  TEMP_KEY "4704ffff=03" },
		{ "no HMAC with TempKey before the data lock", "608b-factory",
		  CONFIG_LOCKED, TEMP_KEY "4704ffff=0f" },
		{ "no HMAC with ReqRandom", "608b-factory",
		  BOTH_LOCKED SECRET_3 "102:5800", RANDOM_KEY "47040300=0f" },
		{ "508A: HMAC is in TempKey's way too", "508a-factory",
		  BOTH_LOCKED SECRET_3, TEMP_KEY "47040300=00 08050300=0f" },
		{ "HMAC with a slot's key", "508a-factory",
		  BOTH_LOCKED SECRET_3,
		  "47040300=00 47050300616263#32 47040300=00 "
		  "47020300616263=0f" },
		{ "HMAC on the 608", "608b-factory", BOTH_LOCKED SECRET_3,
		  "47040300=00 47c20300616263#32 " TEMP_KEY
		  "4704ffff=00 47c20300616263#32" },
		{ "no HMAC before the data lock", "608b-factory",
		  CONFIG_LOCKED SECRET_3, "47040300=0f" },
		{ "no HMAC with NoMac", "608b-factory",
		  BOTH_LOCKED SECRET_3 "26:9f8f", "47040300=0f" },
		{ "no HMAC without such a key", "608b-provisioned", NULL,
		  "47040000=0f 4704ffff=0f 47041000=03" },
	};

	(void)state;
	bench_rules(rules, COUNT(rules));
}

static void sha_gives_the_known_answer(void **state)
{
	static const char abc[] = "ba7816bf8f01cfea414140de5dae2223"
				  "b00361a396177a9cb410ff61f20015ad";
	uint8_t want[32];
	struct bench bench;

	(void)state;
	hex_decode(abc, want, sizeof(want));
	bench_start(&bench, "508a-factory", NULL, ",clock=virtual");
	bench_play(&bench, "start", "47000000=00");
	assert_answer(&bench, "47020300616263", 32);
	assert_memory_equal(bench.reply, want, sizeof(want));
	bench_end(&bench);
}

/* Five bytes, as Microchip's tests show their context. */
#define CONTEXT                                            \
	"0500000067e6096a85ae67bb72f36e3c3af54fa57f520e51" \
	"8c68059babd9831f19cde05b0102030405"

static void a_608_gives_its_context_and_takes_it_back(void **state)
{
	static const struct rule rules[] = {
		{ "given", "608b-factory", NULL,
		  "47000000=00 470105000102030405=00 47060000:" CONTEXT },
		{ "no such operands or length", "608b-factory", NULL,
		  "47000000=00 47060100=03 4706000000=03 47072900=03 "
		  "47072800" CONTEXT "=03 47072400"
		  "0500000067e6096a85ae67bb72f36e3c3af54fa57f520e51"
		  "8c68059babd9831f19cde05b=03 47870000=03" },
		{ "none without a hash, none of an HMAC", "608b-factory",
		  BOTH_LOCKED SECRET_3, "47060000=0f 47040300=00 47060000=0f" },
	};
	struct bench bench;
	uint8_t digest[32];

	(void)state;
	bench_rules(rules, COUNT(rules));
	bench_start(&bench, "608b-factory", NULL, ",clock=virtual");
	bench_play(&bench, "hash",
		   "47000000=00 470105000102030405=00 47014000" B64 "=00");
	assert_answer(&bench, "47c20000", 32);
	memcpy(digest, bench.reply, sizeof(digest));
	bench_play(&bench, "another, then back",
		   "47000000=00 47010300616263=00 47072900" CONTEXT
		   "=00 47014000" B64 "=00");
	assert_answer(&bench, "47c20000", 32);
	assert_memory_equal(bench.reply, digest, sizeof(digest));
	bench_end(&bench);
}

static void macs_are_made_and_checked(void **state)
{
	static const struct rule rules[] = {
		{ "of a challenge", "508a-factory", BOTH_LOCKED SECRET_3,
		  "08000300" B32 "#32 08400300" B32 "#32 08300300" B32 "#32" },
		{ "of TempKey, once", "508a-factory", BOTH_LOCKED SECRET_3,
		  TEMP_KEY "08050300#32 08050300=0f" },
		{ "SourceFlag is to be told", "508a-factory",
		  BOTH_LOCKED SECRET_3,
		  TEMP_KEY "08010300=0f " RANDOM_KEY "08050300=0f " RANDOM_KEY
			   "08010300#32" },
		{ "with TempKey as key", "508a-factory", BOTH_LOCKED,
		  TEMP_KEY "08060000" B32 "#32" },
		{ "with TempKey as key and as challenge", "608b-factory",
		  BOTH_LOCKED,
		  RANDOM_KEY "08030000#32 " TEMP_KEY
			     "08470000#32 08030000=0f " TEMP_KEY "08030000" B32
			     "=03" },
		{ "no such mode, slot or length", "608b-factory",
		  BOTH_LOCKED SECRET_3,
		  "08080300=03 08040300" B32 "=03 08800300" B32
		  "=03 08001000" B32 "=03 08000300=03 08050300" B32
		  "=03 08100300" B32 "=03" },
		{ "not before the data lock", "508a-factory",
		  CONFIG_LOCKED SECRET_3, "08000300" B32 "=0f" },
		{ "not with NoMac, a private key, or closed latch",
		  "608b-factory", BOTH_LOCKED SECRET_3 "28:9f8f 106:1810",
		  "08000400" B32 "=0f 08000000" B32 "=0f 08000500" B32 "=0f" },
		{ "not with a public key", "508a-factory",
		  BOTH_LOCKED "102:1000",
		  "08000300" B32 "=0f 28000300" B77 "=0f 47040300=0f" },
		{ "no TempKey, no MAC", "508a-factory", BOTH_LOCKED SECRET_3,
		  "08010300=0f 08050300=0f 08060000" B32 "=0f 28010300" B77
		  "=0f 28020000" B77 "=0f" },
		{ "nor with 64 bytes of it", "608b-factory",
		  BOTH_LOCKED SECRET_3,
		  "16230000" B64 "=00 08050300=0f 16230000" B64
		  "=00 28050300" B77 "=0f" },
		{ "TempKey is no key before the data lock", "508a-factory",
		  CONFIG_LOCKED,
		  TEMP_KEY "08060000" B32 "=0f " TEMP_KEY "28060000" B77
			   "=0f" },
		{ "CheckMac with TempKey as key", "508a-factory", BOTH_LOCKED,
		  TEMP_KEY "28060000" B77 "=01 28060000" B77 "=0f" },
		{ "CheckMac is allowed with NoMac", "608b-factory",
		  BOTH_LOCKED SECRET_3 "26:9f8f", "28000300" B77 "=01" },
		{ "OTP bytes, on the 508A", "508a-factory",
		  BOTH_LOCKED SECRET_3,
		  "08100300" B32 "#32 08200300" B32 "#32 08300300" B32
		  "#32 28200300" B77 "=01" },
		{ "the serial number too", "608b-factory", BOTH_LOCKED SECRET_3,
		  "08400300" B32 "#32" },
		{ "CheckMac tells a wrong one", "508a-factory",
		  BOTH_LOCKED SECRET_3,
		  "28000300" B77 "=01 " TEMP_KEY "28050300" B77 "=01" },
		{ "no such check", "608b-factory", BOTH_LOCKED SECRET_3,
		  "28030300" B77 "=03 28001000" B77 "=03 28000300" B64
		  "=03 28200300" B77 "=03 28040300" B77 "=03" },
		{ "a check before the data lock, but not before both",
		  "608b-factory", SECRET_3,
		  "28000300" B77 "=0f 17800000=00 28000300" B77 "=01" },
		{ "no check by a private key", "608b-provisioned", NULL,
		  "28000000" B77 "=0f" },
	};

	(void)state;
	bench_rules(rules, COUNT(rules));
}

/* host.mac of packets.json: slot 1 with that key, on a chip of that number. */
static void mac_is_the_librarys(void **state)
{
	json_t *file = golden_json("packets.json");
	const json_t *mac =
		json_object_get(json_object_get(file, "host"), "mac");
	struct bytes want = golden_hex(mac, "digest");
	char changes[160], payload[96];
	struct bench bench;

	(void)state;
	snprintf(changes, sizeof(changes), "0:01020304 8:0506070809 s1=%s",
		 golden_text(mac, "key"));
	bench_start(&bench, "608b-provisioned", changes, ",clock=virtual");
	snprintf(payload, sizeof(payload), "16030000%s",
		 golden_text(mac, "nonce"));
	assert_status(&bench, payload, 0x00);
	bench_command(&bench, "08050100");
	assert_bytes(bench.reply, bench.len, &want);
	bench_end(&bench);
	bytes_free(&want);
	json_decref(file);
}

/* host.checkmac: the same, with the answer given to CheckMac. */
static void checkmac_is_the_librarys(void **state)
{
	json_t *file = golden_json("packets.json");
	const json_t *check =
		json_object_get(json_object_get(file, "host"), "checkmac");
	char changes[160], payload[200];
	struct bench bench;

	(void)state;
	snprintf(changes, sizeof(changes), "0:01020304 8:0506070809 s1=%s",
		 golden_text(check, "key"));
	bench_start(&bench, "608b-provisioned", changes, ",clock=virtual");
	for (unsigned int wrong = 0; wrong < 2; wrong++) {
		snprintf(payload, sizeof(payload), "16030000%s",
			 golden_text(check, "nonce"));
		assert_status(&bench, payload, 0x00);
		snprintf(payload, sizeof(payload), "28050%c00" B32 "%s%s",
			 wrong ? '2' : '1', golden_text(check, "digest"),
			 golden_text(check, "other"));
		assert_status(&bench, payload, wrong);
	}
	bench_end(&bench);
	json_decref(file);
}

static uint32_t count_of(struct bench *bench, const char *payload)
{
	assert_answer(bench, payload, 4);
	return bench->reply[0] | (uint32_t)bench->reply[1] << 8 |
	       (uint32_t)bench->reply[2] << 16 |
	       (uint32_t)bench->reply[3] << 24;
}

static void counters_only_count_up(void **state)
{
	static const struct rule rules[] = {
		{ "not before the configuration lock", "508a-factory", NULL,
		  "24000000:00000000 24010000=0f" },
		{ "no such counter or mode", "508a-provisioned", NULL,
		  "24000200=03 24020000=03 2400000000=03" },
		{ "608: counter 0 has a limit in a slot, by CountMatch",
		  "608b-provisioned", "18:a1 s10:00",
		  "24000000#4 24010000=0f 24010100:01000000" },
		{ "608: and none without", "608b-provisioned", "18:a0",
		  "24010000:01000000" },
		{ "508A: it has no CountMatch", "508a-provisioned", "18:55",
		  "24010000:01000000" },
		{ "not beyond the last value", "508a-provisioned",
		  "60:00000001ffffffff", "24000100#4 24010100=0f" },
	};
	struct bench bench;

	(void)state;
	bench_rules(rules, COUNT(rules));
	bench_start(&bench, "508a-provisioned", "60:00000001ffffffff",
		    ",clock=virtual");
	assert_int_equal(count_of(&bench, "24000100"), 2097151);
	for (uint32_t i = 0; i < 100; i++) {
		assert_int_equal(count_of(&bench, "24000000"), i);
		assert_int_equal(count_of(&bench, "24010000"), i + 1);
	}
	bench_close(&bench);
	bench_open(&bench, ",clock=virtual");
	assert_int_equal(count_of(&bench, "24000000"), 100);
	bench_end(&bench);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_and_nonce),
		cmocka_unit_test(a_blank_chip_has_no_random_numbers),
		cmocka_unit_test(sha_is_sha_256),
		cmocka_unit_test(sha_gives_the_known_answer),
		cmocka_unit_test(a_608_gives_its_context_and_takes_it_back),
		cmocka_unit_test(macs_are_made_and_checked),
		cmocka_unit_test(mac_is_the_librarys),
		cmocka_unit_test(checkmac_is_the_librarys),
		cmocka_unit_test(counters_only_count_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
