/* SPDX-License-Identifier: Apache-2.0 */
/* What only the 608 can do: the latch, AES, KDF, SelfTest. */
#include "sim_bench.h"

#include <stdio.h>

#include <gnutls/crypto.h>

#include "text.h"

#define B4	      "5a5a5a5a"
#define B32	      B4 B4 B4 B4 B4 B4 B4 B4
#define B64	      B32 B32
#define B77	      B64 "00000000000000000000000000"
#define B20	      B4 B4 B4 B4 B4

#define CONFIG_LOCKED "87:00 "
#define BOTH_LOCKED   "87:00 86:00 "
#define TEMP_KEY      "16030000" B32 "=00 "
#define RANDOM_KEY    "16000000" B20 "#32 "

/* Slot 3 as a secret for MAC and AES, with nothing else to ask for. */
#define SECRET_3     "26:8f8f 102:1800 "

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void sha256(const uint8_t *data, size_t len, uint8_t digest[static 32])
{
	assert_int_equal(gnutls_hash_fast(GNUTLS_DIG_SHA256, data, len, digest),
			 0);
}

/* TempKey after a random nonce, as host.random_nonce has it. */
static void host_nonce(const uint8_t rng[static 32],
		       const uint8_t seed[static 20], uint8_t nonce[static 32])
{
	uint8_t message[55] = { 0 };

	memcpy(message, rng, 32);
	memcpy(message + 32, seed, 20);
	message[52] = 0x16;
	sha256(message, sizeof(message), nonce);
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

/* The host's half of CheckMac with slot 1 of the volatile image. */
static void authorize(struct bench *bench, uint8_t key_byte, uint8_t status)
{
	uint8_t seed[20], message[88] = { 0 }, digest[32];
	char payload[200], hex[65];

	memset(seed, 0x5a, sizeof(seed));
	assert_answer(bench, "16000000" B20, 32);
	for (uint8_t i = 1; i < 16; i++)
		message[i] = i;
	message[0] = key_byte;
	host_nonce(bench->reply, seed, message + 32);
	memcpy(message + 79, "\xee\0\0\0\0\x01\x23", 7);
	sha256(message, sizeof(message), digest);
	hex_encode(digest, sizeof(digest), hex);
	snprintf(payload, sizeof(payload), "28010100" B32 "%s%026d", hex, 0);
	assert_status(bench, payload, status);
}

static void assert_latch(struct bench *bench, const char *payload, uint8_t want)
{
	assert_answer(bench, payload, 4);
	assert_int_equal(bench->reply[0], want);
	assert_memory_equal(bench->reply + 1, "\0\0\0", 3);
}

static void the_activation_key_opens_the_latch(void **state)
{
	struct bench bench;

	(void)state;
	bench_begin(&bench);
	bench_image(&bench, "608b-volatile", NULL);
	bench_open(&bench, ",clock=virtual");
	assert_latch(&bench, "30040000", 0);
	authorize(&bench, 0x01, 0x01);
	bench_play(&bench, "another key", "30040300=0f");
	authorize(&bench, 0x00, 0x00);
	assert_latch(&bench, "30040300", 1);
	bench_play(&bench, "opened", TEMP_KEY "41800000#64");
	bench_play(&bench, "mac", TEMP_KEY "08050200#32");
	bench_play(&bench, "it outlives sleep", "sleep wake");
	assert_latch(&bench, "30040000", 1);
	bench_play(&bench, "opened", TEMP_KEY "41800000#64");
	assert_latch(&bench, "30040200", 0);
	bench_play(&bench, "closed", TEMP_KEY "41800000=0f 08050200=0f");
	bench_end(&bench);
}

static void the_latch_does_not_outlive_power(void **state)
{
	struct bench bench;

	(void)state;
	bench_begin(&bench);
	bench_image(&bench, "608b-volatile", NULL);
	bench_open(&bench, ",clock=virtual");
	authorize(&bench, 0x00, 0x00);
	assert_latch(&bench, "30040300", 1);
	bench_close(&bench);
	bench_open(&bench, ",clock=virtual");
	assert_latch(&bench, "30040000", 0);
	bench_end(&bench);
}

static void the_latch_has_rules(void **state)
{
	static const struct rule rules[] = {
		{ "nobody opens it unasked", "608b-volatile", NULL,
		  "30040300=0f 30040000#4" },
		{ "not where byte 69 does not say so", "608b-provisioned", NULL,
		  "30040300=0f 30040200=0f 30040000#4" },
		{ "no such request", "608b-volatile", NULL,
		  "30040100=03 30040400=03" },
		{ "the activation key is no MAC key", "608b-volatile", NULL,
		  TEMP_KEY "08050100=0f" },
	};

	(void)state;
	bench_rules(rules, COUNT(rules));
}

static void sleep_forgets_the_authorization(void **state)
{
	struct bench bench;

	(void)state;
	bench_begin(&bench);
	bench_image(&bench, "608b-volatile", NULL);
	bench_open(&bench, ",clock=virtual");
	authorize(&bench, 0x00, 0x00);
	bench_play(&bench, "sleep", "sleep wake 30040300=0f");
	authorize(&bench, 0x00, 0x00);
	bench_play(&bench, "idle", "idle wake 30040300#4");
	bench_end(&bench);
}

static void a_key_may_ask_for_authorization(void **state)
{
	struct bench bench;

	(void)state;
	bench_begin(&bench);
	/* Slot 0: ReqAuth by slot 1, and no latch. */
	bench_image(&bench, "608b-volatile", "96:b301");
	bench_open(&bench, ",clock=virtual");
	bench_play(&bench, "not yet", TEMP_KEY "41800000=0f");
	authorize(&bench, 0x00, 0x00);
	bench_play(&bench, "now", TEMP_KEY "41800000#64");
	bench_end(&bench);
}

#define KEY_16	    "000102030405060708090a0b0c0d0e0f"
#define AES_SLOT_3  "26:8f8f 102:1800 s3=" KEY_16 KEY_16 " "
#define PLAIN_16    "00112233445566778899aabbccddeeff"
#define KDF_OPTIONS "90:0400 "

static void the_608_has_aes_and_kdf(void **state)
{
	static const struct rule rules[] = {
		{ "AES by a slot, by block", "608b-factory",
		  BOTH_LOCKED AES_SLOT_3,
		  "51000300" PLAIN_16 "#16 51410300" PLAIN_16
		  "#16 51800300" PLAIN_16 "=0f" },
		{ "AES by TempKey", "608b-factory", BOTH_LOCKED,
		  "5100ffff" PLAIN_16 "=0f " TEMP_KEY "5100ffff" PLAIN_16
		  "#16 5140ffff" PLAIN_16 "#16 5180ffff" PLAIN_16 "=0f" },
		{ "AES before the data lock", "608b-factory",
		  CONFIG_LOCKED AES_SLOT_3, "51000300" PLAIN_16 "=0f" },
		{ "AES by slots for other things", "608b-factory",
		  BOTH_LOCKED AES_SLOT_3 "102:1c00",
		  "51000300" PLAIN_16 "=0f 51000000" PLAIN_16 "=0f" },
		{ "AES that is not enabled", "608b-factory",
		  BOTH_LOCKED AES_SLOT_3 "13:00",
		  "51000300" PLAIN_16 "=03 51030000" B32 "=03" },
		{ "no such AES", "608b-factory", BOTH_LOCKED AES_SLOT_3,
		  "51020300" PLAIN_16 "=03 51000300=03 51001000" PLAIN_16
		  "=03 51030000" PLAIN_16 "=03 51030100" B32 "=03" },
		{ "the 508A knows none of it", "508a-factory", BOTH_LOCKED,
		  "51000300" PLAIN_16 "=03 56500000020000010000=03 "
		  "77000000=03" },
		{ "KDF to the output and to buffers", "608b-factory",
		  BOTH_LOCKED,
		  TEMP_KEY "5650ffff02000004" B4 "#32 5640000002000004" B4
			   "=00 564c000002000004" B4 "=00 5610ffff01010004" B4
			   "#64" },
		{ "KDF without a source", "608b-factory", BOTH_LOCKED,
		  "56500000"
		  "02000004" B4 "=0f 56530000"
		  "02000004" B4 "=0f 56510000"
		  "02000004" B4 "=0f" },
		{ "KDF from a slot", "608b-factory", BOTH_LOCKED AES_SLOT_3,
		  "56520300"
		  "02000004" B4 "#32 56520000"
		  "02000004" B4 "=0f" },
		{ "KDF with a key of zeros", "608b-factory", BOTH_LOCKED,
		  "56500000"
		  "06000004" B4 "#32" },
		{ "KDF before the data lock", "608b-factory", CONFIG_LOCKED,
		  TEMP_KEY "56500000"
			   "02000004" B4 "=0f" },
		{ "KDF in the clear when ChipOptions forbid it", "608b-factory",
		  BOTH_LOCKED "91:04",
		  TEMP_KEY "56500000"
			   "02000004" B4 "=0f 56400000"
			   "02000004" B4 "=00" },
		{ "KDF into slots or encrypted is not played", "608b-factory",
		  BOTH_LOCKED,
		  TEMP_KEY "56480003"
			   "02000004" B4 "=0f 56540000"
			   "02000004" B4 "=0f" },
		{ "KDF by AES wants ChipOptions", "608b-factory", BOTH_LOCKED,
		  TEMP_KEY "56300000"
			   "00000000" PLAIN_16 "=0f" },
		{ "no such KDF", "608b-factory", BOTH_LOCKED KDF_OPTIONS,
		  TEMP_KEY "56d00000"
			   "02000004" B4 "=03 56700000"
			   "02000004" B4 "=03 56580000"
			   "02000004" B4 "=03 56500000"
			   "01000004" B4 "=03 56500000"
			   "02000005" B4 "=03 5650000002=03 "
			   "56100000"
			   "01060004" B4 "=03 56300000"
			   "00000000" B4 "=03" },
		{ "SelfTest", "608b-factory", NULL,
		  "77000000=00 773d0000=00 77010000=00 77020000=03 "
		  "77400000=03 77010100=03" },
	};

	(void)state;
	bench_rules(rules, COUNT(rules));
}

/* FIPS 197; GCM's test case 2; and Microchip's own vectors for KDF. */
static void the_608_gives_the_known_answers(void **state)
{
	static const struct {
		const char *payload, *want;
	} cases[] = {
		{ "51000300" PLAIN_16, "69c4e0d86a7b0430d8cdb78070b4c55a" },
		{ "5101030069c4e0d86a7b0430d8cdb78070b4c55a", PLAIN_16 },
		{ "510300000388dace60b6a392f328c2b971b2fe78"
		  "66e94bd4ef8a2c3b884cfa59ca342b2e",
		  "5e2ec746917062882c85b0685353deb7" },
		{ "5630341200000000" KEY_16,
		  "0a940bb5416ef045f1c39458c653ea5a"
		  "00000000000000000000000000000000" },
		{ "5610341201010010" KEY_16,
		  "1ebcbe62005ab948fdffe1c402aaba35"
		  "4ec676050c9bc1aae1ff5b1509a4a04a"
		  "44254664c2a480f5b77ea2d1020c7ba4"
		  "b3640c4ac793324c26d6fddfdb1f011a" },
	};
	struct bench bench;
	uint8_t want[64];

	(void)state;
	bench_begin(&bench);
	bench_image(&bench, "608b-factory", BOTH_LOCKED AES_SLOT_3 KDF_OPTIONS);
	bench_open(&bench, ",clock=virtual");
	bench_play(&bench, "key", "16030000" KEY_16 KEY_16 "=00");
	for (size_t i = 0; i < COUNT(cases); i++) {
		size_t len = strlen(cases[i].want) / 2;

		hex_decode(cases[i].want, want, len);
		assert_answer(&bench, cases[i].payload, len);
		assert_memory_equal(bench.reply, want, len);
	}
	bench_end(&bench);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_nonce_is_the_librarys),
		cmocka_unit_test(the_activation_key_opens_the_latch),
		cmocka_unit_test(the_latch_does_not_outlive_power),
		cmocka_unit_test(the_latch_has_rules),
		cmocka_unit_test(sleep_forgets_the_authorization),
		cmocka_unit_test(a_key_may_ask_for_authorization),
		cmocka_unit_test(the_608_has_aes_and_kdf),
		cmocka_unit_test(the_608_gives_the_known_answers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
