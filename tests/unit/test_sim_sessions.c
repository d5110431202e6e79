/* SPDX-License-Identifier: Apache-2.0 */
/*
 * GenDig, and what it makes possible: data that are encrypted on the bus. The
 * host works the formats of the data sheet out by itself.
 */
#include "sim_host.h"

#include <stdio.h>

#include "text.h"

/* Slot 4 is a key that anybody knows who knows 42; slot 8 is encrypted by it. */
#define KEY_4	 "28:8f0f 104:3c00 s4:42 "
#define SECRET_8 "36:c444 112:1c00 s8:11 "

/* TempKey, as Nonce shows what it makes of it. */
static void assert_temp_key(struct bench *bench, const uint8_t want[static 32])
{
	struct host_message message = { 0 };
	uint8_t digest[32];

	host_add(&message, want, 32);
	host_add_hex(&message, B20 "160000");
	host_digest(&message, digest);
	bench_command(bench, "16000080" B20);
	assert_reply(bench, digest, sizeof(digest));
}

#define ZEROS_20 "0000000000000000000000000000000000000000"
#define FF_32                              \
	"ffffffffffffffffffffffffffffffff" \
	"ffffffffffffffffffffffffffffffff"
#define B11_32                             \
	"11111111111111111111111111111111" \
	"11111111111111111111111111111111"

static void gendig_hashes_what_is_stored(void **state)
{
	static const struct {
		const char *payload, *first, *command, *middle, *last;
	} cases[] = {
		{ "15010100", FF_32, "15010100", ZEROS_20 "0000000000", B32 },
		{ "15020300",
		  "77777777777777777777777777777777"
		  "77777777777777777777777777777777",
		  "15020300", ZEROS_20 "0000000000", B32 },
		{ "15030400" B11_32, B11_32, "15030400", ZEROS_20 "0000000000",
		  B32 },
		{ "15030480" B11_32, B32, "15030400", ZEROS_20 "0000000000",
		  B11_32 },
		{ "15040000", ZEROS_20 "000000000000000000000000", "15040000",
		  "0003000000" ZEROS_20, B32 },
		{ "15050300", ZEROS_20 "000000000000000000000000", "15050300",
		  "008f8f180001" ZEROS_20, B32 },
	};
	struct bench bench;

	(void)state;
	/* Counter 0 is at three. */
	bench_start(&bench, "608b-factory",
		    BOTH_LOCKED SECRET_3 "s3:77 52:1fff", ",clock=virtual");
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct host_message message = { 0 };
		uint8_t digest[32];
		char middle[51];

		snprintf(middle, sizeof(middle), "%.50s", cases[i].middle);
		host_add_hex(&message, cases[i].first);
		host_add_hex(&message, cases[i].command);
		host_add_hex(&message, "ee0123");
		host_add_hex(&message, middle);
		host_add_hex(&message, cases[i].last);
		host_digest(&message, digest);
		bench_play(&bench, "nonce", TEMP_KEY);
		assert_status(&bench, cases[i].payload, 0x00);
		assert_temp_key(&bench, digest);
	}
	bench_end(&bench);
}

static void gendig_hashes_the_configuration(void **state)
{
	struct host_message message;
	uint8_t block[32], digest[32];
	struct bench bench;

	(void)state;
	bench_start(&bench, "508a-factory", BOTH_LOCKED, ",clock=virtual");
	assert_answer(&bench, "02801000", 32);
	memcpy(block, bench.reply, sizeof(block));
	bench_play(&bench, "gendig", TEMP_KEY "15000200=00");
	host_begin(&message, block, "15000200", 25);
	host_add_hex(&message, B32);
	host_digest(&message, digest);
	assert_temp_key(&bench, digest);
	bench_end(&bench);
}

#define STATE "30020000:"

static void gendig_has_rules(void **state)
{
	static const struct rule rules[] = {
		{ "TempKey is wanted, and the configuration lock",
		  "608b-factory", SECRET_3,
		  "15020300=0f " TEMP_KEY "15020300=0f 17800000=00 "
		  "15020300=0f " TEMP_KEY "15020300=00" },
		{ "flags of a key, and of nothing else", "608b-factory",
		  BOTH_LOCKED SECRET_3,
		  TEMP_KEY "15020300=00 " STATE "33800000 15000000=00 " STATE
			   "10800000 " RANDOM_KEY "15020300=00 " STATE
			   "23800000" },
		{ "no such zone, block, slot, counter", "608b-factory",
		  BOTH_LOCKED SECRET_3,
		  TEMP_KEY "15060000=03 15000400=03 15010200=03 15021000=03 "
			   "15040200=03 15051000=03 15031000" B32 "=03" },
		{ "no other lengths", "608b-factory", BOTH_LOCKED SECRET_3,
		  TEMP_KEY "150000005a=03 15030300=03 15040000" B4
			   "=03 15050300" B4 "=03 1502035a5a=03 15020300" B32
			   "=03" },
		{ "four bytes are of no use without NoMac", "608b-factory",
		  BOTH_LOCKED SECRET_3, TEMP_KEY "15020300" B4 "=00" },
		{ "and wanted with it; then TempKey makes no MAC",
		  "608b-factory", BOTH_LOCKED SECRET_3 "26:9f8f 28:8f8f",
		  TEMP_KEY "15020300=03 " TEMP_KEY "15020300" B4 "=00 " STATE
			   "b3800000 08050400=0f " TEMP_KEY "15020300" B4
			   "=00 08060400" B32 "=0f " TEMP_KEY "15020300" B4
			   "=00 15000000=0f" },
		{ "no private and no public keys", "608b-factory",
		  BOTH_LOCKED "114:3000",
		  TEMP_KEY "15020000=0f " TEMP_KEY "15020900=0f" },
		{ "ReqRandom wants a random nonce", "608b-factory",
		  BOTH_LOCKED SECRET_3 "102:5800",
		  TEMP_KEY "15020300=0f " RANDOM_KEY "15020300=00" },
		{ "not with 64 bytes of TempKey", "608b-factory",
		  BOTH_LOCKED SECRET_3, "16230000" B64 "=00 15020300=0f" },
		{ "its digest can be signed", "608b-factory",
		  BOTH_LOCKED SECRET_3 "20:8720 96:3300 k0=" B32,
		  TEMP_KEY "15020300=00 41000000#64" },
	};

	(void)state;
	bench_rules(rules, COUNT(rules));
}

/* Write of `data` under `session`: what is sent behind the operands. */
static void encrypt(const uint8_t session[static 32], const char *head,
		    const uint8_t *data, uint8_t sent[static 64])
{
	struct host_message message;

	for (unsigned int i = 0; i < 32; i++)
		sent[i] = data[i] ^ session[i];
	host_begin(&message, session, head, 25);
	host_add(&message, data, 32);
	host_digest(&message, sent + 32);
}

/* Block 5 of slot 8, read under a session key. */
static void assert_block(struct bench *bench, const uint8_t want[static 32])
{
	uint8_t session[32], plain[32];

	host_session(bench, 4, 0x42, session);
	assert_answer(bench, "02824005", 32);
	for (unsigned int i = 0; i < 32; i++)
		plain[i] = bench->reply[i] ^ session[i];
	assert_memory_equal(plain, want, 32);
	/* TempKey is good for one use. */
	assert_status(bench, "02824005", 0x0f);
}

static void what_is_encrypted_is_written_and_read(void **state)
{
	static const char *const parts[] = { "508a-factory", "608b-factory" };
	uint8_t session[32], sent[64], data[32], old[32];

	(void)state;
	memset(old, 0x11, sizeof(old));
	for (unsigned int i = 0; i < 32; i++)
		data[i] = (uint8_t)(3 * i);
	for (size_t part = 0; part < COUNT(parts); part++) {
		struct bench bench;

		bench_start(&bench, parts[part], BOTH_LOCKED KEY_4 SECRET_8,
			    ",clock=virtual");
		host_session(&bench, 4, 0x42, session);
		encrypt(session, "12c24005", data, sent);
		sent[63] ^= 1;
		host_send(&bench, "12c24005", sent, sizeof(sent));
		assert_reply(&bench, "\x0f", 1);
		assert_block(&bench, old);
		host_session(&bench, 4, 0x42, session);
		encrypt(session, "12c24005", data, sent);
		host_send(&bench, "12c24005", sent, sizeof(sent));
		assert_reply(&bench, "", 1);
		assert_block(&bench, data);
		bench_end(&bench);
	}
}

static void encryption_wants_the_right_session(void **state)
{
	static const struct rule rules[] = {
		{ "read: none, a fixed nonce, another key", "608b-factory",
		  BOTH_LOCKED KEY_4 SECRET_8 SECRET_3,
		  "02824005=0f " TEMP_KEY "02824005=0f " TEMP_KEY
		  "15020400=00 02824005=0f " RANDOM_KEY
		  "15020300=00 02824005=0f " RANDOM_KEY
		  "15020400=00 02824005#32" },
		{ "read: a nonce is no session, though the key is slot 0",
		  "608b-factory",
		  BOTH_LOCKED SECRET_8 "36:c044 20:8f0f 96:3c00 s0:42",
		  RANDOM_KEY "02824005=0f " RANDOM_KEY
			     "15020000=00 02824005#32" },
		{ "read: no words", "608b-factory", BOTH_LOCKED KEY_4 SECRET_8,
		  RANDOM_KEY "15020400=00 02024005=0f" },
		{ "read: a fixed nonce, by CheckMacConfig", "608b-factory",
		  BOTH_LOCKED KEY_4 SECRET_8 "17:10",
		  TEMP_KEY "15020400=00 02824005#32 " RANDOM_KEY
			   "15020400=00 02824005=0f" },
		{ "read: not of a slot that is not secret", "608b-factory",
		  BOTH_LOCKED KEY_4 "36:4444",
		  RANDOM_KEY "15020400=00 02824005=0f" },
		{ "write: none, or a MAC that is none", "608b-factory",
		  BOTH_LOCKED KEY_4 SECRET_8,
		  "12c24005" B64 "=0f " RANDOM_KEY "15020400=00 12c24005" B64
		  "=0f" },
		{ "write: encrypted into slots that want it alone",
		  "608b-factory", BOTH_LOCKED KEY_4 "36:0f04",
		  RANDOM_KEY "15020400=00 12c24005" B64 "=0f 12824005" B32
			     "=00" },
	};

	(void)state;
	bench_rules(rules, COUNT(rules));
}

static void data_are_encrypted_before_the_data_lock_too(void **state)
{
	uint8_t session[32], sent[64], data[32];
	struct bench bench;

	(void)state;
	memset(data, 0x99, sizeof(data));
	bench_start(&bench, "608b-factory", CONFIG_LOCKED KEY_4 SECRET_8,
		    ",clock=virtual");
	host_session(&bench, 4, 0x42, session);
	encrypt(session, "12c24005", data, sent);
	host_send(&bench, "12c24005", sent, sizeof(sent));
	assert_reply(&bench, "", 1);
	bench_play(&bench, "lock", "17810000=00");
	assert_block(&bench, data);
	bench_end(&bench);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(gendig_hashes_what_is_stored),
		cmocka_unit_test(gendig_hashes_the_configuration),
		cmocka_unit_test(gendig_has_rules),
		cmocka_unit_test(what_is_encrypted_is_written_and_read),
		cmocka_unit_test(encryption_wants_the_right_session),
		cmocka_unit_test(data_are_encrypted_before_the_data_lock_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
