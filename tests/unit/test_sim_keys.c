/* SPDX-License-Identifier: Apache-2.0 */
/* What commands with private keys allow and refuse, and what they answer. */
#include "sim_host.h"

#include <stdio.h>

#include "text.h"

/* NIST CAVP, ECC CDH primitive, P-256, first case. */
#define CDH_KEY                            \
	"7d7dc5f71eb29ddaf80d6214632eeae0" \
	"3d9058af1fb6d22ed80badb62bc1a534"
#define CDH_X                              \
	"700c48f77f56584c5cc632ca65640db9" \
	"1b6bacce3a4df6b42ce7cc838833d287"
#define CDH_Y                              \
	"db71e509e3fd9b060ddb20ba5c51dcc5" \
	"948d46fbf640dfe0441782cab85fa4ac"
#define CDH_POINT CDH_X CDH_Y
/* As a slot keeps it; the first four bits say whether it is validated. */
#define CDH_SLOT "0000000" CDH_X "00000000" CDH_Y
#define CDH_SECRET                         \
	"46fc62106420ff012e54a434fbdd2d25" \
	"ccc5852060561e68040dd7778997bd7b"

/* A key in slot 0 that may do anything. */
#define KEY "20:8720 96:3300 k0=" CDH_KEY " "
#define NO_KEY                             \
	"00000000000000000000000000000000" \
	"00000000000000000000000000000000"

static void keys_are_made_where_they_may_be(void **state)
{
	static const struct rule rules[] = {
		{ "with the configuration locked", "508a-factory",
		  CONFIG_LOCKED, "40040000#64" },
		{ "also after the data lock", "508a-factory", BOTH_LOCKED,
		  "40040000#64 40000000#64" },
		{ "not before the configuration lock", "508a-factory", NULL,
		  "40040000=0f 40000000=0f" },
		{ "not in slots for other things", "508a-factory",
		  CONFIG_LOCKED, "40040300=0f" },
		{ "not where KeyType is another", "508a-factory",
		  CONFIG_LOCKED "96:3f00", "40040000=0f" },
		{ "not where WriteConfig has no GenKey", "508a-factory",
		  CONFIG_LOCKED "20:8300", "40040000=0f" },
		{ "not in locked slots, whose key is still shown",
		  "508a-factory", BOTH_LOCKED KEY "88:fe",
		  "40040000=0f 40000000#64" },
		{ "no such mode, slot or data", "508a-factory", CONFIG_LOCKED,
		  "40010000=03 40200000=03 40041000=03 4004000000=03" },
		{ "shown only where there is one", "508a-factory", BOTH_LOCKED,
		  "40000000=0f" },
		{ "shown only with PubInfo", "508a-factory",
		  BOTH_LOCKED KEY "96:3100", "40000000=0f" },
		{ "with ReqRandom a digest wants a random nonce",
		  "508a-factory", CONFIG_LOCKED "96:7300",
		  "40040000#64 " TEMP_KEY "400c0000=0f " RANDOM_KEY
		  "400c0000#64" },
		{ "ReqAuth wants CheckMac", "508a-factory",
		  CONFIG_LOCKED "96:b300", "40040000=0f" },
		{ "a new key is no use of it", "508a-factory",
		  CONFIG_LOCKED "20:a720",
		  "40040000#64 40000000#64 24000000:00000000" },
		{ "a digest wants TempKey", "508a-factory", BOTH_LOCKED KEY,
		  "40080000=0f " TEMP_KEY "40080000#64" },
		{ "the latch has no say", "608b-volatile", NULL,
		  "40000000#64" },
		{ "a digest and a key at once", "508a-factory", CONFIG_LOCKED,
		  TEMP_KEY "400c0000#64" },
		{ "into TempKey, on the 608", "608b-factory", CONFIG_LOCKED,
		  "4004ffff#64 4000ffff=03 400cffff=03 4004ffff00=03" },
		{ "not into TempKey of a 508A, or before the lock",
		  "508a-factory", CONFIG_LOCKED, "4004ffff=03" },
		{ "nor before the configuration lock", "608b-factory", NULL,
		  "4004ffff=0f" },
		{ "not used while UseLock is on", "608b-factory",
		  BOTH_LOCKED KEY "68:0a",
		  "40000000=0f " TEMP_KEY "41800000=0f" },
		{ "a 508A has none", "508a-factory", BOTH_LOCKED KEY "68:0a",
		  "40000000#64" },
		{ "a torn key may be none of the curve", "508a-factory",
		  BOTH_LOCKED KEY "k0=" NO_KEY,
		  "40000000=05 " TEMP_KEY "41800000=05 43000000" CDH_POINT
		  "=05" },
	};

	(void)state;
	bench_rules(rules, COUNT(rules));
}

static void keys_sign_where_they_may(void **state)
{
	static const struct rule rules[] = {
		{ "what is in TempKey, once", "508a-provisioned", NULL,
		  TEMP_KEY "41800000#64 41800000=0f" },
		{ "idle keeps TempKey", "508a-provisioned", NULL,
		  TEMP_KEY "idle wake 41800000#64" },
		{ "sleep loses TempKey", "508a-provisioned", NULL,
		  TEMP_KEY "sleep wake 41800000=0f" },
		{ "also with the data zone open", "508a-factory",
		  CONFIG_LOCKED KEY, TEMP_KEY "41800000#64" },
		{ "not before the configuration lock", "508a-factory", KEY,
		  TEMP_KEY "41800000=0f" },
		{ "not without external permission", "508a-factory",
		  BOTH_LOCKED KEY "20:8620", TEMP_KEY "41800000=0f" },
		{ "no external digest as internal", "508a-factory",
		  BOTH_LOCKED KEY, TEMP_KEY "41000000=0f" },
		{ "GenKey's digest as internal", "508a-factory",
		  BOTH_LOCKED KEY, TEMP_KEY "40080000#64 41000000#64" },
		{ "not without internal permission", "508a-factory",
		  BOTH_LOCKED KEY "20:8520",
		  TEMP_KEY "40080000#64 41000000=0f" },
		{ "not without a key", "508a-factory", BOTH_LOCKED,
		  TEMP_KEY "41800000=0f" },
		{ "not with a slot that is no key", "508a-provisioned", NULL,
		  TEMP_KEY "41800100=0f" },
		{ "TempKey is wanted", "508a-provisioned", NULL,
		  "41800000=0f" },
		{ "no digest buffer for internal ones", "608b-factory",
		  BOTH_LOCKED KEY,
		  TEMP_KEY "40080000#64 16430000" B32 "=00 41200000=03" },
		{ "for an invalidation", "508a-factory", BOTH_LOCKED KEY,
		  TEMP_KEY "40080000#64 41010000#64 41010000=0f" },
		{ "a locked slot", "508a-factory", BOTH_LOCKED KEY "88:fe",
		  TEMP_KEY "41800000#64" },
		{ "not where KeyType is another", "508a-factory",
		  BOTH_LOCKED KEY "96:3f00", TEMP_KEY "41800000=0f" },
		{ "no such mode, slot or data", "608b-provisioned", NULL,
		  TEMP_KEY "41810000=03 41820000=03 41801000=03 4180000000=03 "
			   "41200000=03" },
		{ "digest buffer, on the 608", "608b-provisioned", NULL,
		  "16430000" B32 "=00 41a00000#64 41a00000=0f" },
		{ "no digest buffer on the 508A", "508a-provisioned", NULL,
		  "16430000" B32 "=03 " TEMP_KEY "41a00000=03" },
		{ "not while the latch is closed", "608b-volatile", NULL,
		  TEMP_KEY "41800000=0f" },
	};

	(void)state;
	bench_rules(rules, COUNT(rules));
}

static void signatures_are_verified(void **state)
{
	static const struct rule rules[] = {
		{ "wants TempKey", "508a-provisioned", NULL,
		  "45020400" B32 B32 CDH_POINT "=0f" },
		{ "a wrong one miscompares", "508a-provisioned", NULL,
		  TEMP_KEY "45020400" B32 B32 CDH_POINT "=01" },
		{ "no point of the curve", "508a-provisioned", NULL,
		  TEMP_KEY "45020400" B32 B32 B32 B32 "=0f" },
		{ "no such mode, type or length", "508a-provisioned", NULL,
		  TEMP_KEY
		  "45010400" B32 B32 CDH_POINT "=03 45020700" B32 B32 CDH_POINT
		  "=03 45020400" B32 B32 "=03 45220400" B32 B32 CDH_POINT
		  "=03" },
		{ "also before the locks", "508a-factory", NULL,
		  TEMP_KEY "45020400" B32 B32 CDH_POINT "=01" },
		{ "stored: only P-256 public keys", "508a-factory", BOTH_LOCKED,
		  TEMP_KEY "45000900" B32 B32 "=0f" },
		{ "stored: only in slots that are large enough", "508a-factory",
		  BOTH_LOCKED, TEMP_KEY "45000300" B32 B32 "=03" },
		{ "stored: with PubInfo only validated ones", "508a-factory",
		  BOTH_LOCKED "114:3200 s9=a0",
		  TEMP_KEY "45000900" B32 B32 "=0f" },
		{ "stored: with PubInfo a validated one", "508a-factory",
		  BOTH_LOCKED "114:3200 s9=5" CDH_SLOT,
		  TEMP_KEY "45000900" B32 B32 "=01" },
		{ "stored: no point of the curve", "508a-factory",
		  BOTH_LOCKED "114:3000 s9:00",
		  TEMP_KEY "45000900" B32 B32 "=0f" },
		{ "stored: not before the data lock", "508a-factory",
		  CONFIG_LOCKED "114:3000", TEMP_KEY "45000900" B64 "=0f" },
		{ "stored: no private keys, no such slot", "508a-factory",
		  BOTH_LOCKED "114:3300",
		  TEMP_KEY "45000900" B64 "=0f 45001000" B64 "=03 45000700" B64
			   "=03" },
		{ "stored: with ReqAuth only by authorization", "508a-factory",
		  BOTH_LOCKED "114:b003", TEMP_KEY "45000900" B64 "=0f" },
		{ "stored: slot 8 is large enough", "508a-factory",
		  BOTH_LOCKED "112:3000 s8=0" CDH_SLOT,
		  TEMP_KEY "45000800" B64 "=01" },
		{ "stored: the length of a signature", "508a-factory",
		  BOTH_LOCKED "114:3000",
		  TEMP_KEY "45000900" B64 CDH_POINT "=03" },
		{ "no such validation, no MAC without a key of it",
		  "608b-factory", BOTH_LOCKED "114:3200",
		  TEMP_KEY "45010900" B64 "=03 45030900" B64 "=03 45070900" B64
			   "=03 16430000" B32 "=00 " TEMP_KEY
			   "45820400" B64 CDH_POINT "=0f" },
		{ "the digest buffer is wanted", "608b-provisioned", NULL,
		  TEMP_KEY "45220400" B64 CDH_POINT "=0f" },
		{ "the digest buffer, on the 608", "608b-provisioned", NULL,
		  "16430000" B32 "=00 45220400" B32 B32 CDH_POINT "=01" },
	};

	(void)state;
	bench_rules(rules, COUNT(rules));
}

static void secrets_are_agreed_where_they_may_be(void **state)
{
	static const struct rule rules[] = {
		{ "in the clear", "508a-provisioned", NULL,
		  "43000000" CDH_POINT "#32" },
		{ "not with the data zone open", "508a-factory",
		  CONFIG_LOCKED KEY, "43000000" CDH_POINT "=0f" },
		{ "not without permission", "508a-factory",
		  BOTH_LOCKED KEY "20:8320", "43000000" CDH_POINT "=0f" },
		{ "no point of the curve", "508a-provisioned", NULL,
		  "43000000" B32 B32 "=03" },
		{ "no such mode, slot or length", "508a-provisioned", NULL,
		  "430c0000" CDH_POINT "=03 43001000" CDH_POINT
		  "=03 43000000" B32 "=03" },
		{ "into the slot above", "508a-factory",
		  BOTH_LOCKED KEY "20:8f20 98:1c00",
		  "43000000" CDH_POINT "=00" },
		{ "not into a private key's slot", "508a-factory",
		  BOTH_LOCKED KEY "20:8f20", "43000000" CDH_POINT "=0f" },
		{ "the slot above is not locked", "508a-factory",
		  BOTH_LOCKED KEY "20:8f20 98:1c00 88:fd",
		  "43000000" CDH_POINT "=0f" },
		{ "an odd slot has none above", "508a-factory",
		  BOTH_LOCKED "22:8f20 98:3300 k1=" CDH_KEY,
		  "43000100" CDH_POINT "=0f" },
	};

	(void)state;
	bench_rules(rules, COUNT(rules));
}

static void secrets_go_where_modes_and_options_say(void **state)
{
	static const struct rule rules[] = {
		{ "a slot above and the output exclude each other",
		  "608b-factory", BOTH_LOCKED KEY "20:8f20 98:1c00",
		  "430c0000" CDH_POINT "=0f 43080000" CDH_POINT
		  "=00 43000000" CDH_POINT "=00" },
		{ "no such mode of the 608", "608b-provisioned", NULL,
		  TEMP_KEY "43010000" CDH_POINT "=03 43050000" CDH_POINT
			   "=03 430a0000" CDH_POINT "=03 43020000" CDH_POINT
			   "=03 43100000" CDH_POINT "=03" },
		{ "not encrypted without a key for it", "608b-provisioned",
		  NULL, "430e0000" CDH_POINT "=0f" },
		{ "by the key that GenKey made in TempKey, once",
		  "608b-factory", BOTH_LOCKED,
		  "4004ffff#64 430d0000" CDH_POINT "#32 430d0000" CDH_POINT
		  "=0f 4004ffff#64 43090000" CDH_POINT "=00 430d0000" CDH_POINT
		  "=0f" },
		{ "which is of no other use", "608b-factory",
		  BOTH_LOCKED SECRET_3 KEY,
		  "4004ffff#64 41800000=0f 4004ffff#64 08050300=0f "
		  "4004ffff#64 5100ffff" B4 B4 B4 B4
		  "=0f 4004ffff#64 4704ffff=0f 4004ffff#64 "
		  "5610000002000004" B4 "=0f 4004ffff#64 15020300=0f "
		  "4004ffff#64 45020400" B64 CDH_POINT "=0f" },
		{ "nor is a nonce a key", "608b-factory", BOTH_LOCKED,
		  TEMP_KEY "430d0000" CDH_POINT "=0f" },
		{ "into the slot above, on the 608 by mode", "608b-factory",
		  BOTH_LOCKED KEY "98:1c00", "43040000" CDH_POINT "=00" },
		{ "not at all when ChipOptions forbid it", "608b-factory",
		  BOTH_LOCKED KEY "98:1c00 91:03",
		  "43040000" CDH_POINT "=0f 43080000" CDH_POINT "=0f" },
		{ "nor out of the chip when they forbid that", "608b-factory",
		  BOTH_LOCKED KEY "98:1c00 90:0232 s3:00",
		  "43000000" CDH_POINT "=0f 430e0000" CDH_POINT
		  "=0f 43080000" CDH_POINT "=00" },
		{ "not without a key, not with another's slot", "508a-factory",
		  BOTH_LOCKED,
		  "43000000" CDH_POINT "=0f 43000300" CDH_POINT "=0f" },
		{ "asked for in the clear, on the 608", "608b-provisioned",
		  NULL, "430c0000" CDH_POINT "#32" },
		{ "into TempKey, on the 608", "608b-provisioned", NULL,
		  "43080000" CDH_POINT "=00" },
		{ "not in the clear when ChipOptions forbid it", "608b-factory",
		  BOTH_LOCKED KEY "91:01",
		  "43000000" CDH_POINT "=0f 43080000" CDH_POINT "=00" },
		{ "not while the latch is closed", "608b-volatile", NULL,
		  "43000000" CDH_POINT "=0f" },
	};

	(void)state;
	bench_rules(rules, COUNT(rules));
}

static void ecdh_gives_the_known_answer(void **state)
{
	uint8_t want[32];
	struct bench bench;

	(void)state;
	assert_int_equal(hex_decode(CDH_SECRET, want, sizeof(want)), 0);
	bench_start(&bench, "508a-factory", BOTH_LOCKED KEY, ",clock=virtual");
	assert_answer(&bench, "43000000" CDH_POINT, 32);
	assert_memory_equal(bench.reply, want, sizeof(want));
	bench_end(&bench);
}

/* Made by the chip, verified by GnuTLS and by the chip. */
static void signatures_verify(void **state)
{
	char hex[129], payload[2 * (4 + 128) + 1];
	uint8_t point[64], digest[32];
	struct bench bench;

	(void)state;
	memset(digest, 0x5a, sizeof(digest));
	bench_start(&bench, "608b-factory", BOTH_LOCKED, ",clock=virtual");
	assert_answer(&bench, "40040000", 64);
	memcpy(point, bench.reply, sizeof(point));
	for (unsigned int i = 0; i < 8; i++) {
		bench_play(&bench, "digest", TEMP_KEY);
		assert_answer(&bench, "41800000", 64);
		assert_true(host_verifies(point, digest, bench.reply));
		hex_encode(bench.reply, 64, hex);
		snprintf(payload, sizeof(payload), "45020400%s", hex);
		hex_encode(point, 64, payload + strlen(payload));
		bench_play(&bench, "digest", TEMP_KEY);
		assert_status(&bench, payload, 0x00);
	}
	bench_end(&bench);
}

/* By a key that is stored as Verify wants it: X and Y behind four bytes. */
static void stored_keys_verify(void **state)
{
	char hex[129], payload[2 * (4 + 64) + 1], point[129];
	struct bench bench;

	(void)state;
	bench_start(&bench, "608b-factory",
		    CONFIG_LOCKED "20:8720 114:3000 s9:00", ",clock=virtual");
	assert_answer(&bench, "40040000", 64);
	hex_encode(bench.reply, 64, point);
	snprintf(payload, sizeof(payload), "1282480000000000%.56s", point);
	assert_status(&bench, payload, 0x00);
	snprintf(payload, sizeof(payload), "12824801%.8s00000000%.48s",
		 point + 56, point + 64);
	assert_status(&bench, payload, 0x00);
	snprintf(payload, sizeof(payload), "12824802%.16s%048d", point + 112,
		 0);
	assert_status(&bench, payload, 0x00);
	bench_play(&bench, "lock", "17810000=00 " TEMP_KEY);
	assert_answer(&bench, "41800000", 64);
	hex_encode(bench.reply, 64, hex);
	snprintf(payload, sizeof(payload), "45000900%s", hex);
	bench_play(&bench, "digest", TEMP_KEY);
	assert_status(&bench, payload, 0x00);
	bench_end(&bench);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_are_made_where_they_may_be),
		cmocka_unit_test(keys_sign_where_they_may),
		cmocka_unit_test(signatures_are_verified),
		cmocka_unit_test(secrets_are_agreed_where_they_may_be),
		cmocka_unit_test(secrets_go_where_modes_and_options_say),
		cmocka_unit_test(ecdh_gives_the_known_answer),
		cmocka_unit_test(signatures_verify),
		cmocka_unit_test(stored_keys_verify),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
