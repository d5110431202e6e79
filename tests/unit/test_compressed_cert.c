/* SPDX-License-Identifier: Apache-2.0 */
/* The 72 bytes and their fields: serial numbers, format versions. */
#include "golden.h"

#include <errno.h>

#include "compressed_cert.h"

/* Some of the dates that these were made with do not exist. */
static struct validity unpack(const struct bytes *dates)
{
	const uint8_t *in = dates->data;

	return (struct validity){
		{ 2000u + (in[0] >> 3), (in[0] & 7u) << 1 | in[1] >> 7,
		  in[1] >> 2 & 0x1f, (in[1] & 3u) << 3 | in[2] >> 5 },
		in[2] & 0x1f,
	};
}

static void serial_numbers_are_the_librarys(void **state)
{
	json_t *cases = golden_json("serial-numbers.json"), *one;
	size_t i;

	(void)state;
	json_array_foreach(cases, i, one)
	{
		struct bytes input = golden_hex(one, "input");
		struct bytes want = golden_hex(one, "serial_hex");
		struct bytes dates = golden_hex(one, "encoded_dates");
		const struct compressed_cert fields = { .validity = unpack(
								&dates) };
		uint8_t serial[CERTIFICATE_SERIAL_SIZE];

		compressed_cert_serial(&fields, input.data, input.len, serial);
		assert_bytes(serial, sizeof(serial), &want);
		bytes_free(&input);
		bytes_free(&want);
		bytes_free(&dates);
	}
	golden_count("serial numbers", i);
	json_decref(cases);
}

static void format_version_1_reaches_further(void **state)
{
	const struct compressed_cert fields = {
		.signature = { 1 },
		.validity = { { 2127, 12, 31, 23 }, 127 },
		.signer_id = 0x2c00,
		.template_id = 3,
		.serial_source = SERIAL_PUBLIC_KEY,
		.format = 1,
	};
	uint8_t compressed[COMPRESSED_SIZE], again[COMPRESSED_SIZE];
	struct compressed_cert back;

	(void)state;
	compressed_cert_encode(&fields, compressed);
	assert_memory_equal(compressed + 64, "\xfe\x7e\xff\x2c\x00\x30\xa1\xf0",
			    8);
	assert_int_equal(compressed_cert_decode(compressed, &back), 0);
	assert_int_equal(back.validity.issue.year, 2127);
	assert_int_equal(back.validity.years, 127);
	assert_int_equal(back.format, 1);
	compressed_cert_encode(&back, again);
	assert_memory_equal(again, compressed, sizeof(again));

	/* 2032 and 40 years: one bit each above the five. */
	compressed[71] = 0x50;
	memcpy(compressed + 64, "\x00\x84\x08", 3);
	assert_int_equal(compressed_cert_decode(compressed, &back), 0);
	assert_int_equal(back.validity.issue.year, 2032);
	assert_int_equal(back.validity.years, 40);
}

static void other_formats_are_refused(void **state)
{
	uint8_t compressed[COMPRESSED_SIZE] = {
		[64] = 0xd5, 0xd6, 0xc1, [70] = 0xa0
	};
	struct compressed_cert fields;

	(void)state;
	assert_int_equal(compressed_cert_decode(compressed, &fields), 0);
	for (unsigned int format = 2; format < 16; format++) {
		compressed[70] = (uint8_t)(0xa0 | format);
		assert_int_equal(compressed_cert_decode(compressed, &fields),
				 -EUCLEAN);
	}
	compressed[70] = 0xa0;
	compressed[71] = 0x10; /* extended dates in format version 0 */
	assert_int_equal(compressed_cert_decode(compressed, &fields), -EUCLEAN);
	compressed[70] = 0xa1;
	assert_int_equal(compressed_cert_decode(compressed, &fields), 0);
	compressed[71] = 0x11;
	assert_int_equal(compressed_cert_decode(compressed, &fields), -EUCLEAN);
	memset(compressed, 0, sizeof(compressed));
	assert_int_equal(compressed_cert_decode(compressed, &fields), -EUCLEAN);
	memset(compressed, 0xff, sizeof(compressed));
	assert_int_equal(compressed_cert_decode(compressed, &fields), -EUCLEAN);
}

/* What decode accepts, encode gives back; all dates and formats there are. */
static void every_encoding_is_an_identity(void **state)
{
	uint8_t compressed[COMPRESSED_SIZE] = { 0 }, again[COMPRESSED_SIZE];
	struct compressed_cert fields;
	size_t accepted = 0;

	(void)state;
	for (uint32_t bits = 0; bits < 1u << 24; bits += 31) {
		compressed[64] = (uint8_t)(bits >> 16);
		compressed[65] = (uint8_t)(bits >> 8);
		compressed[66] = (uint8_t)bits;
		compressed[70] = (uint8_t)(bits % 3 + 0xa0);
		compressed[71] = (uint8_t)(bits % 17 << 4);
		if (compressed_cert_decode(compressed, &fields) < 0)
			continue;
		accepted++;
		compressed_cert_encode(&fields, again);
		assert_memory_equal(again, compressed, sizeof(again));
	}
	golden_count("encodings", accepted);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(serial_numbers_are_the_librarys),
		cmocka_unit_test(format_version_1_reaches_further),
		cmocka_unit_test(other_formats_are_refused),
		cmocka_unit_test(every_encoding_is_an_identity),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
