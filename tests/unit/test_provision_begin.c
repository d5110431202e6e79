/* SPDX-License-Identifier: Apache-2.0 */
/* Off-device signing, and chips whose data is locked but not all slots. */
#include "provision_bench.h"

#include <errno.h>
#include <stdio.h>
#include <time.h>

#include "error.h"
#include "slots.h"

static const char *key_of(const json_t *state)
{
	return golden_text(json_object_get(state, "keys"), "0");
}

static void a_certificate_from_elsewhere_completes_a_begun_chip(void **state)
{
	static const char *const images[] = { "508a-factory", "608b-factory",
					      "508a-config-locked" };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct bench bench;
		struct bytes text;
		json_t *begun, *final;

		bench_begin(&bench);
		bench_image(&bench, images[i]);
		assert_int_equal(
			bench_write(&bench, "", PROVISION_PRIMARY, "begin\n"),
			0);
		begun = bench_state(&bench);
		assert_memory_equal(golden_text(begun, "config") + 2 * 86,
				    "5500ffff", 8);
		text = certified_text(&bench, "", "OFF-1");
		if (bench_write(&bench, "", PROVISION_PRIMARY,
				bytes_text(&text)) < 0)
			fail_msg("%s: %s", images[i], fail_reason());
		final = bench_state(&bench);
		assert_true(is_complete(final, "feff"));
		assert_string_equal(key_of(begun), key_of(final));
		assert_certified(&bench, "OFF-1");
		json_decref(begun);
		json_decref(final);
		bytes_free(&text);
		bench_end(&bench);
	}
}

/* As the golden 608B's request would carry it. */
static void assert_staged_serial(const struct provision *request,
				 const char *expected)
{
	uint8_t serial[48];
	size_t len;

	provision_serial(request,
			 (const uint8_t *)"\x01\x23\x50\xab\xa6\xe4\x9c\x50"
					  "\xee",
			 serial, &len);
	assert_int_equal(len, strlen(expected));
	assert_memory_equal(serial, expected, len);
}

static void lines_written_before_begin_count_at_commit(void **state)
{
	struct provision *request = new_request(PROVISION_PRIMARY);
	struct bench bench;
	struct bytes text;
	json_t *final;

	(void)state;
	bench_begin(&bench);
	bench_image(&bench, "608b-factory");
	assert_int_equal(bench_write_staged(&bench, "", request,
					    "serial=OFF-2\nboard=Offboard\n"
					    "begin\n",
					    time(NULL)),
			 0);
	assert_staged_serial(request, "OFF-2");
	text = certified_text(&bench, "board=Other\n", "OFF-2");
	assert_int_equal(bench_write_staged(&bench, "", request,
					    bytes_text(&text), time(NULL)),
			 0);
	assert_true(provision_is_empty(request));
	final = bench_state(&bench);
	assert_memory_equal(golden_text(final, "otp"),
			    "4e72767300004f74686572"
			    "00000000004f46462d32",
			    42);
	json_decref(final);
	assert_certified(&bench, "OFF-2");
	bytes_free(&text);
	bench_end(&bench);
	provision_free(request);
}

static void lines_of_a_begin_that_saw_no_chip_stay(void **state)
{
	struct provision *request = new_request(PROVISION_PRIMARY);
	const char *faults = ",faults=gone@4";
	struct bench bench;

	(void)state;
	bench_begin(&bench);
	bench_image(&bench, "608b-factory");
	/* Woken, but then it is taken away. */
	assert_int_equal(bench_write_staged(&bench, faults, request,
					    "serial=OFF-3\nbegin\n",
					    time(NULL)),
			 -ENODEV);
	/* The verb alone, or the whole of it. */
	assert_int_equal(bench_write_staged(&bench, faults, request, "begin\n",
					    time(NULL)),
			 -ENODEV);
	assert_staged_serial(request, "OFF-3");
	assert_int_equal(bench_write_staged(&bench, "", request,
					    "serial=OFF-4\nbegin\n",
					    time(NULL)),
			 0);
	assert_staged_serial(request, "OFF-4");
	bench_end(&bench);
	provision_free(request);
}

/* A request that provisions the other chip, after `begin` on it if `begins`. */
static struct bytes text_for_other(const struct bench *other,
				   struct provision *request, bool begins)
{
	if (!begins)
		return request_text("", "y31");
	assert_int_equal(
		bench_write_staged(other, "", request, "begin\n", time(NULL)),
		0);
	assert_staged_serial(request, "AERVBK5G4SOFB3Q");
	return certified_text(other, "", "AERVBK5G4SOFB3Q");
}

static void lines_of_begin_do_not_count_for_another_chip(void **state)
{
	(void)state;
	for (int begins = 0; begins < 2; begins++) {
		struct provision *request = new_request(PROVISION_PRIMARY);
		struct bench begun, other;
		struct bytes text;

		bench_begin(&begun);
		bench_image(&begun, "508a-factory");
		bench_begin(&other);
		bench_image(&other, "608b-factory");
		assert_int_equal(bench_write_staged(&begun, "", request,
						    "serial=OFF-2\nbegin\n",
						    time(NULL)),
				 0);
		text = text_for_other(&other, request, begins);
		assert_int_equal(bench_write_staged(&other, "", request,
						    bytes_text(&text),
						    time(NULL)),
				 0);
		assert_certified(&other, "AERVBK5G4SOFB3Q");
		bench_end(&begun);
		bench_end(&other);
		bytes_free(&text);
		provision_free(request);
	}
}

/* And the chip is as it was; `text` is freed. */
static void assert_refused(const struct bench *bench, struct bytes *text,
			   const char *reason)
{
	struct bytes before = bench_content(bench), after;

	assert_int_equal(
		bench_write(bench, "", PROVISION_PRIMARY, bytes_text(text)),
		-EINVAL);
	if (!strstr(fail_reason(), reason))
		fail_msg("\"%s\" lacks \"%s\"", fail_reason(), reason);
	after = bench_content(bench);
	assert_true(bytes_equal(&before, &after));
	bytes_free(&before);
	bytes_free(&after);
	bytes_free(text);
}

/* A chip that `begin` has given its key, by a request that is forgotten. */
static void bench_begun(struct bench *bench)
{
	bench_begin(bench);
	bench_image(bench, "608b-factory");
	assert_int_equal(bench_write(bench, "", PROVISION_PRIMARY, "begin\n"),
			 0);
}

static void certificates_that_are_not_the_begun_chips_are_refused(void **state)
{
	struct bytes stale, text = BYTES_INIT;
	struct bench bench;

	(void)state;
	bench_begun(&bench);
	stale = certified_text(&bench, "", "OFF-1");
	/* Signed by y31, shown with y10. */
	issue_certificate(&bench, "OFF-1", &text);
	append_file(&text, "signers/y10.cert");
	assert_int_equal(bytes_printf(&text, "commit\n"), 0);
	assert_refused(&bench, &text, "not signed by");
	text = certified_text(&bench, "serial=OFF-2\n", "OFF-1");
	assert_refused(&bench, &text, "is for serial OFF-1, not OFF-2");
	/* Another key from here on. */
	assert_int_equal(bench_write(&bench, "", PROVISION_PRIMARY, "begin\n"),
			 0);
	assert_refused(&bench, &stale, "for another key");
	bench_end(&bench);
}

/* As with serial=, which would be its place otherwise. */
static void a_certificate_for_an_unprintable_serial_is_refused(void **state)
{
	static const char *const serials[] = { "A\tB", "AB\n", "A\xc2\x9b" };
	struct bench bench;

	(void)state;
	bench_begun(&bench);
	for (size_t i = 0; i < sizeof(serials) / sizeof(serials[0]); i++) {
		struct bytes text = certified_text(&bench, "", serials[i]);

		assert_refused(&bench, &text, "printable UTF-8");
	}
	bench_end(&bench);
}

static void begin_refuses_chips_that_are_complete(void **state)
{
	static const char *const images[] = { "508a-provisioned",
					      "608b-volatile", "tng" };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct bytes before, after;
		struct bench bench;

		bench_begin(&bench);
		bench_image(&bench, images[i]);
		before = bench_content(&bench);
		assert_int_equal(
			bench_write(&bench, "", PROVISION_PRIMARY, "begin\n"),
			-EPERM);
		after = bench_content(&bench);
		assert_true(bytes_equal(&before, &after));
		bytes_free(&before);
		bytes_free(&after);
		bench_end(&bench);
	}
}

/* Provisioned with `text`, but the power failed before the last lock. */
static void leave_slots_open(struct bench *bench, const char *image,
			     const char *text)
{
	char options[64];
	size_t at = 0;
	json_t *state;
	bool done;

	bench_begin(bench);
	do {
		bench_image(bench, image);
		snprintf(options, sizeof(options), ",faults=cut-after@%zu",
			 ++at);
		assert_true(bench_write(bench, options, PROVISION_PRIMARY,
					text) < 0);
		state = bench_state(bench);
		done = is_complete(state, "ffff");
		json_decref(state);
	} while (!done);
}

static void another_request_does_not_take_over_locked_data(void **state)
{
	static const struct {
		const char *lines, *signer, *reason;
	} others[] = {
		{ "serial=N2\n", "y31", "serial=N1" },
		{ "serial=N1\nboard=Other\n", "y31", "board=NervesKey" },
		{ "serial=N1\nuser=01\n", "y31", "user bytes" },
		{ "serial=N1\n", "y10", "slot 11" },
	};
	struct bytes text = request_text("serial=N1\n", "y31");
	const size_t count = sizeof(others) / sizeof(others[0]);
	struct bench bench;
	json_t *final;

	(void)state;
	leave_slots_open(&bench, "508a-factory", bytes_text(&text));
	for (size_t i = 0; i < count; i++) {
		struct bytes other =
			request_text(others[i].lines, others[i].signer);
		int err = bench_write(&bench, "", PROVISION_PRIMARY,
				      bytes_text(&other));

		if (err != -EPERM || !strstr(fail_reason(), others[i].reason))
			fail_msg("%zu: %d, %s", i, err, fail_reason());
		bytes_free(&other);
	}
	assert_int_equal(bench_write(&bench, "", PROVISION_PRIMARY, "begin\n"),
			 -EPERM);
	assert_int_equal(
		bench_write(&bench, "", PROVISION_PRIMARY, bytes_text(&text)),
		0);
	final = bench_state(&bench);
	assert_true(is_complete(final, "feff"));
	json_decref(final);
	bytes_free(&text);
	bench_end(&bench);
}

static void another_activation_key_does_not_take_over_locked_data(void **state)
{
	static const char lines[] =
		"serial=N1\nmode=volatile\n"
		"activation-key=000102030405060708090a0b0c0d0e%s\n"
		"encryption-key=f0e0d0c0b0a090807060504030201000\n";
	struct bytes text, other;
	struct bench bench;
	char with[256];
	json_t *final;

	(void)state;
	snprintf(with, sizeof(with), lines, "0f");
	text = request_text(with, "y31");
	snprintf(with, sizeof(with), lines, "00");
	other = request_text(with, "y31");
	leave_slots_open(&bench, "608b-factory", bytes_text(&text));
	assert_int_equal(
		bench_write(&bench, "", PROVISION_PRIMARY, bytes_text(&other)),
		-EPERM);
	assert_non_null(strstr(fail_reason(), "not the activation key"));
	assert_int_equal(
		bench_write(&bench, "", PROVISION_PRIMARY, bytes_text(&text)),
		0);
	final = bench_state(&bench);
	assert_true(is_complete(final, "f8ff"));
	json_decref(final);
	bytes_free(&text);
	bytes_free(&other);
	bench_end(&bench);
}

/* While slot 0 is open, anyone can make a new key there. */
static void a_key_that_is_not_the_certificates_is_not_locked_in(void **state)
{
	struct bytes text = request_text("serial=N1\n", "y31");
	uint8_t public_key[64];
	struct bench bench;
	struct atecc *chip;

	(void)state;
	leave_slots_open(&bench, "608b-factory", bytes_text(&text));
	chip = bench_wake(&bench);
	assert_int_equal(atecc_create_key(chip, SLOT_DEVICE_KEY, public_key),
			 0);
	bench_sleep(chip);
	assert_int_equal(
		bench_write(&bench, "", PROVISION_PRIMARY, bytes_text(&text)),
		-EPERM);
	assert_non_null(strstr(fail_reason(), "not its key's"));
	bytes_free(&text);
	bench_end(&bench);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			a_certificate_from_elsewhere_completes_a_begun_chip),
		cmocka_unit_test(lines_written_before_begin_count_at_commit),
		cmocka_unit_test(lines_of_a_begin_that_saw_no_chip_stay),
		cmocka_unit_test(lines_of_begin_do_not_count_for_another_chip),
		cmocka_unit_test(
			certificates_that_are_not_the_begun_chips_are_refused),
		cmocka_unit_test(
			a_certificate_for_an_unprintable_serial_is_refused),
		cmocka_unit_test(begin_refuses_chips_that_are_complete),
		cmocka_unit_test(
			another_request_does_not_take_over_locked_data),
		cmocka_unit_test(
			another_activation_key_does_not_take_over_locked_data),
		cmocka_unit_test(
			a_key_that_is_not_the_certificates_is_not_locked_in),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
