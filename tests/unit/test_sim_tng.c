/* SPDX-License-Identifier: Apache-2.0 */
/* What a Trust&Go part, whose configuration is its maker's, lets be done. */
#include "sim_bench.h"

/* NIST's point of test_sim_keys.c: somebody's public key. */
#define POINT                              \
	"700c48f77f56584c5cc632ca65640db9" \
	"1b6bacce3a4df6b42ce7cc838833d287" \
	"db71e509e3fd9b060ddb20ba5c51dcc5" \
	"948d46fbf640dfe0441782cab85fa4ac"

static void zones_are_as_they_were_sold(void **state)
{
	static const struct rule rules[] = {
		{ "configuration: read only", "tng", NULL,
		  "02800000#32 02000400#4 12000400" B4 "=0f 12800800" B32
		  "=0f 17800000=0f 17000000=0f" },
		{ "OTP: read only", "tng", NULL,
		  "02810000#32 02010f00#4 12810000" B32 "=0f 12010000" B4
		  "=0f 17810000=0f" },
		{ "certificates: read only", "tng", NULL,
		  "02825000#32 02825800#32 02826000#32 12825000" B32
		  "=0f 12025800" B4 "=0f 12826000" B32 "=0f" },
		{ "slot 8: read and written", "tng", NULL,
		  "0282400c#32 12824000" B32 "=00 1202400c" B4 "=00 1202400d" B4
		  "=03" },
		{ "slots 13 and 15: written in the clear", "tng", NULL,
		  "12826800" B32 "=00 12827800" B32 "=00 02826800#32" },
		{ "slot 6, the I/O protection key: written, never read", "tng",
		  NULL, "12823000" B32 "=00 12023000" B4 "=0f 02823000=0f" },
		{ "private keys: neither", "tng", NULL,
		  "02820000=0f 12820000" B32 "=0f 12821000" B32 "=0f" },
		{ "a new address, once", "tng", NULL,
		  "2001c000=00 2001c200=0f 20001100=00 20001200=0f" },
		{ "counters count", "tng", NULL,
		  "24000000:00000000 24010000:01000000 24000200=03" },
	};

	(void)state;
	bench_rules(rules, COUNT(rules));
}

static void keys_do_what_their_slots_are_for(void **state)
{
	static const struct rule rules[] = {
		{ "slot 0 signs and agrees, and stays", "tng", NULL,
		  TEMP_KEY "41800000#64 430c0000" POINT
			   "#32 40000000#64 " RANDOM_KEY "40040000=0f" },
		{ "slot 0 attests nothing", "tng", NULL,
		  RANDOM_KEY "40080000#64 41000000=0f" },
		{ "slot 1 attests, and nothing else", "tng", NULL,
		  RANDOM_KEY "40080000#64 41000100#64 " TEMP_KEY
			     "41800100=0f 430c0100" POINT "=0f" },
		{ "slots 2 to 4 take new keys, and need no nonce for it", "tng",
		  NULL,
		  "40040200#64 " RANDOM_KEY "40040400#64 " TEMP_KEY
		  "41800200#64" },
		{ "and none any more once they are locked", "tng", NULL,
		  "170a0000=00 170a0000=0f " RANDOM_KEY
		  "40040200=0f 40000200#64" },
		{ "slots 0 and 5 cannot be locked", "tng", NULL,
		  "17020000=0f 17160000=0f" },
		{ "slots without keys make none", "tng", NULL,
		  RANDOM_KEY "40040800=0f 40041000=03" },
		{ "a point that is none", "tng", NULL, "430c0000" B64 "=03" },
		{ "no persistent latch", "tng", NULL,
		  "30040000:00000000 30040300=0f 30040200=0f" },
	};

	(void)state;
	bench_rules(rules, COUNT(rules));
}

static void symmetric_commands_have_their_slots(void **state)
{
	static const struct rule rules[] = {
		{ "AES by TempKey", "tng", NULL,
		  TEMP_KEY "5100ffff" B4 B4 B4 B4 "#16" },
		{ "AES by slot 9, for AES keys", "tng", NULL,
		  "12824800" B32 "=00 51000900" B4 B4 B4 B4
		  "#16 51000800" B4 B4 B4 B4 "=0f 51000000" B4 B4 B4 B4 "=0f" },
		{ "KDF by TempKey, and by slot 9", "tng", NULL,
		  TEMP_KEY "5650000002000004" B4 "#32 5652090002000004" B4
			   "#32 5652000002000004" B4 "=0f" },
		{ "MAC and CheckMac by slot 6, over a random nonce", "tng",
		  NULL,
		  TEMP_KEY "08050600=0f " RANDOM_KEY "08010600#32 " RANDOM_KEY
			   "28010600" B77 "=01 28000600" B77 "=0f" },
		{ "none by slot 7, which has NoMac", "tng", NULL,
		  RANDOM_KEY "08010700=0f 47040700=0f" },
		{ "SHA and HMAC", "tng", NULL,
		  "47000000=00 47c20300616263#32 " TEMP_KEY
		  "4704ffff=00 47c20300616263#32 47040000=0f" },
		{ "Verify by a public key of slots 11, 13 and 15", "tng",
		  "s13:00 s15:00",
		  TEMP_KEY "45000b00" B64 "=01 " TEMP_KEY "45000d00" B64
			   "=0f " TEMP_KEY "45000f00" B64 "=0f " TEMP_KEY
			   "45020400" B64 POINT "=01" },
		{ "slot 14 has to be validated", "tng", "s14:00",
		  TEMP_KEY "45000e00" B64 "=0f 12827000" B32 "=00 " TEMP_KEY
			   "45000e00" B64 "=0f" },
		{ "the rest", "tng", NULL,
		  "1b000000#32 30000000:00006003 30010000:01000000 "
		  "77000000=00 773d0000=00" },
	};

	(void)state;
	bench_rules(rules, COUNT(rules));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(zones_are_as_they_were_sold),
		cmocka_unit_test(keys_do_what_their_slots_are_for),
		cmocka_unit_test(symmetric_commands_have_their_slots),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
