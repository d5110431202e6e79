/* SPDX-License-Identifier: Apache-2.0 */
#include "golden.h"

#include <errno.h>

#include "frame.h"
#include "timing.h"

static void requests_are_packed_as_captured(void **state)
{
	json_t *all = golden_json("packets.json"), *call, *one;
	uint8_t packet[FRAME_REQUEST_MAX];
	size_t i, k, len, count = 0;

	(void)state;
	json_array_foreach(json_object_get(all, "requests"), i, call)
		json_array_foreach(json_object_get(call, "requests"), k, one)
	{
		struct bytes payload = golden_hex(one, "payload");
		struct bytes want = golden_hex(one, "wire");
		const struct request request = {
			.opcode = payload.data[0],
			.param1 = payload.data[1],
			.param2 = (uint16_t)(payload.data[2] | payload.data[3]
								       << 8),
			.data = payload.data + 4,
			.len = payload.len - 4,
		};

		len = frame_pack(&request, packet);
		assert_int_equal(want.data[0], 3);
		memmove(want.data, want.data + 1, --want.len);
		assert_bytes(packet, len, &want);
		bytes_free(&payload);
		bytes_free(&want);
		count++;
	}
	golden_count("packets", count);
	json_decref(all);
}

static void assert_unpacked(const char *result, int err, const uint8_t *payload,
			    size_t len)
{
	struct bytes want = BYTES_INIT;
	json_t *hex;

	if (strcmp(result, "error bad_crc") == 0) {
		assert_int_equal(err, -EIO);
		return;
	}
	if (strcmp(result, "error short_packet") == 0) {
		assert_int_equal(err, -EMSGSIZE);
		return;
	}
	assert_memory_equal(result, "ok ", 3);
	assert_int_equal(err, 0);
	hex = json_pack("{ss}", "hex", result + 3);
	want = golden_hex(hex, "hex");
	assert_bytes(payload, len, &want);
	bytes_free(&want);
	json_decref(hex);
}

static void replies_are_unpacked_as_captured(void **state)
{
	json_t *all = golden_json("packets.json"), *one;
	size_t i;

	(void)state;
	json_array_foreach(json_object_get(all, "unpackage"), i, one)
	{
		struct bytes bytes = golden_hex(one, "bytes");
		const uint8_t *payload = NULL;
		size_t len = 0;
		int err = frame_unpack(bytes.data, bytes.len, &payload, &len);

		assert_unpacked(golden_text(one, "result"), err, payload, len);
		bytes_free(&bytes);
	}
	golden_count("unpackage", i);
	json_decref(all);
}

/* 40 C2 is its CRC, C4 40 is what Microchip's library looks for. */
static void a_failed_self_test_has_either_crc(void **state)
{
	static const struct {
		uint8_t reply[4];
		int err;
	} cases[] = {
		{ { 0x04, 0x07, 0x40, 0xc2 }, 0 },
		{ { 0x04, 0x07, 0xc4, 0x40 }, 0 },
		{ { 0x04, 0x07, 0xc4, 0xc2 }, -EIO },
		{ { 0x04, 0x11, 0xc4, 0x40 }, -EIO },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const uint8_t *payload = NULL;
		size_t len = 0;

		assert_int_equal(
			frame_unpack(cases[i].reply, 4, &payload, &len),
			cases[i].err);
		if (cases[i].err < 0)
			continue;
		assert_int_equal(len, 1);
		assert_int_equal(payload[0], 0x07);
	}
}

/* In a buffer of just that size, so that the sanitizer sees a byte too many. */
static void no_count_byte_leads_outside_the_reply(void **state)
{
	const uint8_t *payload;
	size_t payload_len;

	(void)state;
	for (size_t len = 0; len < 40; len++) {
		uint8_t *reply = test_malloc(len + !len);

		for (unsigned int count = 0; count < 256 && len; count++) {
			memset(reply, 0, len);
			reply[0] = (uint8_t)count;
			if (frame_unpack(reply, len, &payload, &payload_len) ==
			    0)
				assert_true(payload + payload_len + 2 <=
					    reply + len);
		}
		if (!len)
			assert_int_equal(
				frame_unpack(reply, 0, &payload, &payload_len),
				-EMSGSIZE);
		test_free(reply);
	}
}

static void status_bytes_become_errnos(void **state)
{
	static const struct {
		uint8_t code;
		int err;
		enum frame_verdict verdict;
	} want[] = {
		{ 0x00, 0, VERDICT_DONE },
		{ 0x01, -EBADE, VERDICT_REFUSED },
		{ 0x03, -EOPNOTSUPP, VERDICT_REFUSED },
		{ 0x05, -EIO, VERDICT_RESTART },
		{ 0x07, -EIO, VERDICT_RESTART },
		{ 0x08, -EIO, VERDICT_RESTART },
		{ 0x0f, -EPERM, VERDICT_REFUSED },
		{ 0x11, -EIO, VERDICT_LOST },
		{ 0x42, -EIO, VERDICT_LOST },
		{ 0xee, -EIO, VERDICT_RENEW },
		{ 0xff, -EIO, VERDICT_RESEND },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
		const struct frame_status *got = frame_status(want[i].code);

		assert_int_equal(got->err, want[i].err);
		assert_int_equal(got->verdict, want[i].verdict);
		assert_true(got->meaning[0]);
	}
}

static void clock_divider_is_chip_mode_bits_7_to_3(void **state)
{
	(void)state;
	assert_int_equal(timing_clock(ATECC_508A, 0xff), CLOCK_508A);
	assert_int_equal(timing_clock(ATECC_608A, 0x01), CLOCK_608_M0);
	assert_int_equal(timing_clock(ATECC_608B, 0x28), CLOCK_608_M1);
	assert_int_equal(timing_clock(ATECC_608B, 0x6f), CLOCK_608_M2);
	assert_int_equal(timing_clock(ATECC_608B, 0x10), CLOCK_UNKNOWN);
	assert_int_equal(timing_clock(ATECC_UNKNOWN, 0), CLOCK_UNKNOWN);
}

static void an_unknown_part_is_polled_early_and_long(void **state)
{
	(void)state;
	for (int command = 0; command < COMMAND_COUNT; command++) {
		struct duration any =
			timing_of((enum command)command, CLOCK_UNKNOWN);

		for (int clock = 0; clock < CLOCK_UNKNOWN; clock++) {
			struct duration one = timing_of((enum command)command,
							(enum chip_clock)clock);

			assert_true(one.typical_us < one.max_us);
			assert_true(any.typical_us <= one.typical_us);
			assert_true(any.max_us >= one.max_us);
			assert_true(one.max_us <=
				    timing_longest_us((enum chip_clock)clock));
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(requests_are_packed_as_captured),
		cmocka_unit_test(replies_are_unpacked_as_captured),
		cmocka_unit_test(a_failed_self_test_has_either_crc),
		cmocka_unit_test(no_count_byte_leads_outside_the_reply),
		cmocka_unit_test(status_bytes_become_errnos),
		cmocka_unit_test(clock_divider_is_chip_mode_bits_7_to_3),
		cmocka_unit_test(an_unknown_part_is_polled_early_and_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
