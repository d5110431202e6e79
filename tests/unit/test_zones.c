/* SPDX-License-Identifier: Apache-2.0 */
/* Configuration zone, OTP zone and slot table against the captures. */
#include "golden.h"

#include <errno.h>
#include <stdio.h>

#include "config_kind.h"
#include "crc.h"
#include "otp.h"
#include "slots.h"

static void assert_otp_is(const struct otp *otp, json_t *want)
{
	struct bytes board = golden_hex(want, "board_name_hex");
	struct bytes serial = golden_hex(want, "manufacturer_sn_hex");
	struct bytes user = golden_hex(want, "user");

	assert_int_equal(otp->flags,
			 json_integer_value(json_object_get(want, "flags")));
	assert_bytes(otp->board, otp->board_len, &board);
	assert_bytes(otp->serial, otp->serial_len, &serial);
	if (user.len)
		assert_bytes(otp->user, sizeof(otp->user), &user);
	bytes_free(&board);
	bytes_free(&serial);
	bytes_free(&user);
}

static void otp_images_parse_as_captured(void **state)
{
	json_t *all = golden_json("otp.json"), *one;
	size_t i;

	(void)state;
	json_array_foreach(json_object_get(all, "parse"), i, one)
	{
		struct bytes raw = golden_hex(one, "raw");
		struct otp otp;
		int err = otp_decode(raw.data, &otp);

		if (golden_has(one, "ok")) {
			assert_int_equal(err, 0);
			assert_otp_is(&otp, json_object_get(one, "ok"));
		} else {
			assert_int_equal(err, -ENODATA);
		}
		bytes_free(&raw);
	}
	golden_count("otp parse", i);
	json_decref(all);
}

/* The request of an encode case; -EFBIG when it does not fit the struct. */
static int otp_request(json_t *one, struct otp *otp)
{
	json_t *serial = json_object_get(one, "manufacturer_sn");
	json_t *board = json_object_get(one, "board_name");
	struct bytes user = BYTES_INIT;
	int err = 0;

	*otp = (struct otp){ 0 };
	otp->board_len = json_string_length(board);
	otp->serial_len = json_string_length(serial);
	if (golden_has(one, "user"))
		user = golden_hex(one, "user");
	if (otp->board_len > sizeof(otp->board) ||
	    user.len > sizeof(otp->user)) {
		err = -EFBIG;
	} else {
		memcpy(otp->board, json_string_value(board), otp->board_len);
		memcpy(otp->serial, json_string_value(serial), otp->serial_len);
		if (user.len)
			memcpy(otp->user, user.data, user.len);
	}
	bytes_free(&user);
	return err;
}

/* What the library stores but does not give back; no request has it. */
static bool otp_would_change(const struct otp *otp)
{
	return otp->board_len == 0 || otp->serial_len == 0 ||
	       otp->serial[otp->serial_len - 1] == 0;
}

static void otp_encodes_as_the_library(void **state)
{
	json_t *all = golden_json("otp.json"), *one;
	uint8_t raw[OTP_SIZE];
	size_t i, same = 0;
	struct otp otp;

	(void)state;
	json_array_foreach(json_object_get(all, "encode"), i, one)
	{
		struct bytes want;

		if (!golden_has(one, "raw") || otp_request(one, &otp) < 0)
			continue;
		if (otp_would_change(&otp))
			continue;
		want = golden_hex(one, "raw");
		otp_encode(&otp, raw);
		assert_bytes(raw, sizeof(raw), &want);
		assert_int_equal(otp_decode(raw, &otp), 0);
		assert_otp_is(&otp, json_object_get(one, "back"));
		bytes_free(&want);
		same++;
	}
	golden_count("otp encode", same);
	json_decref(all);
}

static void otp_takes_serials_that_only_the_parser_knew(void **state)
{
	struct otp otp = { .board_len = 1, .board = "b" }, back;
	uint8_t raw[OTP_SIZE];

	(void)state;
	for (size_t len = 33; len <= OTP_SERIAL_MAX; len++) {
		otp.serial_len = len;
		memset(otp.serial, 'A' + (int)(len - 33), len);
		otp_encode(&otp, raw);
		assert_int_equal(otp_decode(raw, &back), 0);
		assert_int_equal(back.flags, 1);
		assert_int_equal(back.serial_len, len);
		assert_memory_equal(back.serial, otp.serial, len);
	}
}

static void otp_images_of_long_serials_come_back(void **state)
{
	json_t *all = golden_json("otp.json"), *one;
	uint8_t raw[OTP_SIZE];
	size_t i, count = 0;
	struct otp otp;

	(void)state;
	json_array_foreach(json_object_get(all, "parse"), i, one)
	{
		struct bytes want = golden_hex(one, "raw");

		if (otp_decode(want.data, &otp) == 0 && otp.flags == 1) {
			assert_int_equal(otp.serial_len, OTP_SERIAL_MAX);
			otp_encode(&otp, raw);
			assert_bytes(raw, sizeof(raw), &want);
			count++;
		}
		bytes_free(&want);
	}
	golden_count("48-byte serials", count);
	json_decref(all);
}

static void config_is_made_as_the_library_makes_it(void **state)
{
	json_t *all = golden_json("config-zone.json"), *one;
	uint8_t made[CONFIG_SIZE];
	size_t i;

	(void)state;
	json_array_foreach(all, i, one)
	{
		struct bytes before = golden_hex(one, "config_before");
		struct bytes want = golden_hex(one, "config_written");
		struct bytes locked = golden_hex(one, "config_after_lock");
		json_t *lock =
			json_array_get(json_object_get(one, "lock_crc"), 0);
		struct bytes crc = golden_hex(lock, "param2_bytes");
		enum config_kind kind =
			strstr(golden_text(one, "name"), "volatile")
				? CONFIG_VOLATILE
				: CONFIG_NERVESKEY;
		uint16_t sum;

		config_make(before.data, kind, made);
		assert_bytes(made, sizeof(made), &want);
		sum = crc16(made, sizeof(made));
		assert_int_equal(sum, crc.data[0] | crc.data[1] << 8);
		assert_int_equal(config_kind(before.data), CONFIG_OTHER);
		assert_int_equal(config_kind(made), kind);
		assert_int_equal(config_kind(locked.data), kind);
		assert_false(config_is_locked(made));
		assert_true(config_is_locked(locked.data));
		assert_false(config_data_is_locked(locked.data));
		bytes_free(&before);
		bytes_free(&want);
		bytes_free(&locked);
		bytes_free(&crc);
	}
	golden_count("config zone", i);
	json_decref(all);
}

struct image {
	const char *name;
	enum atecc_part part;
	enum config_kind kind;
	bool locked, data_locked, slot0_locked;
};

static const struct image images[] = {
	{ "508a-factory", ATECC_508A, CONFIG_OTHER, false, false, false },
	{ "608a-factory", ATECC_608A, CONFIG_OTHER, false, false, false },
	{ "608b-factory", ATECC_608B, CONFIG_OTHER, false, false, false },
	{ "508a-config-locked", ATECC_508A, CONFIG_NERVESKEY, true, false,
	  false },
	{ "508a-provisioned", ATECC_508A, CONFIG_NERVESKEY, true, true, true },
	{ "608a-provisioned", ATECC_608A, CONFIG_NERVESKEY, true, true, true },
	{ "608b-provisioned", ATECC_608B, CONFIG_NERVESKEY, true, true, true },
	{ "608b-volatile", ATECC_608B, CONFIG_VOLATILE, true, true, true },
	{ "tng", ATECC_608B, CONFIG_TRUST_AND_GO, true, true, false },
};

static void chip_images_are_told_apart(void **state)
{
	const size_t count = sizeof(images) / sizeof(images[0]);

	(void)state;
	for (size_t i = 0; i < count; i++) {
		char path[64];
		json_t *image;
		struct bytes config;

		snprintf(path, sizeof(path), "chip-images/%s.json",
			 images[i].name);
		image = golden_json(path);
		config = golden_hex(image, "config");
		assert_int_equal(config_part(config.data), images[i].part);
		assert_int_equal(config_kind(config.data), images[i].kind);
		assert_int_equal(config_is_locked(config.data),
				 images[i].locked);
		assert_int_equal(config_data_is_locked(config.data),
				 images[i].data_locked);
		assert_int_equal(config_slot_is_locked(config.data, 0),
				 images[i].slot0_locked);
		assert_false(config_slot_is_locked(config.data, 15));
		assert_int_equal(config_has_latch(config.data),
				 images[i].part != ATECC_508A);
		bytes_free(&config);
		json_decref(image);
	}
	golden_count("chip images", count);
}

static void another_configuration_is_nobodys(void **state)
{
	json_t *image = golden_json("chip-images/608b-volatile.json");
	struct bytes config = golden_hex(image, "config");

	(void)state;
	config.data[69] = 0;
	assert_int_equal(config_kind(config.data), CONFIG_OTHER);
	config.data[69] = 0x81;
	config.data[19] = 0x28; /* a slower clock: the library refuses it */
	assert_int_equal(config_kind(config.data), CONFIG_OTHER);
	config.data[19] = 0;
	config.data[20 + 2 * 3] ^= 1; /* slot 3 is the owner's affair */
	assert_int_equal(config_kind(config.data), CONFIG_VOLATILE);
	config.data[20 + 2 * 12] ^= 1;
	assert_int_equal(config_kind(config.data), CONFIG_OTHER);
	config.data[6] = 0x70;
	assert_int_equal(config_part(config.data), ATECC_UNKNOWN);
	bytes_free(&config);
	json_decref(image);
}

static void chip_serial_leaves_the_revision_out(void **state)
{
	json_t *tng = golden_json("trust-and-go.json");
	json_t *image = golden_json("chip-images/tng.json");
	struct bytes config = golden_hex(image, "config");
	struct bytes want = golden_hex(tng, "chip_sn");
	uint8_t serial[CHIP_SERIAL_SIZE];

	(void)state;
	config_serial(config.data, serial);
	assert_bytes(serial, sizeof(serial), &want);
	bytes_free(&config);
	bytes_free(&want);
	json_decref(image);
	json_decref(tng);
}

static void slot_addresses_match_the_captures(void **state)
{
	json_t *all = golden_json("packets.json"), *one;
	size_t i;

	(void)state;
	json_array_foreach(json_object_get(all, "slot_address"), i, one)
	{
		int slot, offset, address;

		assert_int_equal(json_unpack(one, "{si si si}", "slot", &slot,
					     "byte_offset", &offset, "address",
					     &address),
				 0);
		assert_int_equal(slot_address((unsigned int)slot,
					      (unsigned int)offset / 32,
					      (unsigned int)offset % 32 / 4),
				 address);
	}
	golden_count("slot addresses", i);
	json_decref(all);
}

static void slot_sizes_are_those_of_the_images(void **state)
{
	json_t *image = golden_json("chip-images/508a-provisioned.json");
	json_t *data = json_object_get(image, "data");

	(void)state;
	assert_int_equal(json_array_size(data), SLOT_COUNT);
	for (unsigned int slot = 0; slot < SLOT_COUNT; slot++)
		assert_int_equal(json_string_length(json_array_get(data, slot)),
				 2 * slot_size(slot));
	json_decref(image);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(otp_images_parse_as_captured),
		cmocka_unit_test(otp_encodes_as_the_library),
		cmocka_unit_test(otp_takes_serials_that_only_the_parser_knew),
		cmocka_unit_test(otp_images_of_long_serials_come_back),
		cmocka_unit_test(config_is_made_as_the_library_makes_it),
		cmocka_unit_test(chip_images_are_told_apart),
		cmocka_unit_test(another_configuration_is_nobodys),
		cmocka_unit_test(chip_serial_leaves_the_revision_out),
		cmocka_unit_test(slot_addresses_match_the_captures),
		cmocka_unit_test(slot_sizes_are_those_of_the_images),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
