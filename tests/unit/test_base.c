/* SPDX-License-Identifier: Apache-2.0 */
#include "golden.h"

#include <errno.h>
#include <stdio.h>

#include "bytes.h"
#include "crc.h"
#include "error.h"
#include "log.h"
#include "text.h"
#include "utf8.h"

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

static void of_failed_appends_the_first_is_remembered(void **state)
{
	struct bytes b = BYTES_INIT;

	(void)state;
	assert_int_equal(bytes_append(&b, "a", 1), 0);
	assert_int_equal(bytes_append(&b, "", SIZE_MAX), -ENOMEM);
	assert_int_equal(bytes_append(&b, "b", 1), -ENOMEM);
	assert_int_equal(bytes_printf(&b, "c"), -ENOMEM);
	assert_int_equal(b.err, -ENOMEM);
	assert_string_equal(bytes_text(&b), "a");
	bytes_free(&b);
	assert_int_equal(bytes_append(&b, "d", 1), 0);
	assert_string_equal(bytes_text(&b), "d");
	bytes_free(&b);
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
	assert_string_equal(errno_name(4095), "E4095");
}

/* `point` in `len` bytes, whether that is right or not. */
static void put_point(uint8_t *text, size_t len, uint32_t point)
{
	static const uint8_t leads[] = { 0, 0x00, 0xc0, 0xe0, 0xf0 };

	for (size_t i = len; i-- > 1; point >>= 6)
		text[i] = (uint8_t)(0x80 | (point & 0x3f));
	text[0] = (uint8_t)(leads[len] | point);
}

static size_t right_length(uint32_t point)
{
	if (point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff))
		return 0;
	return point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
}

static void utf8_is_read_in_its_only_form(void **state)
{
	static const uint32_t ends[] = { 0, 0x80, 0x800, 0x10000, 0x200000 };
	uint32_t got;
	uint8_t text[4];
	size_t wrong = 0;

	(void)state;
	for (size_t len = 1; len <= 4; len++)
		for (uint32_t point = 0; point < ends[len]; point++) {
			size_t want = right_length(point) == len ? len : 0;

			put_point(text, len, point);
			got = point;
			wrong += utf8_next(text, len, &got) != want;
			wrong += got != point;
			wrong += utf8_next(text, len - (len > 1), &got) !=
				 (len == 1 ? want : 0);
		}
	assert_int_equal(wrong, 0);
	assert_int_equal(utf8_next((const uint8_t *)"\xc3(", 2, &got), 0);
	assert_int_equal(utf8_next((const uint8_t *)"\x80", 1, &got), 0);
	assert_int_equal(utf8_next((const uint8_t *)"\xff", 1, &got), 0);
	golden_count("forms of code points", 0x80 + 0x800 + 0x10000 + 0x200000);
}

static char logged[64];

static void keep_line(enum log_level level, const char *line)
{
	(void)level;
	snprintf(logged, sizeof(logged), "%s", line);
}

static void what_reasons_and_the_log_quote_stays_on_its_line(void **state)
{
	(void)state;
	fail_because(EINVAL, "no %s", "a\nstate=complete\x1b[2J\x7f");
	assert_string_equal(fail_reason(), "no a?state=complete?[2J?");
	log_to(keep_line, LOG_LEVEL_INFO);
	log_write(LOG_LEVEL_INFO, "settings/%s",
		  "a\tb\r\n\xc3\xa4\xc2\x9b"
		  "2J\x9b"
		  "2J\xc3");
	log_to(NULL, LOG_LEVEL_INFO);
	assert_string_equal(logged, "settings/a?b??\xc3\xa4??2J?2J?");
}

static void blanks_are_seen_at_both_ends(void **state)
{
	static const struct {
		const char *text;
		bool blank;
	} cases[] = {
		{ "", false },
		{ "N1", false },
		{ "N 1", false },
		{ " N1", true },
		{ "N1 ", true },
		{ " ", true },
		{ "N1\t", true },
		{ "N1\xc2\xa0", true },
		{ "\xe3\x80\x80N", true },
		{ "N\xe2\x80\x8b", true },
		{ "\xef\xbb\xbfN", true },
		{ "N\xe3\x80\x81", false },
		{ "\xff N ", false },
		{ "\xc3\xa4", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const uint8_t *text = (const uint8_t *)cases[i].text;

		if (utf8_has_blank_end(text, strlen(cases[i].text)) !=
		    cases[i].blank)
			fail_msg("case %zu", i);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(crc_matches_the_captures),
		cmocka_unit_test(base32_has_no_padding),
		cmocka_unit_test(base64url_is_rfc4648),
		cmocka_unit_test(hex_refuses_other_characters),
		cmocka_unit_test(bytes_grow_shrink_and_keep_a_nul),
		cmocka_unit_test(of_failed_appends_the_first_is_remembered),
		cmocka_unit_test(reasons_may_quote_the_last_one),
		cmocka_unit_test(utf8_is_read_in_its_only_form),
		cmocka_unit_test(blanks_are_seen_at_both_ends),
		cmocka_unit_test(
			what_reasons_and_the_log_quote_stays_on_its_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
