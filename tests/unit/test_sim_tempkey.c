/* SPDX-License-Identifier: Apache-2.0 */
/* What commands leave in TempKey, what they ask of it, and authorisation. */
#include "sim_host.h"

#include "text.h"

/* Slot 0: a key that may do anything; the scalar is NIST's, for ECDH. */
#define KEY                                                          \
	"20:8720 96:3300 "                                           \
	"k0=7d7dc5f71eb29ddaf80d6214632eeae03d9058af1fb6d22ed80badb" \
	"62bc1a534 "
#define POINT                              \
	"700c48f77f56584c5cc632ca65640db9" \
	"1b6bacce3a4df6b42ce7cc838833d287" \
	"db71e509e3fd9b060ddb20ba5c51dcc5" \
	"948d46fbf640dfe0441782cab85fa4ac"

/* Info's state: slot 15-0, 10 fixed input, 40 of GenKey; then 80 valid. */
#define STATE	"30020000:"
#define NOTHING STATE "00000000 "
#define RANDOM	STATE "00800000 "
#define FIXED	STATE "10800000 "

static void commands_leave_flags_in_temp_key(void **state)
{
	static const struct rule rules[] = {
		{ "nothing at first", "608b-factory", NULL, NOTHING },
		{ "a fixed nonce", "508a-provisioned", NULL, TEMP_KEY FIXED },
		{ "a fixed nonce of 64 bytes", "608b-provisioned", NULL,
		  "16230000" B64 "=00 " FIXED },
		{ "other buffers are no TempKey", "608b-provisioned", NULL,
		  "16430000" B32 "=00 16830000" B32 "=00 " NOTHING },
		{ "a random nonce", "508a-provisioned", NULL,
		  RANDOM_KEY RANDOM },
		{ "a random nonce without a new seed", "508a-provisioned", NULL,
		  "16010000" B20 "#32 " RANDOM },
		{ "a random one over a fixed one, and back", "608b-provisioned",
		  NULL, TEMP_KEY RANDOM_KEY RANDOM TEMP_KEY FIXED },
		{ "GenKey's digest, of a fixed nonce", "508a-factory",
		  BOTH_LOCKED KEY, TEMP_KEY "40080000#64 " STATE "50800000" },
		{ "GenKey's digest, of a random nonce", "508a-factory",
		  BOTH_LOCKED "22:8720 98:3300 ",
		  RANDOM_KEY "400c0100#64 " STATE "41800000" },
		{ "a public key alone leaves it", "508a-factory",
		  BOTH_LOCKED KEY, TEMP_KEY "40000000#64 " FIXED },
		{ "a hash is a fixed input", "508a-provisioned", NULL,
		  "47000000=00 " NOTHING
		  "47000000=00 47020300616263#32 " FIXED },
		{ "a hash that goes elsewhere leaves it", "608b-provisioned",
		  NULL,
		  RANDOM_KEY "47000000=00 47c20300616263#32 " RANDOM
			     "47000000=00 47420300616263#32 " RANDOM },
		{ "a shared secret is a fixed input", "608b-factory",
		  BOTH_LOCKED KEY, RANDOM_KEY "43080000" POINT "=00 " FIXED },
		{ "a derived key is a fixed input", "608b-factory", BOTH_LOCKED,
		  RANDOM_KEY "5640000002000004" B4 "=00 " FIXED },
		{ "one use by Sign", "508a-provisioned", NULL,
		  TEMP_KEY "41800000#64 " NOTHING },
		{ "one use by Verify", "508a-provisioned", NULL,
		  TEMP_KEY "45020400" B64 POINT "=01 " NOTHING },
		{ "one use by MAC", "508a-factory", BOTH_LOCKED SECRET_3,
		  TEMP_KEY "08050300#32 " NOTHING },
		{ "one use by CheckMac", "508a-factory", BOTH_LOCKED SECRET_3,
		  TEMP_KEY "28050300" B77 "=01 " NOTHING },
		{ "a digest from elsewhere leaves it", "608b-provisioned", NULL,
		  RANDOM_KEY "16430000" B32 "=00 41a00000#64 " RANDOM },
		{ "AES by it leaves it", "608b-provisioned", NULL,
		  TEMP_KEY "5100ffff" B4 B4 B4 B4 "#16 " FIXED },
		{ "idle keeps it, with its flags", "508a-provisioned", NULL,
		  RANDOM_KEY "idle wake " RANDOM },
		{ "sleep does not", "508a-provisioned", NULL,
		  RANDOM_KEY "sleep wake " NOTHING },
	};

	(void)state;
	bench_rules(rules, COUNT(rules));
}

static void what_has_no_use_for_temp_key_ends_it(void **state)
{
	static const struct rule rules[] = {
		{ "Read", "508a-provisioned", NULL,
		  TEMP_KEY "02800000#32 " NOTHING TEMP_KEY
			   "02001500#4 41800000=0f" },
		{ "Write", "608b-factory", BOTH_LOCKED "26:0f0f",
		  TEMP_KEY "12821800" B32 "=00 " NOTHING },
		{ "Lock", "608b-factory", NULL,
		  TEMP_KEY "17800000=00 " NOTHING },
		{ "Random", "508a-provisioned", NULL,
		  TEMP_KEY "1b000000#32 " NOTHING },
		{ "Counter", "508a-provisioned", NULL,
		  TEMP_KEY "24000000#4 " NOTHING },
		{ "UpdateExtra", "508a-provisioned", NULL,
		  TEMP_KEY "20001100=00 " NOTHING },
		{ "SelfTest", "608b-provisioned", NULL,
		  TEMP_KEY "77010000=00 " NOTHING },
		{ "a shared secret that is answered", "508a-provisioned", NULL,
		  TEMP_KEY "43000000" POINT "#32 " NOTHING },
	};

	(void)state;
	bench_rules(rules, COUNT(rules));
}

static void what_is_refused_ends_temp_key(void **state)
{
	static const struct rule rules[] = {
		{ "another nonce", "608b-provisioned", NULL,
		  RANDOM_KEY "16030000" B20 "=03 " NOTHING },
		{ "a signature, by another slot", "508a-provisioned", NULL,
		  TEMP_KEY "41800100=0f " NOTHING },
		{ "a signature, of a mode that there is not",
		  "508a-provisioned", NULL, TEMP_KEY "41810000=03 " NOTHING },
		{ "a public key", "508a-provisioned", NULL,
		  TEMP_KEY "40000100=0f " NOTHING },
		{ "what is no command", "608b-provisioned", NULL,
		  TEMP_KEY "99000000=03 " NOTHING },
	};

	(void)state;
	bench_rules(rules, COUNT(rules));
}

static void what_arrives_damaged_leaves_temp_key(void **state)
{
	struct bench bench;

	(void)state;
	bench_start(&bench, "508a-provisioned", NULL, ",clock=virtual");
	bench_play(&bench, "nonce", TEMP_KEY);
	assert_int_equal(bench_write(&bench, "0307418000000000"), 0);
	bench_receive(&bench);
	assert_int_equal(bench.reply[0], 0xff);
	bench_play(&bench, "once more", "41800000#64");
	bench_end(&bench);
}

/* With ReqRandom: what counts is where TempKey comes from. */
static void a_random_nonce_is_not_to_be_had_otherwise(void **state)
{
	static const struct rule rules[] = {
		{ "GenKey, by a shared secret", "608b-factory",
		  BOTH_LOCKED KEY "96:7300",
		  "43080000" POINT "=00 40080000=0f " RANDOM_KEY
		  "40080000#64 " },
		{ "GenKey, by a derived key", "608b-factory",
		  BOTH_LOCKED KEY "96:7300",
		  RANDOM_KEY "5640000002000004" B4 "=00 40080000=0f" },
		{ "GenKey, by a hash", "508a-factory",
		  BOTH_LOCKED KEY "96:7300",
		  "47000000=00 47020300616263#32 40080000=0f" },
		{ "a public key alone asks for none", "508a-factory",
		  BOTH_LOCKED KEY "96:7300", "40000000#64" },
		{ "MAC, by a challenge or a fixed nonce", "508a-factory",
		  BOTH_LOCKED SECRET_3 "102:5800",
		  "08000300" B32 "=0f " TEMP_KEY "08050300=0f " RANDOM_KEY
		  "08010300#32" },
		{ "CheckMac, by a challenge or a fixed nonce", "508a-factory",
		  BOTH_LOCKED SECRET_3 "102:5800",
		  "28000300" B77 "=0f " TEMP_KEY "28050300" B77
		  "=0f " RANDOM_KEY "28010300" B77 "=01" },
		{ "Verify, by a fixed nonce", "508a-factory",
		  BOTH_LOCKED "114:7000 s9:00",
		  TEMP_KEY "45000900" B64 "=0f " RANDOM_KEY "45000900" B64
			   "=0f" },
	};

	(void)state;
	bench_rules(rules, COUNT(rules));
}

/* What is refused has changed nothing. */
static void a_refused_command_makes_no_key(void **state)
{
	char public[129], payload[160] = "40000000:";
	struct bench bench;

	(void)state;
	bench_start(&bench, "608b-factory", BOTH_LOCKED KEY, ",clock=virtual");
	assert_answer(&bench, "40000000", 64);
	hex_encode(bench.reply, 64, public);
	strcat(payload, public);
	bench_play(&bench, "no TempKey for the digest", "400c0000=0f");
	bench_play(&bench, "64 bytes of it", "16230000" B64 "=00 400c0000=0f");
	bench_play(&bench, "the same key", payload);
	bench_end(&bench);
}

static void the_nonce_is_the_librarys(void **state)
{
	json_t *file = golden_json("packets.json");
	const json_t *random =
		json_object_get(json_object_get(file, "host"), "random_nonce");
	struct bytes rng = golden_hex(random, "rng");
	struct bytes seed = golden_hex(random, "seed");
	struct bytes want = golden_hex(random, "digest");
	uint8_t nonce[32];

	(void)state;
	host_nonce(rng.data, seed.data, nonce);
	assert_bytes(nonce, sizeof(nonce), &want);
	bytes_free(&rng);
	bytes_free(&seed);
	bytes_free(&want);
	json_decref(file);
}

static void begin_volatile(struct bench *bench, const char *changes)
{
	bench_start(bench, "608b-volatile", changes, ",clock=virtual");
}

/* Slot 1 without ReqRandom, slot 0 by its authorisation and without a latch. */
#define NO_RANDOM "98:3800 96:b301"

static void only_a_random_challenge_authorizes(void **state)
{
	static const struct {
		enum host_challenge challenge;
		const char *then;
	} cases[] = {
		{ HOST_CLIENT, STATE "00000000 " TEMP_KEY "41800000=0f" },
		{ HOST_FIXED, STATE "00000000 " TEMP_KEY "41800000=0f" },
		{ HOST_RANDOM, STATE "000c0000 " TEMP_KEY "41800000#64" },
	};
	struct bench bench;

	(void)state;
	begin_volatile(&bench, NO_RANDOM);
	for (size_t i = 0; i < COUNT(cases); i++) {
		host_checkmac(&bench, cases[i].challenge, 0x00, 0x00);
		bench_play(&bench, "a key by authorization", cases[i].then);
	}
	bench_end(&bench);
}

static void another_challenge_ends_the_authorization(void **state)
{
	static const enum host_challenge challenges[] = { HOST_CLIENT,
							  HOST_FIXED };
	struct bench bench;

	(void)state;
	begin_volatile(&bench, NO_RANDOM);
	for (size_t i = 0; i < COUNT(challenges); i++) {
		host_checkmac(&bench, HOST_RANDOM, 0x00, 0x00);
		host_checkmac(&bench, challenges[i], 0x00, 0x00);
		bench_play(&bench, "no more", TEMP_KEY "41800000=0f");
	}
	host_checkmac(&bench, HOST_RANDOM, 0x00, 0x00);
	host_checkmac(&bench, HOST_RANDOM, 0x01, 0x01);
	bench_play(&bench, "nor after a wrong key", TEMP_KEY "41800000=0f");
	bench_end(&bench);
}

static void a_key_asks_for_its_own_authorization(void **state)
{
	struct bench bench;

	(void)state;
	/* By slot 2, which is not the one that is shown. */
	begin_volatile(&bench, "98:3800 96:b302");
	host_checkmac(&bench, HOST_RANDOM, 0x00, 0x00);
	bench_play(&bench, "another slot", TEMP_KEY "41800000=0f");
	bench_end(&bench);
	/* So does the latch, by byte 69. */
	begin_volatile(&bench, "69:82");
	host_checkmac(&bench, HOST_RANDOM, 0x00, 0x00);
	bench_play(&bench, "another slot", "30040300=0f");
	bench_end(&bench);
	begin_volatile(&bench, "69:80");
	bench_play(&bench, "nobody's slot", "30040300=0f");
	bench_end(&bench);
	begin_volatile(&bench, NO_RANDOM);
	bench_play(&bench, "not yet", TEMP_KEY "41800000=0f");
	host_checkmac(&bench, HOST_RANDOM, 0x00, 0x00);
	bench_play(&bench, "now", TEMP_KEY "41800000#64");
	bench_end(&bench);
}

static void sleep_forgets_the_authorization(void **state)
{
	struct bench bench;

	(void)state;
	begin_volatile(&bench, NULL);
	host_checkmac(&bench, HOST_RANDOM, 0x00, 0x00);
	bench_play(&bench, "sleep", "sleep wake 30040300=0f");
	host_checkmac(&bench, HOST_RANDOM, 0x00, 0x00);
	bench_play(&bench, "idle", "idle wake 30040300#4");
	bench_end(&bench);
}

/* TempKey after GenKey's digest of `point`, over a nonce of 5a. */
static void genkey_digest(const uint8_t serial[static 9],
			  const uint8_t point[static 64],
			  uint8_t digest[static 32])
{
	uint8_t message[128] = { 0 };

	memset(message, 0x5a, 32);
	message[32] = 0x40;
	message[33] = 0x08;
	message[36] = serial[8];
	memcpy(message + 37, serial, 2);
	memcpy(message + 64, point, 64);
	host_sha256(message, sizeof(message), digest);
}

/* Sign's message of it: of key 0, whose slot 0 is open, and not validated. */
static void internal_message(const uint8_t serial[static 9], uint8_t mode,
			     const uint8_t point[static 64],
			     uint8_t digest[static 32])
{
	uint8_t message[55] = { 0 };

	genkey_digest(serial, point, message);
	memcpy(message + 32, "\x41\x00\x00\x00\x87\x20\x33\x00\x50", 9);
	message[33] = mode;
	message[43] = serial[8];
	memcpy(message + 48, serial, 2);
	if (mode & 0x40) {
		memcpy(message + 44, serial + 4, 4);
		memcpy(message + 50, serial + 2, 2);
	}
	message[52] = 1;
	host_sha256(message, sizeof(message), digest);
}

static void internal_signatures_are_of_their_message(void **state)
{
	static const uint8_t serial[9] = "\x01\x23\x11\x22\x33\x44\x55\x66\xee";
	static const char *const payloads[] = { "41000000", "41400000" };
	uint8_t point[64], digest[32];
	struct bench bench;

	(void)state;
	bench_start(&bench, "608b-factory", BOTH_LOCKED KEY "2:1122 8:33445566",
		    ",clock=virtual");
	for (size_t i = 0; i < COUNT(payloads); i++) {
		bench_play(&bench, "nonce", TEMP_KEY);
		assert_answer(&bench, "40080000", 64);
		memcpy(point, bench.reply, sizeof(point));
		assert_answer(&bench, payloads[i], 64);
		internal_message(serial, i ? 0x40 : 0x00, point, digest);
		assert_true(host_verifies(point, digest, bench.reply));
	}
	bench_end(&bench);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(commands_leave_flags_in_temp_key),
		cmocka_unit_test(what_has_no_use_for_temp_key_ends_it),
		cmocka_unit_test(what_is_refused_ends_temp_key),
		cmocka_unit_test(what_arrives_damaged_leaves_temp_key),
		cmocka_unit_test(a_random_nonce_is_not_to_be_had_otherwise),
		cmocka_unit_test(a_refused_command_makes_no_key),
		cmocka_unit_test(the_nonce_is_the_librarys),
		cmocka_unit_test(only_a_random_challenge_authorizes),
		cmocka_unit_test(another_challenge_ends_the_authorization),
		cmocka_unit_test(a_key_asks_for_its_own_authorization),
		cmocka_unit_test(sleep_forgets_the_authorization),
		cmocka_unit_test(internal_signatures_are_of_their_message),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
