/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A public key that is usable only after another key has validated it: GenKey
 * makes a digest of it, a signature of that follows, and Verify marks it. The host
 * is the authority, with a key of the same chip.
 */
#include "sim_host.h"

#include <stdio.h>

#include "text.h"

/*
 * Slot 0 has the authority's private key, slot 10 its public key. Slot 9 has the
 * key to validate; its ReadKey names slot 10.
 */
#define CONFIG "20:8720 96:3300 38:0a0f 114:3200 40:0f0f 116:3000 " BOTH_LOCKED
/* Somebody's: NIST's point. */
#define X                                  \
	"700c48f77f56584c5cc632ca65640db9" \
	"1b6bacce3a4df6b42ce7cc838833d287"
#define Y                                  \
	"db71e509e3fd9b060ddb20ba5c51dcc5" \
	"948d46fbf640dfe0441782cab85fa4ac"
#define KEY_9	 "s9=a0000000" X "00000000" Y " "
#define IS_VALID "30010900:01000000 "
#define IS_NOT	 "30010900:00000000 "

struct validation {
	uint8_t other[19]; /* bytes that only the authority knows */
	uint8_t digest[32];
};

static void begin(struct bench *bench, const char *image, const char *more)
{
	char changes[512];
	uint8_t point[64];

	snprintf(changes, sizeof(changes), "%s%s%s", CONFIG, KEY_9, more);
	bench_start(bench, image, changes, ",clock=virtual");
	assert_answer(bench, "40040000", 64);
	memcpy(point, bench->reply, sizeof(point));
	host_store_public(bench, 10, point);
}

/* What the authority signs: GenKey's digest in Sign's message. */
static void build(struct validation *validation, const char *genkey,
		  uint8_t invalidates)
{
	struct host_message message = { 0 };
	uint8_t digest[32];

	host_add_hex(&message, B32 "40");
	host_add_hex(&message, genkey);
	host_add_hex(&message, "ee0123");
	host_fill(&message, 0, 25);
	host_add_hex(&message, X Y);
	host_digest(&message, digest);
	memset(validation->other, 0, sizeof(validation->other));
	validation->other[17] = invalidates;
	message.len = 0;
	host_add(&message, digest, sizeof(digest));
	host_add_hex(&message, "41");
	host_add(&message, validation->other, 10);
	host_add_hex(&message, "ee");
	host_add(&message, validation->other + 10, 4);
	host_add_hex(&message, "0123");
	host_add(&message, validation->other + 14, 5);
	host_digest(&message, validation->digest);
}

/* The signature, then OtherData: what Verify gets. */
static void sign(struct bench *bench, const struct validation *validation,
		 uint8_t sent[static 83])
{
	host_send(bench, "16030000", validation->digest, 32);
	assert_reply(bench, "", 1);
	assert_answer(bench, "41800000", 64);
	memcpy(sent, bench->reply, 64);
	memcpy(sent + 64, validation->other, 19);
}

static void verify(struct bench *bench, const char *head,
		   const uint8_t sent[static 83], uint8_t status)
{
	bench_play(bench, "digest", TEMP_KEY "40100900000000=00");
	host_send(bench, head, sent, 83);
	assert_reply(bench, &status, 1);
}

static void a_key_is_validated_and_invalidated(void **state)
{
	static const char *const parts[] = { "508a-factory", "608b-factory" };
	struct validation validation;
	uint8_t sent[83];
	struct bench bench;

	(void)state;
	for (size_t i = 0; i < COUNT(parts); i++) {
		begin(&bench, parts[i], "");
		bench_play(&bench, "of no use yet",
			   IS_NOT TEMP_KEY "45000900" B64 "=0f");
		build(&validation, "000000", 0);
		sign(&bench, &validation, sent);
		verify(&bench, "45070900", sent, 0x0f);
		verify(&bench, "45030900", sent, 0x00);
		bench_play(&bench, "of use",
			   IS_VALID "02024800:50000000 " TEMP_KEY "45000900" B64
				    "=01");
		build(&validation, "000000", 1);
		sign(&bench, &validation, sent);
		verify(&bench, "45030900", sent, 0x0f);
		verify(&bench, "45070900", sent, 0x00);
		bench_play(&bench, "no more", IS_NOT "02024800:a0000000");
		bench_end(&bench);
	}
}

static void only_the_right_signature_validates(void **state)
{
	struct validation validation;
	uint8_t sent[83];
	struct bench bench;

	(void)state;
	begin(&bench, "608b-factory", "");
	build(&validation, "000000", 0);
	sign(&bench, &validation, sent);
	sent[0] ^= 1;
	verify(&bench, "45030900", sent, 0x01);
	sent[0] ^= 1;
	/* Other bytes than those that were signed. */
	sent[64] = 0x40;
	verify(&bench, "45030900", sent, 0x01);
	sent[64] = 0;
	/* Of other operands of GenKey. */
	build(&validation, "100900", 0);
	sign(&bench, &validation, sent);
	verify(&bench, "45030900", sent, 0x01);
	bench_play(&bench, "digest", IS_NOT TEMP_KEY "40100900100900=00");
	host_send(&bench, "45030900", sent, sizeof(sent));
	assert_reply(&bench, "", 1);
	bench_play(&bench, "valid", IS_VALID);
	bench_end(&bench);
}

static void validation_has_rules(void **state)
{
#define DATA B64 "00000000000000000000000000000000000000"
	static const struct rule rules[] = {
		{ "TempKey is GenKey's digest of that key", "608b-factory",
		  CONFIG KEY_9 "s10=00000000" X "00000000" Y,
		  "45030900" DATA "=0f " TEMP_KEY "45030900" DATA
		  "=0f " TEMP_KEY "40100a00000000=00 45030900" DATA
		  "=0f " TEMP_KEY "40100900000000=00 45030900" DATA "=01" },
		{ "not of a key that wants no validation", "608b-factory",
		  CONFIG KEY_9 "114:3000 s10=00000000" X "00000000" Y,
		  TEMP_KEY "40100900000000=00 45030900" DATA "=0f" },
		{ "not in a locked slot", "608b-factory",
		  CONFIG KEY_9 "89:fd s10=00000000" X "00000000" Y,
		  TEMP_KEY "40100900000000=00 45030900" DATA "=0f" },
		{ "the parent is a public key, itself valid", "608b-factory",
		  CONFIG KEY_9 "116:1c00",
		  TEMP_KEY "40100900000000=00 45030900" DATA "=0f" },
		{ "the parent wants validation, and has none", "608b-factory",
		  CONFIG KEY_9 "116:3200 s10=a0000000" X "00000000" Y,
		  TEMP_KEY "40100900000000=00 45030900" DATA "=0f" },
		{ "no such slot or length", "608b-factory", CONFIG KEY_9,
		  TEMP_KEY "40100900000000=00 45030300" DATA "=03 45031000" DATA
			   "=03 45030900" B64 "=03 45230900" DATA "=03" },
		{ "digest: TempKey is wanted", "608b-factory", CONFIG KEY_9,
		  "40100900000000=0f " TEMP_KEY "40100900000000=00 "
		  "30020000:59800000" },
		{ "digest: no such mode, length or slot", "608b-factory",
		  CONFIG KEY_9,
		  TEMP_KEY "40140900000000=03 40180900000000=03 "
			   "40100900=03 40101000000000=03" },
		{ "digest: not of a private key's slot", "608b-factory",
		  CONFIG KEY_9, TEMP_KEY "40100000000000=0f" },
		{ "digest: with ReqRandom, a random nonce", "608b-factory",
		  CONFIG KEY_9 "114:7200",
		  TEMP_KEY "40100900000000=0f " RANDOM_KEY
			   "40100900000000=00" },
		{ "digest: not before the data lock", "608b-factory",
		  KEY_9 "114:3200 " CONFIG_LOCKED,
		  TEMP_KEY "40100900000000=0f" },
		{ "hashes of public keys", "608b-factory", CONFIG KEY_9,
		  "47030900=0f 47000000=00 47030900=00 47c20000#32 "
		  "47000000=00 47030000=0f 47031000=03 4703090000=03" },
		{ "on a 508A too", "508a-factory", CONFIG KEY_9,
		  "47000000=00 47030900=00 47020000#32" },
	};

	(void)state;
	bench_rules(rules, COUNT(rules));
}

static void a_public_key_is_hashed_as_it_is(void **state)
{
	struct host_message message = { 0 };
	uint8_t digest[32];
	struct bench bench;

	(void)state;
	host_add_hex(&message, B64 X Y "616263");
	host_digest(&message, digest);
	bench_start(&bench, "508a-factory", CONFIG KEY_9, ",clock=virtual");
	bench_play(&bench, "start",
		   "47000000=00 47014000" B64 "=00 47030900=00");
	bench_command(&bench, "47020300616263");
	assert_reply(&bench, digest, sizeof(digest));
	bench_end(&bench);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_key_is_validated_and_invalidated),
		cmocka_unit_test(only_the_right_signature_validates),
		cmocka_unit_test(validation_has_rules),
		cmocka_unit_test(a_public_key_is_hashed_as_it_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
