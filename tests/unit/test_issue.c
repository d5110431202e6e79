/* SPDX-License-Identifier: Apache-2.0 */
/* What signers issue, and new signers. */
#include "signer_fixture.h"

#include <errno.h>
#include <stdio.h>
#include <time.h>

#include "error.h"

static struct certificate_device device_for(const struct signer *signer,
					    const char *serial)
{
	static const uint8_t chip_serial[9] = {
		1, 0x23, 3, 4, 5, 6, 7, 8, 0xee
	};

	return (struct certificate_device){ signer_public_key(signer),
					    (const uint8_t *)serial,
					    strlen(serial), chip_serial };
}

/* Issue a certificate, and check all of it. */
static void issue(struct signer *signer, const char *serial, time_t now,
		  uint8_t compressed[static 72])
{
	const struct certificate_device device = device_for(signer, serial);
	struct bytes der = BYTES_INIT, rebuilt = BYTES_INIT;
	uint8_t again[72], key[64];

	assert_ok(signer_issue(signer, &device, now, compressed, &der));
	assert_ok(certificate_rebuild_device(compressed, &device,
					     signer_der(signer), &rebuilt));
	assert_true(bytes_equal(&rebuilt, &der));
	assert_ok(certificate_verify(&der, signer_der(signer)));
	assert_ok(certificate_compress_device(&der, &device, signer_der(signer),
					      again));
	assert_memory_equal(again, compressed, sizeof(again));
	assert_ok(certificate_public_key(&der, key));
	assert_memory_equal(key, device.public_key, sizeof(key));
	bytes_free(&der);
	bytes_free(&rebuilt);
}

static void devices_are_issued_as_the_library_does(void **state)
{
	struct signer *signer = open_golden("y31");
	uint8_t compressed[72];

	(void)state;
	issue(signer, "N1234567", NOW, compressed);
	assert_memory_equal(compressed + 64, "\xd5\xd6\xdf\0\0\0\xb0\0", 8);
	issue(signer, "\xc3\xb6-\xe6\x9c\xa8-\xf0\x9f\x94\x91", NOW,
	      compressed);
	issue(signer, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789abcdefghijkl", NOW,
	      compressed);
	/* One name, although it looks like two. */
	issue(signer, "AB/12", NOW, compressed);
	issue(signer, "AB/O=Acme", NOW, compressed);
	signer_free(signer);
}

static void serials_that_nobody_could_load_are_refused(void **state)
{
	static const struct {
		const char *serial;
		size_t len;
		const char *reason;
	} cases[] = {
		{ "", 0, "empty" },
		{ "AB", 3, "NUL" },
		{ "Z\xfcr", 3, "UTF-8" },
		{ "\xc0\x80", 2, "UTF-8" },
		{ "\xed\xa0\x80", 3, "UTF-8" },
		{ "\xf4\x90\x80\x80", 4, "UTF-8" },
		{ "\xe6\x9c", 2, "UTF-8" },
		{ "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789abcdefghijklm", 49,
		  "at most 48" },
	};
	struct signer *signer = open_golden("y31");
	struct bytes der = BYTES_INIT;
	uint8_t compressed[72];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct certificate_device device =
			device_for(signer, cases[i].serial);

		device.serial_len = cases[i].len;
		assert_int_equal(
			signer_issue(signer, &device, NOW, compressed, &der),
			-EINVAL);
		assert_non_null(strstr(fail_reason(), cases[i].reason));
	}
	assert_int_equal(der.len, 0);
	signer_free(signer);
}

static void a_leap_day_is_no_obstacle(void **state)
{
	struct signer *signer = open_golden("y31");
	uint8_t compressed[72];

	(void)state;
	issue(signer, "LEAP", 1835431200, compressed); /* 2028-02-29 10 h */
	/* The library writes 31 years, e1755f, which it cannot read. */
	assert_memory_equal(compressed + 64, "\xe1\x75\x5c", 3);
	issue(signer, "LEAP", 1835431200 + 86400, compressed);
	assert_memory_equal(compressed + 64, "\xe1\x85\x5f", 3);
	signer_free(signer);
}

static void years_after_2031_are_issued_when_asked_for(void **state)
{
	const time_t later = 2000000000; /* 2033-05-18 03:33:20 UTC */
	struct bytes cert = golden_file("signers/y31.cert");
	struct bytes key = golden_file("signers/y31.key"), der = BYTES_INIT;
	struct signer_source source = { .certificate_pem = &cert,
					.key_pem = &key };
	struct certificate_device device;
	struct signer *signer;
	uint8_t compressed[72];

	(void)state;
	assert_ok(signer_open(&source, &signer));
	device = device_for(signer, "N1");
	assert_int_equal(signer_issue(signer, &device, later, compressed, &der),
			 -EINVAL);
	assert_non_null(strstr(fail_reason(), "2033"));
	signer_free(signer);

	source.extended_dates = true;
	assert_ok(signer_open(&source, &signer));
	device = device_for(signer, "N1");
	issue(signer, "N1", later, compressed);
	assert_memory_equal(compressed + 67, "\0\0\0\xb1\x40", 5);
	/* Not used where it is not needed. */
	issue(signer, "N1", NOW, compressed);
	assert_memory_equal(compressed + 67, "\0\0\0\xb0\0", 5);
	signer_free(signer);
	bytes_free(&cert);
	bytes_free(&key);
	bytes_free(&der);
}

static const struct {
	unsigned int years;
	bool extended;
	int64_t now;
	const char *dates; /* compressed bytes 64 to 66 */
	uint8_t format, high;
} created[] = {
	{ 1, false, NOW, "\xd5\xd6\xc1", 0xa0, 0 },
	{ 31, false, NOW, "\xd5\xd6\xdf", 0xa0, 0 },
	{ 0, false, NOW, "\xd5\xd6\xc0", 0xa0, 0 },
	{ 31, true, NOW, "\xd5\xd6\xdf", 0xa0, 0 },
	{ 32, true, NOW, "\xd5\xd6\xc0", 0xa1, 0x10 },
	{ 127, true, NOW, "\xd5\xd6\xdf", 0xa1, 0x30 },
	{ 10, true, 2000000000, "\x0a\xc8\x6a", 0xa1, 0x40 },
	{ 0, true, 2540000000, "\x93\x70\x60", 0xa1, 0x40 },
	{ 31, false, 1835431200, "\xe1\x75\x5c", 0xa0, 0 }, /* leap day */
	{ 3, false, 1835431200, "\xe1\x72\xe3", 0xa0, 0 },
};

static void created_signers_open(void **state)
{
	const size_t count = sizeof(created) / sizeof(*created);

	(void)state;
	for (size_t i = 0; i < count; i++) {
		const struct signer_terms terms = { created[i].years,
						    created[i].extended };
		struct bytes cert = BYTES_INIT, key = BYTES_INIT;
		struct signer *signer;
		const uint8_t *compressed;

		if (created[i].now > INT32_MAX && sizeof(time_t) == 4)
			continue; /* no clock will show that */
		assert_ok(signer_create(&terms, (time_t)created[i].now, &cert,
					&key));
		assert_ok(open_pem(&cert, &key, &signer));
		compressed = signer_compressed(signer);
		assert_memory_equal(compressed + 64, created[i].dates, 3);
		assert_int_equal(compressed[69], 0x10);
		assert_int_equal(compressed[70], created[i].format);
		assert_int_equal(compressed[71], created[i].high);
		assert_ok(certificate_verify(signer_der(signer),
					     signer_der(signer)));
		signer_free(signer);
		bytes_free(&cert);
		bytes_free(&key);
	}
	golden_count("signers created", count);
}

static void signers_that_would_not_compress_are_not_created(void **state)
{
	static const struct {
		struct signer_terms terms;
		int64_t now;
	} cases[] = {
		{ { 32, false }, NOW },	    { { 128, true }, NOW },
		{ { 1, false }, 0 },	    { { 1, false }, 1956528000 },
		{ { 1, true }, 946684799 }, { { 1, true }, 4985971200 },
	};
	struct bytes cert = BYTES_INIT, key = BYTES_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		if (cases[i].now > INT32_MAX && sizeof(time_t) == 4)
			continue;
		assert_int_equal(signer_create(&cases[i].terms,
					       (time_t)cases[i].now, &cert,
					       &key),
				 -EINVAL);
	}
	assert_int_equal(cert.len + key.len, 0);
}

static void a_created_key_is_written_as_the_librarys(void **state)
{
	struct bytes golden = golden_file("signers/y31.key");
	const struct signer_terms terms = { 1, false };

	(void)state;
	/* Often enough for leading zeros and high bits. */
	for (int i = 0; i < 64; i++) {
		struct bytes cert = BYTES_INIT, key = BYTES_INIT;

		assert_ok(signer_create(&terms, NOW, &cert, &key));
		/* 121 bytes of DER: version, a secret of 32 bytes exactly. */
		assert_memory_equal(key.data, golden.data, 31 + 9);
		assert_int_equal(key.len + 1, golden.len);
		bytes_free(&cert);
		bytes_free(&key);
	}
	bytes_free(&golden);
}

static void a_test_device_has_key_and_certificate(void **state)
{
	struct signer *signer = open_golden("y31");
	struct bytes cert = BYTES_INIT, key = BYTES_INIT, der = BYTES_INIT;

	(void)state;
	assert_ok(signer_create_device(signer, "T-1", NOW, &cert, &key));
	assert_ok(certificate_from_pem(&cert, &der));
	assert_ok(certificate_verify(&der, signer_der(signer)));
	assert_non_null(strstr(bytes_text(&key), "BEGIN EC PRIVATE KEY"));
	bytes_free(&cert);
	bytes_free(&key);
	bytes_free(&der);
	signer_free(signer);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(devices_are_issued_as_the_library_does),
		cmocka_unit_test(serials_that_nobody_could_load_are_refused),
		cmocka_unit_test(a_leap_day_is_no_obstacle),
		cmocka_unit_test(years_after_2031_are_issued_when_asked_for),
		cmocka_unit_test(created_signers_open),
		cmocka_unit_test(
			signers_that_would_not_compress_are_not_created),
		cmocka_unit_test(a_created_key_is_written_as_the_librarys),
		cmocka_unit_test(a_test_device_has_key_and_certificate),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
