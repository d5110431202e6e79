/* SPDX-License-Identifier: Apache-2.0 */
/* When a certificate is valid: from clocks, X.509 and 24 bits, and back. */
#include "golden.h"

#include <errno.h>
#include <stdio.h>
#include <time.h>

#include "compressed_cert.h"
#include "error.h"

/* "2026-11-21T22:34:56Z" */
static struct tm parse_clock(const char *text)
{
	struct tm tm = { 0 };

	assert_non_null(strptime(text, "%Y-%m-%dT%H:%M:%SZ", &tm));
	return tm;
}

static struct date to_date(const struct tm *tm)
{
	return (struct date){ (unsigned int)tm->tm_year + 1900,
			      (unsigned int)tm->tm_mon + 1,
			      (unsigned int)tm->tm_mday,
			      (unsigned int)tm->tm_hour };
}

static bool same_date(const struct date *a, const struct date *b)
{
	return a->year == b->year && a->month == b->month && a->day == b->day &&
	       a->hour == b->hour;
}

static void put_time(struct bytes *out, const struct tm *tm)
{
	char text[32];

	if (tm->tm_year + 1900 < 2050) {
		strftime(text, sizeof(text), "%y%m%d%H%M%SZ", tm);
		der_value(out, DER_UTC_TIME, text, 13);
	} else {
		strftime(text, sizeof(text), "%Y%m%d%H%M%SZ", tm);
		der_value(out, DER_GENERALIZED_TIME, text, 15);
	}
}

/* Two clock readings as a certificate would have them. */
static struct bytes validity_of(const char *issue, const char *expire)
{
	const struct tm begin = parse_clock(issue), end = parse_clock(expire);
	struct bytes der = BYTES_INIT;
	size_t opened = der_open(&der, DER_SEQUENCE);

	put_time(&der, &begin);
	put_time(&der, &end);
	der_close(&der, opened);
	assert_int_equal(der.err, 0);
	return der;
}

/* A golden { not_before, not_after } as X.509 Validity. */
static struct bytes x509_validity(const json_t *x509)
{
	static const char *const members[] = { "not_before", "not_after" };
	struct bytes der = BYTES_INIT;
	size_t opened = der_open(&der, DER_SEQUENCE);

	for (int i = 0; i < 2; i++) {
		const json_t *time = json_object_get(x509, members[i]);
		const char *text = golden_text(time, "string");
		const bool utc =
			strcmp(golden_text(time, "type"), "utcTime") == 0;

		der_value(&der, utc ? DER_UTC_TIME : DER_GENERALIZED_TIME, text,
			  strlen(text));
	}
	der_close(&der, opened);
	assert_int_equal(der.err, 0);
	return der;
}

static int from_x509(const struct bytes *der, struct validity *validity)
{
	return validity_from_x509((struct der_view){ der->data, der->len },
				  validity);
}

/* The dates of 72 bytes that are else a device certificate's. */
static int decode_dates(const struct bytes *dates,
			struct compressed_cert *fields)
{
	uint8_t compressed[COMPRESSED_SIZE] = { [70] = 0xb0 };

	memcpy(compressed + 64, dates->data, 3);
	return compressed_cert_decode(compressed, fields);
}

static void assert_encodes(const struct validity *validity,
			   const struct bytes *want)
{
	const struct compressed_cert fields = { .validity = *validity };
	uint8_t compressed[COMPRESSED_SIZE];

	compressed_cert_encode(&fields, compressed);
	assert_bytes(compressed + 64, 3, want);
}

static void dates_compress_when_nothing_is_lost(void **state)
{
	json_t *golden = golden_json("validity.json"), *one;
	const json_t *cases = json_object_get(golden, "compress");
	size_t i, refused = 0;

	(void)state;
	json_array_foreach(cases, i, one)
	{
		struct bytes der = validity_of(golden_text(one, "issue"),
					       golden_text(one, "expire"));
		struct bytes want = golden_hex(one, "encoded");
		struct validity validity;
		int err = from_x509(&der, &validity);

		/* What the library clamps or rounds needs format version 1, or
		 * is refused. */
		if (json_is_true(json_object_get(one, "valid_dates"))) {
			assert_int_equal(err, 0);
			assert_false(validity_is_extended(&validity));
			assert_encodes(&validity, &want);
		} else if (err == 0) {
			assert_true(validity_is_extended(&validity));
			refused++;
		} else {
			assert_int_equal(err, -EINVAL);
			refused++;
		}
		bytes_free(&der);
		bytes_free(&want);
	}
	golden_count("validity compressed", i - refused);
	golden_count("validity refused", refused);
	json_decref(golden);
}

/* Dates that the library would write although there is no such day. */
static bool exists(const char *encoded)
{
	static const char *const impossible[] = { "000000", "d68401", "d27f01",
						  "ffffff", "e17581" };

	for (size_t i = 0; i < 5; i++) {
		if (strcmp(encoded, impossible[i]) == 0)
			return false;
	}
	return true;
}

static void check_x509(const json_t *one, const char *member,
		       const struct validity *validity, bool generalized)
{
	struct bytes want = x509_validity(json_object_get(one, member));
	struct bytes der = BYTES_INIT;
	struct validity back;

	validity_write(&der, validity, generalized);
	assert_int_equal(der.err, 0);
	assert_bytes(der.data, der.len, &want);
	assert_int_equal(from_x509(&der, &back), 0);
	assert_true(same_date(&back.issue, &validity->issue));
	assert_int_equal(back.years, validity->years);
	bytes_free(&der);
	bytes_free(&want);
}

static void dates_come_back_as_x509(void **state)
{
	json_t *golden = golden_json("validity.json"), *one;
	const json_t *cases = json_object_get(golden, "decompress");
	size_t i, refused = 0;

	(void)state;
	json_array_foreach(cases, i, one)
	{
		struct bytes encoded = golden_hex(one, "encoded");
		const json_t *raw = json_object_get(one, "fields");
		struct compressed_cert fields;
		int err = decode_dates(&encoded, &fields);

		if (!exists(golden_text(one, "encoded"))) {
			assert_int_equal(err, -EUCLEAN);
			refused++;
			bytes_free(&encoded);
			continue;
		}
		assert_int_equal(err, 0);
		assert_int_equal(fields.validity.issue.year - 2000,
				 json_integer_value(json_array_get(raw, 0)));
		assert_int_equal(fields.validity.issue.hour,
				 json_integer_value(json_array_get(raw, 3)));
		assert_int_equal(fields.validity.years,
				 json_integer_value(json_array_get(raw, 4)));
		assert_encodes(&fields.validity, &encoded);
		check_x509(one, "x509", &fields.validity, false);
		check_x509(one, "x509_trust_and_go", &fields.validity, true);
		bytes_free(&encoded);
	}
	golden_count("validity decompressed", i - refused);
	golden_count("validity without such a day", refused);
	json_decref(golden);
}

static void certificates_dates_are_read(void **state)
{
	json_t *golden = golden_json("validity.json"), *one;
	const json_t *cases =
		json_object_get(golden, "compress_from_certificate");
	/* 1970 and 29 February 2029 are none; 2049 needs format version 1. */
	static const int want[] = { -EINVAL, 0, 0, -EINVAL };
	static const bool extended[] = { false, true, false, false };
	size_t i;

	(void)state;
	assert_int_equal(json_array_size(cases), 4);
	json_array_foreach(cases, i, one)
	{
		struct bytes der = x509_validity(json_object_get(one, "x509"));
		struct validity validity = { .years = 0 };

		assert_int_equal(from_x509(&der, &validity), want[i]);
		assert_int_equal(validity_is_extended(&validity), extended[i]);
		if (want[i] == 0 && !extended[i]) {
			struct bytes bits = golden_hex(one, "encoded");

			assert_encodes(&validity, &bits);
			bytes_free(&bits);
		}
		bytes_free(&der);
	}
	golden_count("validity of certificates", i);
	json_decref(golden);
}

static void a_clock_makes_dates_that_compress(void **state)
{
	json_t *golden = golden_json("validity.json"), *one;
	const json_t *cases =
		json_object_get(golden, "create_compatible_validity");
	size_t i, same = 0;

	(void)state;
	json_array_foreach(cases, i, one)
	{
		struct tm clock = parse_clock(golden_text(one, "clock"));
		const struct tm begin =
			parse_clock(golden_text(one, "not_before"));
		const struct date want = to_date(&begin);
		struct bytes encoded = golden_hex(one, "encoded");
		const unsigned int years = (unsigned int)json_integer_value(
			json_object_get(one, "years"));
		struct validity validity;
		int err = validity_from_clock(timegm(&clock), years, false,
					      &validity);

		if (years > 31 || clock.tm_year + 1900 > 2031) {
			assert_int_equal(err, -EINVAL);
		} else {
			assert_int_equal(err, 0);
			assert_true(same_date(&validity.issue, &want));
			if (clock.tm_mon == 1 && clock.tm_mday == 29) {
				assert_int_equal(validity.years, 28);
			} else {
				assert_encodes(&validity, &encoded);
				same++;
			}
		}
		bytes_free(&encoded);
	}
	golden_count("validity made", i);
	assert_int_equal(same, 5);
	json_decref(golden);
}

/* year, month, day, hour, years wanted; begin and years that come of it. */
static const struct leap_case {
	const char *clock;
	unsigned int wanted, year, month, day, hour, years;
} leap_cases[] = {
	{ "2028-02-29T10:00:00Z", 31, 2028, 2, 29, 10, 28 },
	{ "2028-02-29T23:59:59Z", 28, 2028, 2, 29, 23, 28 },
	{ "2024-02-29T00:00:00Z", 27, 2024, 2, 29, 0, 24 },
	{ "2028-02-29T10:00:00Z", 4, 2028, 2, 29, 10, 4 },
	{ "2028-02-29T10:00:00Z", 3, 2028, 2, 28, 23, 3 },
	{ "2028-02-29T10:00:00Z", 1, 2028, 2, 28, 23, 1 },
	{ "2028-02-29T10:00:00Z", 0, 2028, 2, 29, 10, 0 },
	{ "2028-02-28T10:00:00Z", 31, 2028, 2, 28, 10, 31 },
	{ "2028-03-01T00:00:00Z", 31, 2028, 3, 1, 0, 31 },
	{ "2000-02-29T00:00:00Z", 31, 2000, 2, 29, 0, 28 },
	/* 2100 is no leap year. */
	{ "2072-02-29T01:00:00Z", 31, 2072, 2, 29, 1, 24 },
	{ "2096-02-29T01:00:00Z", 7, 2096, 2, 28, 23, 7 },
	{ "2096-02-29T01:00:00Z", 31, 2096, 2, 29, 1, 28 },
};

static void leap_days_get_an_end_that_exists(void **state)
{
	const size_t count = sizeof(leap_cases) / sizeof(*leap_cases);

	(void)state;
	for (size_t i = 0; i < count; i++) {
		const struct leap_case *one = &leap_cases[i];
		const struct date want = { one->year, one->month, one->day,
					   one->hour };
		struct tm clock = parse_clock(one->clock);
		struct validity validity;

		if (sizeof(time_t) == 4 && one->year > 2037)
			continue; /* no clock will show that */
		assert_int_equal(validity_from_clock(timegm(&clock),
						     one->wanted, true,
						     &validity),
				 0);
		assert_true(same_date(&validity.issue, &want));
		assert_int_equal(validity.years, one->years);
		assert_int_equal(validity_check(&validity), 0);
	}
}

static void a_time_is_covered_from_first_to_last_second(void **state)
{
	/* 2024-05-01 12:00 to 2025-05-01 12:00 */
	struct validity validity = { { 2024, 5, 1, 12 }, 1 };

	(void)state;
	assert_false(validity_covers(&validity, 1714564799));
	assert_true(validity_covers(&validity, 1714564800));
	assert_true(validity_covers(&validity, 1746100800));
	assert_false(validity_covers(&validity, 1746100801));
	/* Its end, or none, is beyond a time_t of 32 bits. */
	validity.years = 31;
	assert_true(validity_covers(&validity, 2000000000));
	validity.years = 0;
	assert_true(validity_covers(&validity, 2000000000));
	assert_false(validity_covers(&validity, -1));
}

static void clocks_out_of_reach_are_refused(void **state)
{
	const int64_t year_2128 = 4985971200;
	struct validity validity;

	(void)state;
	assert_int_equal(validity_from_clock(946684799, 1, false, &validity),
			 -EINVAL);
	assert_string_equal(
		fail_reason(),
		"the clock shows the year 1999, but certificates can "
		"be issued from 2000 to 2031: set the clock, or allow "
		"extended dates, which end in 2127");
	assert_int_equal(validity_from_clock(946684800, 1, false, &validity),
			 0);
	assert_int_equal(validity_from_clock(1956527999, 1, false, &validity),
			 0);
	assert_int_equal(validity_from_clock(1956528000, 1, false, &validity),
			 -EINVAL);
	assert_int_equal(validity_from_clock(1956528000, 1, true, &validity),
			 0);
	if (sizeof(time_t) > 4)
		assert_int_equal(validity_from_clock((time_t)year_2128, 1, true,
						     &validity),
				 -EINVAL);
	if (sizeof(time_t) > 4) /* no year fits into an int */
		assert_int_equal(validity_from_clock((time_t)INT64_MAX, 1, true,
						     &validity),
				 -EINVAL);
	assert_int_equal(validity_from_clock(0, 1, true, &validity), -EINVAL);
	assert_int_equal(validity_from_clock(-1, 1, true, &validity), -EINVAL);
	assert_int_equal(validity_from_clock(1800000000, 32, false, &validity),
			 -EINVAL);
	assert_int_equal(validity_from_clock(1800000000, 128, true, &validity),
			 -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(dates_compress_when_nothing_is_lost),
		cmocka_unit_test(dates_come_back_as_x509),
		cmocka_unit_test(certificates_dates_are_read),
		cmocka_unit_test(a_clock_makes_dates_that_compress),
		cmocka_unit_test(leap_days_get_an_end_that_exists),
		cmocka_unit_test(a_time_is_covered_from_first_to_last_second),
		cmocka_unit_test(clocks_out_of_reach_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
