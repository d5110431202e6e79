/* SPDX-License-Identifier: Apache-2.0 */
/* What only the 608 can do: the latch, AES, KDF, SelfTest. */
#include "sim_host.h"

#include "text.h"

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
	bench_start(&bench, "608b-volatile", NULL, ",clock=virtual");
	assert_latch(&bench, "30040000", 0);
	host_checkmac(&bench, HOST_RANDOM, 0x01, 0x01);
	bench_play(&bench, "another key", "30040300=0f");
	host_checkmac(&bench, HOST_RANDOM, 0x00, 0x00);
	assert_latch(&bench, "30040300", 1);
	bench_play(&bench, "opened", TEMP_KEY "41800000#64");
	bench_play(&bench, "mac", TEMP_KEY "08050200#32");
	bench_play(&bench, "it outlives sleep", "sleep wake");
	assert_latch(&bench, "30040000", 1);
	bench_play(&bench, "opened", TEMP_KEY "41800000#64");
	assert_latch(&bench, "30040200", 0);
	bench_play(&bench, "closed",
		   TEMP_KEY "41800000=0f " TEMP_KEY "08050200=0f");
	bench_end(&bench);
}

static void the_latch_does_not_outlive_power(void **state)
{
	struct bench bench;

	(void)state;
	bench_start(&bench, "608b-volatile", NULL, ",clock=virtual");
	host_checkmac(&bench, HOST_RANDOM, 0x00, 0x00);
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

#define KEY_16	    "000102030405060708090a0b0c0d0e0f"
#define AES_SLOT_3  "26:8f8f 102:1800 s3=" KEY_16 KEY_16 " "
#define PLAIN_16    "00112233445566778899aabbccddeeff"
#define KDF_OPTIONS "90:0400 "

static void aes_and_the_self_test_have_rules(void **state)
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
		{ "no AES by a slot while UseLock is on", "608b-factory",
		  BOTH_LOCKED AES_SLOT_3 "68:0a",
		  "51000300" PLAIN_16 "=0f " TEMP_KEY "5100ffff" PLAIN_16
		  "#16" },
		{ "UseLock is on with a low nibble of 0A alone", "608b-factory",
		  BOTH_LOCKED AES_SLOT_3 "68:ff", "51000300" PLAIN_16 "#16" },
		{ "nor with 0A above", "608b-factory",
		  BOTH_LOCKED AES_SLOT_3 "68:a5", "51000300" PLAIN_16 "#16" },
		{ "whatever slot it names", "608b-factory",
		  BOTH_LOCKED AES_SLOT_3 "68:fa", "51000300" PLAIN_16 "=0f" },
		{ "AES by TempKey before the locks", "608b-factory", NULL,
		  TEMP_KEY "5100ffff" PLAIN_16 "#16 17800000=00 " TEMP_KEY
			   "5101ffff" PLAIN_16 "#16" },
		{ "no AES beyond the slot", "608b-factory",
		  BOTH_LOCKED "38:8f8f 114:1800",
		  "51c00900" PLAIN_16 "#16 51c00300" PLAIN_16 "=0f" },
		{ "SelfTest", "608b-factory", NULL,
		  "77000000=00 773b0000=00 773d0000=00 773f0000=00 "
		  "77010000=00 77020000=00 "
		  "77400000=03 77010100=03" },
	};

	(void)state;
	bench_rules(rules, COUNT(rules));
}

static void kdf_takes_keys_that_are_there(void **state)
{
	static const struct rule rules[] = {
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
		{ "KDF of an empty message", "608b-factory", BOTH_LOCKED,
		  TEMP_KEY "5650000002000000#32" },
		{ "KDF of TempKey", "608b-factory", BOTH_LOCKED AES_SLOT_3,
		  "5652030001000000=0f " TEMP_KEY "5652030001000000#32 "
		  "5652030001000004" B4 "=03" },
		{ "no such details of HKDF", "608b-factory", BOTH_LOCKED,
		  TEMP_KEY "565000000a000004" B4 "=03" },
		{ "no KDF of a slot", "608b-factory", BOTH_LOCKED,
		  TEMP_KEY "5650000000000004" B4 "=03" },
		{ "KDF of a message that has the special bytes", "608b-factory",
		  BOTH_LOCKED "72:016976",
		  TEMP_KEY "56500000030000045a69765a#32 56500000"
			   "030000046976"
			   "5a5a=0f " TEMP_KEY "56500000030000025a69=0f" },
		{ "KDF by the upper half of 64 bytes", "608b-factory",
		  BOTH_LOCKED,
		  TEMP_KEY "5651000002000004" B4 "=0f 16230000" B64
			   "=00 5651000002000004" B4 "#32" },
		{ "KDF by the alternate key", "608b-factory", BOTH_LOCKED,
		  "5653000002000004" B4 "=0f 16830000" B32
		  "=00 5653000002000004" B4 "#32" },
		{ "no 64 bytes into the alternate key", "608b-factory",
		  BOTH_LOCKED,
		  TEMP_KEY "560c000001010004" B4 "=0f " TEMP_KEY
			   "560c000001000004" B4 "=00" },
		{ "no key longer than what is there", "608b-factory",
		  BOTH_LOCKED,
		  TEMP_KEY "5610000001000004" B4 "#32 5610000002000004" B4
			   "=0f " TEMP_KEY "5610000003000004" B4 "=0f" },
		{ "KDF's AES by a half of 32 bytes", "608b-factory",
		  BOTH_LOCKED KDF_OPTIONS,
		  TEMP_KEY "5630000001000000" PLAIN_16
			   "#32 5630000002000000" PLAIN_16 "=0f " TEMP_KEY
			   "5630000004000000" PLAIN_16 "=03" },
		{ "no KDF by a slot that is none", "608b-factory", BOTH_LOCKED,
		  "5652100002000004" B4 "=0f" },
	};

	(void)state;
	bench_rules(rules, COUNT(rules));
}

static void kdf_leaves_keys_where_it_may(void **state)
{
	static const struct rule rules[] = {
		{ "KDF to the output and to buffers", "608b-factory",
		  BOTH_LOCKED,
		  TEMP_KEY "5650ffff02000004" B4 "#32 5640000002000004" B4
			   "=00 564c000002000004" B4 "=00 5610ffff01010004" B4
			   "#64" },
		{ "KDF before the data lock", "608b-factory", CONFIG_LOCKED,
		  TEMP_KEY "56500000"
			   "02000004" B4 "=0f" },
		{ "KDF in the clear when ChipOptions forbid it", "608b-factory",
		  BOTH_LOCKED "91:04",
		  TEMP_KEY "56500000"
			   "02000004" B4 "=0f " TEMP_KEY "56400000"
			   "02000004" B4 "=00" },
		{ "no KDF into secrets, none encrypted without a key",
		  "608b-factory", BOTH_LOCKED,
		  TEMP_KEY "56480003"
			   "02000004" B4 "=0f " TEMP_KEY "56540000"
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
		{ "KDF behind what is in TempKey", "608b-factory", BOTH_LOCKED,
		  TEMP_KEY "5644000002000004" B4 "=00 5651000002000004" B4
			   "#32" },
		{ "but not behind nothing, nor 64 bytes", "608b-factory",
		  BOTH_LOCKED AES_SLOT_3,
		  "5646030002000004" B4 "=0f " TEMP_KEY "5606030001010004" B4
		  "=0f" },
		{ "KDF into a slot that anybody may write", "608b-factory",
		  BOTH_LOCKED AES_SLOT_3 "38:0f0f",
		  "564a030902000004" B4 "=00 564a030902000004" B4 "=00" },
		{ "not into a locked one, a private key's, or none",
		  "608b-factory",
		  BOTH_LOCKED AES_SLOT_3 "38:0f0f 89:fd 44:0f0f 120:3300",
		  "564a030902000004" B4 "=0f 564a030c02000004" B4
		  "=0f 564a031002000004" B4 "=0f" },
		{ "not 64 bytes into 36", "608b-factory",
		  BOTH_LOCKED AES_SLOT_3 "30:0f0f 38:0f0f",
		  "560a030501010004" B4 "=0f 560a030901010004" B4 "=00" },
		{ "half of 64 bytes, the rest is answered", "608b-factory",
		  BOTH_LOCKED AES_SLOT_3,
		  "5602030001030004" B4 "#32 5612030001030004" B4
		  "=03 5602030001020004" B4 "=03" },
		{ "but not where ChipOptions forbid it", "608b-factory",
		  BOTH_LOCKED AES_SLOT_3 "91:04", "5602030001030004" B4 "=0f" },
		{ "KDF's AES is enabled twice", "608b-factory",
		  BOTH_LOCKED KDF_OPTIONS "13:00",
		  TEMP_KEY "5630000000000000" PLAIN_16 "=0f" },
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
	bench_start(&bench, "608b-factory", BOTH_LOCKED AES_SLOT_3 KDF_OPTIONS,
		    ",clock=virtual");
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
		cmocka_unit_test(the_activation_key_opens_the_latch),
		cmocka_unit_test(the_latch_does_not_outlive_power),
		cmocka_unit_test(the_latch_has_rules),
		cmocka_unit_test(aes_and_the_self_test_have_rules),
		cmocka_unit_test(kdf_takes_keys_that_are_there),
		cmocka_unit_test(kdf_leaves_keys_where_it_may),
		cmocka_unit_test(the_608_gives_the_known_answers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
