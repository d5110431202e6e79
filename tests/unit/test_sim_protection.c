/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The I/O protection key of the 608: results that are encrypted, answers that
 * are proved; and SecureBoot. The host works the formats out by itself.
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

/* A key in slot 0; the I/O protection key is slot 3, 66 again and again. */
#define KEY    "20:8720 96:3300 k0=" CDH_KEY " "
#define IO_KEY SECRET_3 "s3:66 90:0230 "
#define CHIP   BOTH_LOCKED KEY IO_KEY

/* The reply without what the I/O protection key hides, `len` bytes. */
static void decrypt(const struct bench *bench, uint8_t *plain, size_t len)
{
	const uint8_t *nonce = bench->reply + len;
	uint8_t mask[32];

	assert_int_equal(bench->len, len + 32);
	for (size_t i = 0; i < len; i++) {
		struct host_message message = { 0 };

		host_fill(&message, 0x66, 32);
		host_add(&message, nonce + i / 32 * 16, 16);
		host_digest(&message, mask);
		plain[i] = bench->reply[i] ^ mask[i % 32];
	}
}

static void results_are_encrypted(void **state)
{
	uint8_t plain[64], want[64];
	struct bench bench;

	(void)state;
	bench_start(&bench, "608b-factory", CHIP, ",clock=virtual");
	assert_int_equal(hex_decode(CDH_SECRET, want, 32), 0);
	bench_command(&bench, "430e0000" CDH_POINT);
	decrypt(&bench, plain, 32);
	assert_memory_equal(plain, want, 32);
	bench_play(&bench, "nonce", TEMP_KEY);
	assert_answer(&bench, "5610000001010004" B4, 64);
	memcpy(want, bench.reply, sizeof(want));
	bench_command(&bench, "5614000001010004" B4);
	decrypt(&bench, plain, 64);
	assert_memory_equal(plain, want, 64);
	bench_end(&bench);
}

static void protection_has_rules(void **state)
{
	static const struct rule rules[] = {
		{ "no key for it", "608b-factory", CHIP "90:0030",
		  "430e0000" CDH_POINT "=0f " TEMP_KEY "5614000001000004" B4
		  "=0f" },
		{ "a key that is none", "608b-factory", CHIP "90:0200",
		  "430e0000" CDH_POINT "=0f" },
		{ "encrypted alone", "608b-factory", CHIP "90:0235",
		  "43000000" CDH_POINT "=0f 430c0000" CDH_POINT
		  "=0f 430e0000" CDH_POINT "#64 " TEMP_KEY "5610000001000004" B4
		  "=0f " TEMP_KEY "5614000001000004" B4 "#64" },
		{ "not out of the chip", "608b-factory", CHIP "90:023a",
		  "430e0000" CDH_POINT "=0f 43080000" CDH_POINT
		  "=00 5614000001000004" B4 "=0f " TEMP_KEY
		  "5600000001000004" B4 "=00" },
		{ "not at all", "608b-factory", CHIP "90:023f",
		  "43080000" CDH_POINT "=0f " TEMP_KEY "5600000001000004" B4
		  "=0f" },
		{ "half of a derived key is not encrypted", "608b-factory",
		  CHIP, TEMP_KEY "5614000001030004" B4 "=03" },
	};

	(void)state;
	bench_rules(rules, COUNT(rules));
}

/* A signature of 5a, and the point of its key. */
static void sign(struct bench *bench, uint8_t signature[static 64],
		 uint8_t point[static 64])
{
	assert_answer(bench, "40000000", 64);
	memcpy(point, bench->reply, 64);
	bench_play(bench, "digest", "16430000" B32 "=00");
	assert_answer(bench, "41a00000", 64);
	memcpy(signature, bench->reply, 64);
}

/* Over message and nonce of 5a. */
static void verify_mac(const char *head, const uint8_t signature[static 64],
		       uint8_t mac[static 32])
{
	struct host_message message = { 0 };

	host_fill(&message, 0x66, 32);
	host_add_hex(&message, B64);
	host_add(&message, signature, 64);
	host_add_hex(&message, head);
	host_digest(&message, mac);
}

static void a_verification_is_proved(void **state)
{
	static const struct {
		const char *prepare, *head;
	} cases[] = {
		{ "16630000" B64 "=00", "45a20400" },
		{ "16430000" B32 "=00 " TEMP_KEY, "45820400" },
	};
	uint8_t sent[128], mac[32];
	struct bench bench;

	(void)state;
	bench_start(&bench, "608b-factory", CHIP, ",clock=virtual");
	for (size_t i = 0; i < COUNT(cases); i++) {
		sign(&bench, sent, sent + 64);
		verify_mac(cases[i].head, sent, mac);
		bench_play(&bench, "message", cases[i].prepare);
		host_send(&bench, cases[i].head, sent, sizeof(sent));
		assert_reply(&bench, mac, sizeof(mac));
		bench_play(&bench, "message", cases[i].prepare);
		sent[3] ^= 1;
		host_send(&bench, cases[i].head, sent, sizeof(sent));
		assert_reply(&bench, "\x01", 1);
	}
	bench_play(&bench, "no nonce", "16430000" B32 "=00");
	host_send(&bench, "45a20400", sent, sizeof(sent));
	assert_reply(&bench, "\x0f", 1);
	bench_end(&bench);
}

static void a_508a_proves_nothing(void **state)
{
	struct bench bench;

	(void)state;
	bench_start(&bench, "508a-factory", CHIP, ",clock=virtual");
	bench_play(&bench, "no MAC", TEMP_KEY "45820400" B64 CDH_POINT "=03");
	bench_end(&bench);
}

/* SecureBoot's public key is slot 11, what it keeps slot 12. */
#define BOOT(mode) "70:" mode "bc 118:3000 42:0f0f 44:0f0f 120:3c00 "
#define DIG	   BOOT("03")
#define SIG	   BOOT("02")
#define BOTH	   BOOT("01")

/* A chip whose firmware has the digest 5a; `sent` is that and its signature. */
static void begin(struct bench *bench, const char *boot,
		  uint8_t sent[static 96])
{
	char changes[400];
	uint8_t point[64];

	snprintf(changes, sizeof(changes), CHIP "%s", boot);
	bench_start(bench, "608b-factory", changes, ",clock=virtual");
	memset(sent, 0x5a, 32);
	sign(bench, sent + 32, point);
	host_store_public(bench, 11, point);
}

static void boot(struct bench *bench, const char *head, const uint8_t *sent,
		 size_t len, uint8_t status)
{
	host_send(bench, head, sent, len);
	assert_reply(bench, &status, 1);
}

static void firmware_is_verified(void **state)
{
	uint8_t sent[96];
	struct bench bench;

	(void)state;
	begin(&bench, DIG, sent);
	boot(&bench, "80050000", sent, 96, 0x00);
	sent[0] ^= 1;
	boot(&bench, "80050000", sent, 96, 0x01);
	boot(&bench, "80070000", sent, 96, 0x01);
	sent[0] ^= 1;
	/* Nothing is kept yet. */
	boot(&bench, "80060000", sent, 32, 0x01);
	boot(&bench, "80070000", sent, 96, 0x00);
	bench_play(&bench, "kept", "02826000:" B32);
	boot(&bench, "80060000", sent, 32, 0x00);
	sent[0] ^= 1;
	boot(&bench, "80060000", sent, 32, 0x01);
	bench_end(&bench);
}

static void a_signature_can_be_kept(void **state)
{
	uint8_t sent[96];
	struct bench bench;

	(void)state;
	begin(&bench, SIG, sent);
	boot(&bench, "80060000", sent, 32, 0x01);
	boot(&bench, "80070000", sent, 96, 0x00);
	boot(&bench, "80060000", sent, 32, 0x00);
	sent[5] ^= 1;
	boot(&bench, "80060000", sent, 32, 0x01);
	bench_end(&bench);
}

static void both_are_always_sent(void **state)
{
	uint8_t sent[96];
	struct bench bench;

	(void)state;
	begin(&bench, BOTH, sent);
	boot(&bench, "80050000", sent, 96, 0x00);
	boot(&bench, "80060000", sent, 32, 0x0f);
	boot(&bench, "80070000", sent, 96, 0x0f);
	bench_end(&bench);
}

static void secure_boot_has_rules(void **state)
{
#define FULL B32 B64
	static const struct rule rules[] = {
		{ "disabled", "608b-factory", CHIP BOOT("00"),
		  "80050000" FULL "=0f" },
		{ "no such mode, operand or length", "608b-factory", CHIP DIG,
		  "80040000" FULL "=03 800d0000" FULL "=03 80050100" FULL
		  "=03 80050000" B32 "=03 80070000" B32 "=03 80060000" B64
		  "=03" },
		{ "no key", "608b-factory", CHIP DIG "118:1c00",
		  "80050000" FULL "=0f" },
		{ "not before the data lock", "608b-factory",
		  KEY IO_KEY DIG CONFIG_LOCKED, "80050000" FULL "=0f" },
		{ "not into a locked slot", "608b-factory", CHIP DIG "89:ef",
		  "80070000" FULL "=0f" },
		{ "with a random nonce where it is wanted", "608b-factory",
		  CHIP BOOT("13") "s12:5a",
		  "80060000" B32 "=0f " TEMP_KEY "80060000" B32
		  "=0f " RANDOM_KEY "80060000" B32 "=00" },
		{ "it opens the latch where it says so", "608b-factory",
		  CHIP BOOT("0b") "s12:5a",
		  "30040000:00000000 80060000" B32 "=00 30040000:01000000" },
		{ "and else does not", "608b-factory", CHIP DIG "s12:5a",
		  "80060000" B32 "=00 30040000:00000000" },
		{ "not again, if asked so, until power is cycled",
		  "608b-factory", CHIP DIG "s12:5a",
		  "80460000" B32 "=00 80060000" B32
		  "=0f sleep wake 80060000" B32 "=0f" },
		{ "protected: TempKey is wanted", "608b-factory",
		  CHIP DIG "s12:5a", "80860000" B32 "=0f" },
		{ "protected: and the key", "608b-factory",
		  CHIP DIG "90:0030 s12:5a", TEMP_KEY "80860000" B32 "=0f" },
		{ "a 508A has none", "508a-factory", CHIP,
		  "80050000" FULL "=03" },
	};
	struct bench bench;

	(void)state;
	bench_rules(rules, COUNT(rules));
	bench_start(&bench, "608b-factory", CHIP DIG "s12:5a",
		    ",clock=virtual");
	bench_play(&bench, "no more", "80460000" B32 "=00 80060000" B32 "=0f");
	bench_control(&bench, "power cycle");
	bench_wake(&bench);
	bench_play(&bench, "power is cycled", "80060000" B32 "=00");
	bench_end(&bench);
}

/* The digest hidden by TempKey (5a) and the key; the answer is a MAC. */
static void protected_boot(struct bench *bench, const char *head,
			   const uint8_t sent[static 96], size_t len,
			   bool with_signature)
{
	struct host_message message = { 0 };
	uint8_t mask[32], mac[32], hidden[96];

	host_fill(&message, 0x66, 32);
	host_add_hex(&message, B32);
	host_digest(&message, mask);
	memcpy(hidden, sent, sizeof(hidden));
	for (unsigned int i = 0; i < 32; i++)
		hidden[i] ^= mask[i];
	message.len = 0;
	host_add(&message, mask, sizeof(mask));
	host_add(&message, sent, with_signature ? 96 : 32);
	host_add_hex(&message, head);
	host_digest(&message, mac);
	bench_play(bench, "nonce", TEMP_KEY);
	host_send(bench, head, hidden, len);
	assert_reply(bench, mac, sizeof(mac));
}

static void a_boot_is_proved(void **state)
{
	uint8_t sent[96];
	struct bench bench;

	(void)state;
	begin(&bench, DIG, sent);
	protected_boot(&bench, "80850000", sent, 96, true);
	protected_boot(&bench, "80870000", sent, 96, true);
	protected_boot(&bench, "80860000", sent, 32, false);
	bench_end(&bench);
	begin(&bench, SIG, sent);
	protected_boot(&bench, "80870000", sent, 96, true);
	protected_boot(&bench, "80860000", sent, 32, true);
	bench_end(&bench);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(results_are_encrypted),
		cmocka_unit_test(protection_has_rules),
		cmocka_unit_test(a_verification_is_proved),
		cmocka_unit_test(a_508a_proves_nothing),
		cmocka_unit_test(firmware_is_verified),
		cmocka_unit_test(a_signature_can_be_kept),
		cmocka_unit_test(both_are_always_sent),
		cmocka_unit_test(secure_boot_has_rules),
		cmocka_unit_test(a_boot_is_proved),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
