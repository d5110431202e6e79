/* SPDX-License-Identifier: Apache-2.0 */
#include "golden.h"

#include <errno.h>

#include "bytes.h"
#include "crc.h"
#include "error.h"
#include "text.h"

static void crc_matches_the_captures(void **state)
{
	json_t *cases = golden_json("crc16.json"), *one;
	size_t i;

	(void)state;
	json_array_foreach(cases, i, one)
	{
		struct bytes data = golden_hex(one, "data");
		struct bytes want = golden_hex(one, "crc_bytes");
		uint16_t crc = crc16(data.data, data.len);
		uint8_t wire[2] = { (uint8_t)crc, (uint8_t)(crc >> 8) };

		assert_bytes(wire, sizeof(wire), &want);
		bytes_free(&data);
		bytes_free(&want);
	}
	golden_count("crc16", i);
	json_decref(cases);
}

static void base32_has_no_padding(void **state)
{
	static const uint8_t serial[9] = { 0x01, 0x23, 0x50, 0xab, 0xa6,
					   0xe4, 0x9c, 0x50, 0xee };
	char text[16];

	(void)state;
	base32_encode(serial, sizeof(serial), text);
	assert_string_equal(text, "AERVBK5G4SOFB3Q");
}

static void base64url_is_rfc4648(void **state)
{
	struct bytes out = BYTES_INIT;

	(void)state;
	assert_int_equal(
		base64url_append(&out, (const uint8_t *)"\xfb\xff\xfe", 3), 0);
	assert_int_equal(base64url_append(&out, (const uint8_t *)"f", 1), 0);
	assert_string_equal(bytes_text(&out), "-__-Zg");
	bytes_free(&out);
}

static void hex_refuses_other_characters(void **state)
{
	uint8_t data[2] = { 1, 2 };

	(void)state;
	assert_int_equal(hex_decode("0aFf", data, 2), 0);
	assert_memory_equal(data, "\x0a\xff", 2);
	assert_int_equal(hex_decode("0a0g", data, 2), -EINVAL);
	assert_memory_equal(data, "\x0a\xff", 2);
}

static void bytes_grow_shrink_and_keep_a_nul(void **state)
{
	struct bytes b = BYTES_INIT, c = BYTES_INIT;

	(void)state;
	assert_string_equal(bytes_text(&b), "");
	assert_int_equal(bytes_printf(&b, "%s-%d", "a", 12), 0);
	assert_string_equal(bytes_text(&b), "a-12");
	assert_int_equal(bytes_resize(&b, 100), 0);
	assert_int_equal(b.data[99], 0);
	assert_int_equal(bytes_resize(&b, 2), 0);
	assert_string_equal(bytes_text(&b), "a-");
	bytes_move(&c, &b);
	assert_int_equal(b.len, 0);
	assert_int_equal(bytes_set(&b, "a-", 2), 0);
	assert_true(bytes_equal(&b, &c));
	bytes_free(&b);
	bytes_free(&c);
}

static void reasons_may_quote_the_last_one(void **state)
{
	(void)state;
	assert_int_equal(fail_because(EINVAL, "bad %d", 5), -EINVAL);
	assert_int_equal(fail_because(EIO, "again: %s", fail_reason()), -EIO);
	assert_string_equal(fail_reason(), "again: bad 5");
	assert_string_equal(errno_name(-ENODEV), "ENODEV");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(crc_matches_the_captures),
		cmocka_unit_test(base32_has_no_padding),
		cmocka_unit_test(base64url_is_rfc4648),
		cmocka_unit_test(hex_refuses_other_characters),
		cmocka_unit_test(bytes_grow_shrink_and_keep_a_nul),
		cmocka_unit_test(reasons_may_quote_the_last_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
