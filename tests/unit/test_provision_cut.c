/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Power and bus failures: the same request again completes the chip. With
 * NK_STRIDE=N only each Nth command or transfer is tried.
 */
#include "provision_bench.h"

#include <errno.h>
#include <stdio.h>

#include "error.h"
#include "slots.h"

#define VOLATILE_LINES                                      \
	"serial=N1\nmode=volatile\n"                        \
	"activation-key=000102030405060708090a0b0c0d0e0f\n" \
	"encryption-key=f0e0d0c0b0a090807060504030201000\n"

static const struct subject {
	const char *image, *lines, *locks;
} subjects[] = {
	{ "508a-factory", "serial=N1\n", "feff" },
	{ "608b-factory", "serial=N1\n", "feff" },
	{ "608b-factory", VOLATILE_LINES, "f8ff" },
	{ "508a-interrupted", "serial=N1\n", "feff" },
};

/* The zones of a chip that was never disturbed, but for key and signature. */
static void assert_same_zones(const json_t *state, const json_t *want)
{
	const json_t *got_data = json_object_get(state, "data");
	const json_t *want_data = json_object_get(want, "data");

	assert_string_equal(golden_text(state, "config"),
			    golden_text(want, "config"));
	assert_string_equal(golden_text(state, "otp"),
			    golden_text(want, "otp"));
	for (unsigned int slot = 1; slot < SLOT_COUNT; slot++) {
		size_t skip = slot == SLOT_DEVICE_CERT ? 2 * 67 : 0;

		assert_string_equal(
			json_string_value(json_array_get(got_data, slot)) +
				skip,
			json_string_value(json_array_get(want_data, slot)) +
				skip);
	}
}

static json_t *undisturbed(const struct subject *subject, const char *text)
{
	struct bench bench;
	json_t *state;

	bench_begin(&bench);
	bench_image(&bench, subject->image);
	assert_int_equal(bench_write(&bench, "", PROVISION_PRIMARY, text), 0);
	state = bench_state(&bench);
	assert_true(is_complete(state, subject->locks));
	bench_end(&bench);
	return state;
}

/* Written again, to a chip that may have been finished before the failure. */
static void complete(const struct bench *bench, const struct subject *subject,
		     const char *text, const char *what)
{
	json_t *state = bench_state(bench);
	int want = is_complete(state, subject->locks) ? -EPERM : 0;
	int err = bench_write(bench, "", PROVISION_PRIMARY, text);

	if (err != want)
		fail_msg("%s %s: again: %d, %s", subject->image, what, err,
			 fail_reason());
	json_decref(state);
}

/* False when the operation ended before the fault. */
static bool survives(const struct subject *subject, const char *text,
		     const char *faults, const json_t *want)
{
	struct bench bench;
	char options[96];
	json_t *state;
	int err;

	bench_begin(&bench);
	bench_image(&bench, subject->image);
	snprintf(options, sizeof(options), ",seed=7,faults=%s", faults);
	err = bench_write(&bench, options, PROVISION_PRIMARY, text);
	if (err < 0)
		complete(&bench, subject, text, faults);
	state = bench_state(&bench);
	assert_same_zones(state, want);
	json_decref(state);
	assert_certified(&bench, "N1");
	bench_end(&bench);
	return err < 0;
}

static size_t cut_everywhere(const struct subject *subject, const char *form)
{
	struct bytes text = request_text(subject->lines, "y31");
	json_t *want = undisturbed(subject, bytes_text(&text));
	size_t count = 0, at = 1;
	char faults[64];

	for (;; at += stride(), count++) {
		snprintf(faults, sizeof(faults), "%s@%zu", form, at);
		if (!survives(subject, bytes_text(&text), faults, want))
			break;
	}
	json_decref(want);
	bytes_free(&text);
	return count;
}

static void a_power_cut_at_any_command_is_survived(void **state)
{
	static const char *const forms[] = { "cut-before", "cut-torn",
					     "cut-after" };
	size_t count = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(subjects) / sizeof(subjects[0]); i++)
		for (size_t form = 0; form < 3; form++)
			count += cut_everywhere(&subjects[i], forms[form]);
	golden_count("power cuts", count);
}

/* Begin, and later the certificate: each is cut, and written again. */
static bool survives_off_device(const char *image, const char *form, size_t at)
{
	struct bench bench;
	struct bytes text;
	char options[64];
	json_t *state;
	int begun, err;

	bench_begin(&bench);
	bench_image(&bench, image);
	snprintf(options, sizeof(options), ",seed=%zu,faults=%s@%zu", at, form,
		 at);
	begun = bench_write(&bench, options, PROVISION_PRIMARY, "begin\n");
	if (begun < 0)
		assert_int_equal(
			bench_write(&bench, "", PROVISION_PRIMARY, "begin\n"),
			0);
	text = certified_text(&bench, "", "OFF-1");
	err = bench_write(&bench, options, PROVISION_PRIMARY,
			  bytes_text(&text));
	state = bench_state(&bench);
	if (err < 0 && !is_complete(state, "feff"))
		assert_int_equal(bench_write(&bench, "", PROVISION_PRIMARY,
					     bytes_text(&text)),
				 0);
	json_decref(state);
	state = bench_state(&bench);
	assert_true(is_complete(state, "feff"));
	json_decref(state);
	assert_certified(&bench, "OFF-1");
	bench_end(&bench);
	bytes_free(&text);
	return begun < 0 || err < 0;
}

static void a_power_cut_while_signing_elsewhere_is_survived(void **state)
{
	static const char *const forms[] = { "cut-before", "cut-torn",
					     "cut-after" };
	size_t count = 0, at;

	(void)state;
	for (size_t i = 0; i < 2; i++)
		for (size_t form = 0; form < 3; form++)
			for (at = 1; survives_off_device(subjects[i].image,
							 forms[form], at);
			     at += stride())
				count++;
	golden_count("power cuts", count);
}

/* The run that comes after a cut is cut too, each a little further on. */
static void power_cuts_in_a_row_are_survived(void **state)
{
	struct bytes text = request_text("serial=N1\n", "y31");
	size_t count = 0;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct bench bench;
		json_t *final;
		int err;

		bench_begin(&bench);
		bench_image(&bench, subjects[i].image);
		do {
			char options[64];

			snprintf(options, sizeof(options),
				 ",seed=%zu,faults=cut-torn@%zu", count,
				 5 + 3 * count);
			err = bench_write(&bench, options, PROVISION_PRIMARY,
					  bytes_text(&text));
			count += err < 0;
			final = bench_state(&bench);
		} while (!is_complete(final, "feff") &&
			 (json_decref(final), 1));
		json_decref(final);
		assert_certified(&bench, "N1");
		bench_end(&bench);
	}
	golden_count("power cuts in a row", count);
	bytes_free(&text);
}

static void a_chip_that_goes_away_at_any_transfer_is_completed(void **state)
{
	struct bytes text = request_text("serial=N1\n", "y31");
	size_t count = 0;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		json_t *want = undisturbed(&subjects[i], bytes_text(&text));
		char faults[64];
		size_t at = 0;

		do {
			at += stride();
			snprintf(faults, sizeof(faults), "gone@%zu", at);
			count++;
		} while (survives(&subjects[i], bytes_text(&text), faults,
				  want));
		json_decref(want);
	}
	golden_count("transfers without a chip", count);
	bytes_free(&text);
}

static void disturbed_transfers_leave_a_complete_chip(void **state)
{
	static const char *const kinds[] = { "nak",  "crc",  "short",
					     "busy", "hang", "latch08" };
	const size_t kind_count = sizeof(kinds) / sizeof(kinds[0]);
	struct bytes text = request_text("serial=N1\n", "y31");
	size_t count = 0;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		json_t *want = undisturbed(&subjects[i], bytes_text(&text));

		for (size_t at = 1; at < 400; at += stride()) {
			char faults[64];

			/* Each kind in turn. */
			snprintf(faults, sizeof(faults), "%s@%zu",
				 kinds[at % kind_count], at);
			survives(&subjects[i], bytes_text(&text), faults, want);
			count++;
		}
		json_decref(want);
	}
	golden_count("disturbed transfers", count);
	bytes_free(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_power_cut_at_any_command_is_survived),
		cmocka_unit_test(
			a_power_cut_while_signing_elsewhere_is_survived),
		cmocka_unit_test(power_cuts_in_a_row_are_survived),
		cmocka_unit_test(
			a_chip_that_goes_away_at_any_transfer_is_completed),
		cmocka_unit_test(disturbed_transfers_leave_a_complete_chip),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
