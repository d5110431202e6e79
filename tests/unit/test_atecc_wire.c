/* SPDX-License-Identifier: Apache-2.0 */
/* What each function sends, and what it returns for the answer. */
#include "golden.h"

#include <errno.h>

#include "config_zone.h"
#include "fake_chip.h"
#include "text.h"

static void finish(struct atecc *chip)
{
	atecc_end(chip);
	atecc_close(chip);
}

static void assert_sent(const struct fake_chip *fake, size_t i,
			const char *wire)
{
	char hex[2 * sizeof(fake->sent[0]) + 1];

	assert_true(i < fake->sent_count);
	hex_encode(fake->sent[i], fake->sent_len[i], hex);
	assert_string_equal(hex, wire);
}

static uint8_t pattern[64]; /* 00 01 02 ... as the captured calls send it */
static uint8_t scratch[512];

static int read_config_0(struct atecc *chip)
{
	return atecc_read32(chip, ATECC_CONFIG, 0, scratch);
}

static int read_config_24(struct atecc *chip)
{
	return atecc_read32(chip, ATECC_CONFIG, 24, scratch);
}

static int read_config_21(struct atecc *chip)
{
	return atecc_read4(chip, ATECC_CONFIG, 21, scratch);
}

static int read_otp_0(struct atecc *chip)
{
	return atecc_read32(chip, ATECC_OTP, 0, scratch);
}

static int read_otp_8(struct atecc *chip)
{
	/* Any word of the block will do. */
	return atecc_read32(chip, ATECC_OTP, 11, scratch);
}

static int read_slot_10(struct atecc *chip)
{
	return atecc_read_slot(chip, 10, scratch, 72);
}

static int read_slot_7(struct atecc *chip)
{
	return atecc_read_slot(chip, 7, scratch, 36);
}

static int write_config_4(struct atecc *chip)
{
	return atecc_write(chip, ATECC_CONFIG, 4,
			   (const uint8_t *)"\xde\xad\xbe\xef", 4);
}

static int write_config_8(struct atecc *chip)
{
	return atecc_write(chip, ATECC_CONFIG, 8, pattern, 32);
}

static int write_otp(struct atecc *chip)
{
	int err = atecc_write(chip, ATECC_OTP, 0, pattern, 32);

	return err < 0 ? err
		       : atecc_write(chip, ATECC_OTP, 8, pattern + 32, 32);
}

static int lock_config(struct atecc *chip)
{
	return atecc_lock(chip, ATECC_LOCK_CONFIG, 0x55aa);
}

static int lock_data(struct atecc *chip)
{
	return atecc_lock(chip, ATECC_LOCK_DATA, 0x55aa);
}

static int lock_slot_0(struct atecc *chip)
{
	return atecc_lock(chip, ATECC_LOCK_SLOT, 0);
}

static int lock_slot_15(struct atecc *chip)
{
	return atecc_lock(chip, ATECC_LOCK_SLOT, 15);
}

static int create_key_0(struct atecc *chip)
{
	return atecc_create_key(chip, 0, scratch);
}

static int public_key_0(struct atecc *chip)
{
	return atecc_public_key(chip, 0, scratch);
}

static int create_key_5(struct atecc *chip)
{
	return atecc_create_key(chip, 5, scratch);
}

static int draw(struct atecc *chip)
{
	return atecc_random(chip, scratch);
}

static int ecdh(struct atecc *chip)
{
	return atecc_ecdh(chip, 0, pattern, scratch);
}

static int get_latch(struct atecc *chip)
{
	bool set = true;
	int err = atecc_latch(chip, &set);

	assert_false(set);
	return err;
}

static int mac_1(struct atecc *chip)
{
	return atecc_mac(chip, 1, pattern, scratch);
}

static const struct {
	const char *name; /* in packets.json */
	int (*call)(struct atecc *chip);
} calls[] = {
	{ "read_zone config addr 0, 32 bytes", read_config_0 },
	{ "read_zone config addr 24, 32 bytes", read_config_24 },
	{ "read_zone config addr 21, 4 bytes", read_config_21 },
	{ "read_zone otp addr 0, 32 bytes", read_otp_0 },
	{ "read_zone otp addr 8, 32 bytes", read_otp_8 },
	{ "DataZone.read slot 0..: slot 10 (72 bytes)", read_slot_10 },
	{ "DataZone.read slot 7 (36 bytes)", read_slot_7 },
	{ "write_zone config addr 4, 4 bytes", write_config_4 },
	{ "write_zone config addr 8, 32 bytes", write_config_8 },
	{ "OTPZone.write 64 bytes", write_otp },
	{ "lock_zone config, crc bytes aa 55", lock_config },
	{ "lock_zone data, crc bytes aa 55", lock_data },
	{ "lock_slot 0", lock_slot_0 },
	{ "lock_slot 15", lock_slot_15 },
	{ "genkey slot 0, create", create_key_0 },
	{ "genkey slot 0, public key only", public_key_0 },
	{ "genkey slot 5, create", create_key_5 },
	{ "random", draw },
	{ "ecdh, 64-byte public key", ecdh },
	{ "get_latch", get_latch },
	{ "mac_deterministic slot 1", mac_1 },
};

static json_t *find_call(json_t *all, const char *name)
{
	json_t *one;
	size_t i;

	json_array_foreach(json_object_get(all, "requests"), i, one)
	{
		if (strcmp(golden_text(one, "name"), name) == 0)
			return json_object_get(one, "requests");
	}
	fail_msg("packets.json has no \"%s\"", name);
	return NULL;
}

static void calls_send_what_the_library_sends(void **state)
{
	json_t *all = golden_json("packets.json"), *one;
	const size_t count = sizeof(calls) / sizeof(calls[0]);
	size_t k;

	(void)state;
	for (size_t i = 0; i < sizeof(pattern); i++)
		pattern[i] = (uint8_t)i;
	for (size_t i = 0; i < count; i++) {
		json_t *want = find_call(all, calls[i].name);
		struct fake_chip *fake;
		struct atecc *chip = fake_begun(&fake, NULL, 0);

		assert_int_equal(calls[i].call(chip), 0);
		assert_int_equal(fake->sent_count, json_array_size(want));
		json_array_foreach(want, k, one)
		{
			assert_sent(fake, k, golden_text(one, "wire"));
		}
		finish(chip);
	}
	golden_count("calls", count);
	json_decref(all);
}

/* The request of a captured payload, by the function that sends it. */
static int replay(struct atecc *chip, const struct bytes *payload)
{
	const uint8_t *p = payload->data;
	uint16_t param2 = (uint16_t)(p[2] | p[3] << 8);
	enum atecc_zone zone = (enum atecc_zone)(p[1] & 3);

	switch (p[0]) {
	case 0x02:
		return p[1] & 0x80 ? atecc_read32(chip, zone, param2, scratch)
				   : atecc_read4(chip, zone, param2, scratch);
	case 0x12:
		return atecc_write(chip, zone, param2, p + 4, payload->len - 4);
	case 0x17:
		if (p[1] & 2)
			return atecc_lock(chip, ATECC_LOCK_SLOT, p[1] >> 2);
		return p[1] ? atecc_lock(chip, ATECC_LOCK_DATA, param2)
			    : atecc_lock(chip, ATECC_LOCK_CONFIG, param2);
	case 0x40:
		return p[1] ? atecc_create_key(chip, param2, scratch)
			    : atecc_public_key(chip, param2, scratch);
	default:
		fail_msg("opcode %02x is not used in provisioning", p[0]);
		return -EINVAL;
	}
}

static void replay_one(struct atecc *chip, struct fake_chip *fake, json_t *one)
{
	struct bytes payload = golden_hex(one, "payload");
	struct bytes answer = golden_hex(one, "response");

	fake_clear_log(fake);
	fake->reply = golden_text(one, "response");
	assert_int_equal(replay(chip, &payload), 0);
	assert_int_equal(fake->sent_count, 1);
	assert_int_equal(fake->sent_len[0], payload.len + 4);
	assert_memory_equal(fake->sent[0] + 2, payload.data, payload.len);
	if (answer.len > 1)
		assert_memory_equal(scratch, answer.data, answer.len);
	bytes_free(&payload);
	bytes_free(&answer);
}

static void provisioning_requests_come_out_the_same(void **state)
{
	json_t *all = golden_json("provision-requests.json"), *run, *one;
	size_t i, k, count = 0;

	(void)state;
	json_array_foreach(all, i, run)
	{
		struct fake_chip *fake;
		struct atecc *chip = fake_begun(&fake, NULL, 0);

		json_array_foreach(json_object_get(run, "requests"), k, one)
		{
			replay_one(chip, fake, one);
			atecc_end(chip);
			assert_int_equal(begin(chip, 10000), 0);
			count++;
		}
		finish(chip);
	}
	golden_count("provisioning requests", count);
	json_decref(all);
}

static void sign_is_the_form_that_a_508a_knows_too(void **state)
{
	struct fake_chip *fake;
	struct atecc *chip = fake_begun(&fake, NULL, 0);
	uint8_t signature[64];

	(void)state;
	memset(signature, 0xff, sizeof(signature));
	assert_int_equal(atecc_sign(chip, 0, pattern, signature), 0);
	assert_string_equal(fake->log, "16R41R");
	/* As the library's set_temp_key; then Sign, external, of TempKey. */
	assert_sent(
		fake, 0,
		"032716030000000102030405060708090a0b0c0d0e0f1011121314151617"
		"18191a1b1c1d1e1f04ee");
	assert_sent(fake, 1, "0307418000002805");
	assert_int_equal(signature[0], 0);
	finish(chip);
}

static void authorising_a_key_is_nonce_checkmac_latch(void **state)
{
	json_t *all = golden_json("packets.json");
	json_t *want = find_call(all, "auth_volatile_key slot 1 (the 20 random "
				      "host bytes and so the digest differ on "
				      "each run)");
	struct bytes nonce = golden_hex(json_array_get(want, 1), "payload");
	struct bytes checkmac = golden_hex(json_array_get(want, 2), "payload");
	struct fake_chip *fake;
	struct atecc *chip = fake_begun(&fake, NULL, 0);

	(void)state;
	assert_int_equal(atecc_nonce(chip, nonce.data + 4, scratch), 0);
	assert_int_equal(atecc_checkmac(chip, 1, checkmac.data + 4 + 32), 0);
	assert_int_equal(atecc_set_latch(chip), 0);
	for (size_t i = 0; i < 3; i++)
		assert_sent(fake, i,
			    golden_text(json_array_get(want, i + 1), "wire"));
	finish(chip);
	bytes_free(&nonce);
	bytes_free(&checkmac);
	json_decref(all);
}

static void execution_times_are_known_with_the_configuration(void **state)
{
	uint8_t config[CONFIG_SIZE];
	struct fake_chip *fake;
	struct atecc *chip = fake_begun(&fake, NULL, 0);
	uint64_t start_us = fake->now_us;

	(void)state;
	/* At first those of the fastest part; polls begin earlier. */
	assert_int_equal(atecc_ecdh(chip, 0, pattern, scratch), 0);
	assert_int_equal(fake->now_us - start_us, 28000 - 28000 / 8);
	fake_clear_log(fake);
	fake->reply = "0123f1e200005000d3c4b5a6ee010100c0000000832087208f20c48f"
		      "8f8f8f8f";
	assert_int_equal(atecc_read_config(chip, config), 0);
	assert_string_equal(fake->log, "02R02R02R02R");
	start_us = fake->now_us;
	assert_int_equal(atecc_ecdh(chip, 0, pattern, scratch), 0);
	assert_int_equal(fake->now_us - start_us, 38000 - 38000 / 8);
	finish(chip);
}

static void lengths_that_no_command_has_are_refused(void **state)
{
	struct fake_chip *fake;
	struct atecc *chip = fake_begun(&fake, NULL, 0);

	(void)state;
	assert_int_equal(atecc_write(chip, ATECC_DATA, 0, pattern, 5), -EINVAL);
	assert_int_equal(atecc_read_slot(chip, 7, scratch, 37), -EINVAL);
	assert_int_equal(atecc_read_slot(chip, 16, scratch, 1), -EINVAL);
	assert_string_equal(fake->log, "");
	finish(chip);
}

/* The library reads the last block by words, which takes 20 commands. */
static void a_long_slot_is_read_by_blocks_to_its_end(void **state)
{
	struct fake_chip *fake;
	struct atecc *chip = fake_begun(&fake, NULL, 0);

	(void)state;
	assert_int_equal(atecc_read_slot(chip, 8, scratch, 416), 0);
	assert_int_equal(fake->sent_count, 13);
	assert_memory_equal(fake->sent[12], "\x03\x07\x02\x82\x40\x0c", 6);
	finish(chip);
}

static void a_short_read_of_a_long_slot_is_one_block(void **state)
{
	struct fake_chip *fake;
	struct atecc *chip = fake_begun(&fake, NULL, 0);

	(void)state;
	memset(scratch, 0xee, sizeof(scratch));
	assert_int_equal(atecc_read_slot(chip, 8, scratch, 5), 0);
	assert_string_equal(fake->log, "02R");
	assert_int_equal(scratch[4], 0);
	assert_int_equal(scratch[5], 0xee);
	finish(chip);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(calls_send_what_the_library_sends),
		cmocka_unit_test(provisioning_requests_come_out_the_same),
		cmocka_unit_test(sign_is_the_form_that_a_508a_knows_too),
		cmocka_unit_test(authorising_a_key_is_nonce_checkmac_latch),
		cmocka_unit_test(
			execution_times_are_known_with_the_configuration),
		cmocka_unit_test(lengths_that_no_command_has_are_refused),
		cmocka_unit_test(a_long_slot_is_read_by_blocks_to_its_end),
		cmocka_unit_test(a_short_read_of_a_long_slot_is_one_block),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
