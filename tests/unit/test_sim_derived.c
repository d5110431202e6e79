/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Keys that are written or derived, HMAC and Pause. The host works the formats
 * of the data sheet out by itself.
 */
#include "sim_host.h"

#include <stdio.h>

#include "text.h"

/* NIST's key, point and secret of test_sim_keys.c. */
#define CDH_KEY                            \
	"7d7dc5f71eb29ddaf80d6214632eeae0" \
	"3d9058af1fb6d22ed80badb62bc1a534"
#define CDH_POINT                          \
	"700c48f77f56584c5cc632ca65640db9" \
	"1b6bacce3a4df6b42ce7cc838833d287" \
	"db71e509e3fd9b060ddb20ba5c51dcc5" \
	"948d46fbf640dfe0441782cab85fa4ac"
#define CDH_SECRET                         \
	"46fc62106420ff012e54a434fbdd2d25" \
	"ccc5852060561e68040dd7778997bd7b"

/* A key that anybody knows who knows 42. */
#define KEY_4	 "28:8f0f 104:3c00 s4:42 "

#define ZEROS_20 "0000000000000000000000000000000000000000"
#define FF_32                              \
	"ffffffffffffffffffffffffffffffff" \
	"ffffffffffffffffffffffffffffffff"
static void assert_nist_key(struct bench *bench)
{
	uint8_t want[32];

	assert_int_equal(hex_decode(CDH_SECRET, want, sizeof(want)), 0);
	assert_answer(bench, "43000000" CDH_POINT, 32);
	assert_memory_equal(bench->reply, want, sizeof(want));
}

#define ENCRYPTED_0 "20:8764 96:3300 "

static void private_keys_are_written(void **state)
{
	struct host_message message;
	uint8_t session[32], more[32], key[36] = { 0 }, sent[68];
	struct bench bench;

	(void)state;
	bench_start(&bench, "608b-factory", BOTH_LOCKED KEY_4 ENCRYPTED_0,
		    ",clock=virtual");
	assert_int_equal(hex_decode(CDH_KEY, key + 4, 32), 0);
	host_session(&bench, 4, 0x42, session);
	host_sha256(session, sizeof(session), more);
	for (unsigned int i = 0; i < 36; i++)
		sent[i] = key[i] ^ (i < 32 ? session[i] : more[i - 32]);
	host_begin(&message, session, "46400000", 21);
	host_add(&message, key, sizeof(key));
	host_digest(&message, sent + 36);
	host_send(&bench, "46400000", sent, sizeof(sent));
	assert_reply(&bench, "", 1);
	assert_nist_key(&bench);
	bench_end(&bench);
}

#define ZEROS_32 ZEROS_20 "000000000000000000000000"
#define FF_KEY	 "00000000" FF_32 ZEROS_32

static void private_keys_are_written_by_rules(void **state)
{
	static const struct rule rules[] = {
		{ "in the clear, between the locks", "508a-factory",
		  CONFIG_LOCKED,
		  "46000000"
		  "00000000" CDH_KEY ZEROS_32 "=00 40000000#64" },
		{ "not after them, nor before", "508a-factory", ENCRYPTED_0,
		  "46000000"
		  "00000000" CDH_KEY ZEROS_32 "=0f 17800000=00 17810000=00 "
		  "46000000"
		  "00000000" CDH_KEY ZEROS_32 "=0f" },
		{ "encrypted with a session alone", "508a-factory",
		  BOTH_LOCKED KEY_4 ENCRYPTED_0,
		  "46400000"
		  "00000000" CDH_KEY ZEROS_32 "=0f " RANDOM_KEY
		  "15020400=00 46400000"
		  "00000000" CDH_KEY ZEROS_32 "=0f" },
		{ "not where WriteConfig has no Encrypt", "508a-factory",
		  BOTH_LOCKED KEY_4 "20:8724 96:3300",
		  RANDOM_KEY "15020400=00 46400000"
			     "00000000" CDH_KEY ZEROS_32 "=0f" },
		{ "no scalar", "508a-factory", CONFIG_LOCKED,
		  "46000000" FF_KEY "=05 46000000"
		  "01000000" CDH_KEY ZEROS_32 "=05" },
		{ "no such mode, slot or length; no other slots",
		  "508a-factory", CONFIG_LOCKED,
		  "46010000" FF_KEY "=03 46001000" FF_KEY "=03 46000000" B32
		  "=03 46000300" FF_KEY "=0f" },
		{ "no locked slot", "508a-factory", CONFIG_LOCKED "88:fe",
		  "46000000"
		  "00000000" CDH_KEY ZEROS_32 "=0f" },
	};

	(void)state;
	bench_rules(rules, COUNT(rules));
}

/* MAC of a challenge of 5a, by the key in `slot`. */
static void assert_key(struct bench *bench, unsigned int slot,
		       const uint8_t key[static 32])
{
	struct host_message message = { 0 };
	uint8_t digest[32];
	char command[9], payload[80];

	snprintf(command, sizeof(command), "0800%02x00", slot);
	host_add(&message, key, 32);
	host_add_hex(&message, B32);
	host_add_hex(&message, command);
	host_fill(&message, 0, 11);
	host_add_hex(&message, "ee0000000001230000");
	host_digest(&message, digest);
	snprintf(payload, sizeof(payload), "%s" B32, command);
	bench_command(bench, payload);
	assert_reply(bench, digest, sizeof(digest));
}

/* Slot 9 rolls; slot 3 is made of slot 4, and wants a MAC. */
#define ROLLS_9	  "38:8f2f 114:1800 s9:33 "
#define MADE_OF_4 "26:8fb4 102:1800 s3:33 "

static void keys_are_derived(void **state)
{
	uint8_t nonce[32], old[32], key[32], mac[32];
	struct host_message message;
	struct bench bench;

	(void)state;
	bench_start(&bench, "608b-factory", BOTH_LOCKED KEY_4 ROLLS_9 MADE_OF_4,
		    ",clock=virtual");
	memset(old, 0x33, sizeof(old));
	assert_key(&bench, 9, old);
	host_random_nonce(&bench, nonce);
	assert_status(&bench, "1c000900", 0x00);
	host_begin(&message, old, "1c000900", 25);
	host_add(&message, nonce, sizeof(nonce));
	host_digest(&message, key);
	assert_key(&bench, 9, key);

	memset(old, 0x42, sizeof(old));
	host_begin(&message, old, "1c000300", 0);
	host_digest(&message, mac);
	host_random_nonce(&bench, nonce);
	host_send(&bench, "1c000300", mac, sizeof(mac));
	assert_reply(&bench, "", 1);
	host_begin(&message, old, "1c000300", 25);
	host_add(&message, nonce, sizeof(nonce));
	host_digest(&message, key);
	assert_key(&bench, 3, key);
	bench_end(&bench);
}

static void keys_are_derived_by_rules(void **state)
{
	static const struct rule rules[] = {
		{ "of TempKey, whose source is told, once", "508a-factory",
		  BOTH_LOCKED ROLLS_9,
		  "1c000900=0f " TEMP_KEY "1c000900=0f " TEMP_KEY
		  "1c040900=00 1c040900=0f " RANDOM_KEY "1c040900=0f" },
		{ "with a MAC where it is wanted", "508a-factory",
		  BOTH_LOCKED KEY_4 MADE_OF_4,
		  RANDOM_KEY "1c000300=0f " RANDOM_KEY "1c000300" B32 "=0f" },
		{ "a MAC that is not wanted is still looked at", "508a-factory",
		  BOTH_LOCKED ROLLS_9, RANDOM_KEY "1c000900" B32 "=0f" },
		{ "where WriteConfig says so", "508a-factory",
		  BOTH_LOCKED ROLLS_9 "38:8f0f", RANDOM_KEY "1c000900=0f" },
		{ "not before the data lock", "508a-factory",
		  CONFIG_LOCKED ROLLS_9, RANDOM_KEY "1c000900=0f" },
		{ "not into a locked slot", "508a-factory",
		  BOTH_LOCKED ROLLS_9 "89:fd", RANDOM_KEY "1c000900=0f" },
		{ "not into a private key's", "508a-factory",
		  BOTH_LOCKED "20:8f2f 96:3300", RANDOM_KEY "1c000000=0f" },
		{ "with ReqRandom of a random nonce", "508a-factory",
		  BOTH_LOCKED ROLLS_9 "114:5800",
		  TEMP_KEY "1c040900=0f " RANDOM_KEY "1c000900=00" },
		{ "no such mode, slot or length", "508a-factory",
		  BOTH_LOCKED ROLLS_9,
		  RANDOM_KEY "1c010900=03 1c001000=03 1c0009005a=03" },
	};

	(void)state;
	bench_rules(rules, COUNT(rules));
}

/* Each nonce is made of the one before, and is what is answered. */
static void nonces_follow_each_other(void **state)
{
	struct bench bench;
	uint8_t nonce[32];

	(void)state;
	bench_start(&bench, "608b-factory", NULL, ",clock=virtual");
	bench_play(&bench, "first", TEMP_KEY);
	memset(nonce, 0x5a, sizeof(nonce));
	for (unsigned int i = 0; i < 3; i++) {
		struct host_message message = { 0 };

		host_add(&message, nonce, sizeof(nonce));
		host_add_hex(&message, B20 "160000");
		host_digest(&message, nonce);
		bench_command(&bench, "16000080" B20);
		assert_reply(&bench, nonce, sizeof(nonce));
	}
	bench_play(&bench, "its source stays", "30020000:10800000");
	bench_end(&bench);
}

static void hmac_of_a_508a(void **state)
{
	static const struct rule rules[] = {
		{ "of TempKey, once", "508a-factory", BOTH_LOCKED SECRET_3,
		  TEMP_KEY "11040300#32 11040300=0f" },
		{ "whose source is told", "508a-factory", BOTH_LOCKED SECRET_3,
		  TEMP_KEY "11000300=0f " RANDOM_KEY "11000300#32" },
		{ "not before the data lock", "508a-factory",
		  CONFIG_LOCKED SECRET_3, TEMP_KEY "11040300=0f" },
		{ "not with NoMac", "508a-factory",
		  BOTH_LOCKED SECRET_3 "26:9f8f", TEMP_KEY "11040300=0f" },
		{ "no such mode, slot or length", "508a-factory",
		  BOTH_LOCKED SECRET_3,
		  TEMP_KEY "11140300=03 11240300=03 11051000=03 11041000=03 "
			   "110403005a=03" },
		{ "a 608 has none", "608b-factory", BOTH_LOCKED SECRET_3,
		  TEMP_KEY "11040300=03" },
	};

	(void)state;
	bench_rules(rules, COUNT(rules));
}

static void hmac_is_an_hmac(void **state)
{
	struct host_message inner = { 0 }, outer = { 0 };
	uint8_t digest[32];
	struct bench bench;

	(void)state;
	bench_start(&bench, "508a-factory", BOTH_LOCKED SECRET_3 "s3:77",
		    ",clock=virtual");
	host_fill(&inner, 0x77 ^ 0x36, 32);
	host_fill(&inner, 0x36, 32);
	host_fill(&inner, 0, 32);
	host_add_hex(&inner, B32 "11040300");
	host_fill(&inner, 0, 11);
	host_add_hex(&inner, "ee0000000001230000");
	host_digest(&inner, digest);
	host_fill(&outer, 0x77 ^ 0x5c, 32);
	host_fill(&outer, 0x5c, 32);
	host_add(&outer, digest, sizeof(digest));
	host_digest(&outer, digest);
	bench_play(&bench, "nonce", TEMP_KEY);
	bench_command(&bench, "11040300");
	assert_reply(&bench, digest, sizeof(digest));
	bench_end(&bench);
}

static void pause_is_heard_by_selectors(void **state)
{
	uint8_t byte;
	struct bench bench;

	(void)state;
	bench_start(&bench, "508a-factory", "85:02", ",clock=virtual");
	bench_play(&bench, "its own", "01020000=00 01020100=03 0102000000=03");
	assert_int_equal(bench_send(&bench, "01030000"), 0);
	assert_true(bench_read(&bench, &byte, 1) < 0);
	bench_play(&bench, "idle until a wake", "wake 30000000#4");
	bench_end(&bench);
	bench_start(&bench, "608b-factory", NULL, ",clock=virtual");
	bench_play(&bench, "a 608 has none", "01000000=03");
	bench_end(&bench);
}

/*
 * CheckMac of slot 2 with a key of zeros, over a nonce of 5a, then Nonce's
 * answer: it is that of TempKey only when a secret was copied there.
 */
static void a_password_is_exchanged_for_a_secret(void **state)
{
	static const struct {
		const char *changes;
		bool copied;
	} cases[] = {
		/* Fixed nonces, by CheckMacConfig, for slots 2 and 3. */
		{ BOTH_LOCKED "17:02 24:800f 100:1800 102:1800 s2:00 s3:77",
		  true },
		{ BOTH_LOCKED "17:00 24:800f 100:1800 102:1800 s2:00 s3:77",
		  false },
		{ BOTH_LOCKED "17:02 24:810f 100:1800 102:1800 s2:00 s3:77",
		  false },
		{ BOTH_LOCKED "17:02 24:800f 100:1800 102:3300 s2:00 s3:77",
		  false },
		{ CONFIG_LOCKED "17:02 24:800f 100:1800 102:1800 s2:00 s3:77",
		  false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct host_message message = { 0 };
		struct bench bench;
		uint8_t sent[77] = { 0 }, want[32];

		bench_start(&bench, "608b-factory", cases[i].changes,
			    ",clock=virtual");
		bench_play(&bench, "nonce", TEMP_KEY);
		host_fill(&message, 0, 32);
		host_add_hex(&message, B32);
		host_fill(&message, 0, 15);
		host_add_hex(&message, "ee0000000001230000");
		host_digest(&message, sent + 32);
		host_send(&bench, "28050200", sent, sizeof(sent));
		assert_reply(&bench, "", 1);
		bench_command(&bench, "16000080" B20);
		message.len = 0;
		host_fill(&message, 0x77, 32);
		host_add_hex(&message, B20 "160000");
		host_digest(&message, want);
		assert_reply(&bench, cases[i].copied ? (char *)want : "\x0f",
			     cases[i].copied ? 32 : 1);
		bench_end(&bench);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(private_keys_are_written),
		cmocka_unit_test(private_keys_are_written_by_rules),
		cmocka_unit_test(keys_are_derived),
		cmocka_unit_test(keys_are_derived_by_rules),
		cmocka_unit_test(a_password_is_exchanged_for_a_secret),
		cmocka_unit_test(nonces_follow_each_other),
		cmocka_unit_test(hmac_of_a_508a),
		cmocka_unit_test(hmac_is_an_hmac),
		cmocka_unit_test(pause_is_heard_by_selectors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
