/* SPDX-License-Identifier: Apache-2.0 */
#include "provision_bench.h"

#include <errno.h>
#include <stdio.h>

#include "certificate.h"
#include "config_zone.h"
#include "error.h"
#include "otp.h"
#include "slots.h"

static const char *slot_text(const json_t *state, unsigned int slot)
{
	return json_string_value(
		json_array_get(json_object_get(state, "data"), slot));
}

static bool is_zero(const char *hex)
{
	return hex[strspn(hex, "0")] == '\0';
}

/*
 * As a reader of the mount does: 0 when slots 9, 14 and 15 hold a pair that
 * verifies, then `signer` is whose it is.
 */
static int read_pair(const struct bench *bench, struct bytes *signer)
{
	uint8_t config[CONFIG_SIZE], raw_otp[OTP_SIZE], chip_serial[9];
	uint8_t device[72], signer_key[72], compressed[72], public_key[64];
	struct certificate_device names = { .public_key = public_key,
					    .chip_serial = chip_serial };
	struct atecc *chip = bench_wake(bench);
	struct bytes der = BYTES_INIT;
	struct otp otp;
	int err;

	assert_int_equal(atecc_read_config(chip, config), 0);
	assert_int_equal(atecc_read_otp(chip, raw_otp), 0);
	assert_int_equal(atecc_read_slot(chip, 9, device, 72), 0);
	assert_int_equal(atecc_read_slot(chip, 14, signer_key, 72), 0);
	assert_int_equal(atecc_read_slot(chip, 15, compressed, 72), 0);
	assert_int_equal(atecc_public_key(chip, 0, public_key), 0);
	bench_sleep(chip);
	config_serial(config, chip_serial);
	assert_int_equal(otp_decode(raw_otp, &otp), 0);
	names.serial = otp.serial;
	names.serial_len = otp.serial_len;
	err = certificate_rebuild_signer(compressed, signer_key, signer);
	if (err == 0)
		err = certificate_verify(signer, signer);
	if (err == 0)
		err = certificate_rebuild_device(device, &names, signer, &der);
	if (err == 0)
		err = certificate_verify(&der, signer);
	bytes_free(&der);
	return err;
}

static void assert_pair(const struct bench *bench, const char *signer)
{
	struct bytes found = BYTES_INIT, want = BYTES_INIT, pem;
	char path[64];

	snprintf(path, sizeof(path), "signers/%s.cert", signer);
	pem = golden_file(path);
	assert_int_equal(certificate_from_pem(&pem, &want), 0);
	assert_int_equal(read_pair(bench, &found), 0);
	assert_bytes(found.data, found.len, &want);
	bytes_free(&pem);
	bytes_free(&want);
	bytes_free(&found);
}

static void a_pair_is_written_again_and_again_and_cleared(void **state)
{
	static const char *const images[] = { "508a-provisioned",
					      "608a-settings-aux",
					      "608b-provisioned",
					      "608b-volatile" };
	static const char *const signers[] = { "y10", "y31", "y31", "y1" };

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		struct bench bench;
		json_t *before, *after;

		bench_begin(&bench);
		bench_image(&bench, images[i]);
		before = bench_state(&bench);
		for (size_t j = 0; j < 4; j++) {
			struct bytes text = request_text("", signers[j]);

			if (bench_write(&bench, "", PROVISION_AUX,
					bytes_text(&text)) < 0)
				fail_msg("%s: %s", images[i], fail_reason());
			assert_pair(&bench, signers[j]);
			bytes_free(&text);
		}
		assert_int_equal(
			bench_write(&bench, "", PROVISION_AUX, "clear\n"), 0);
		after = bench_state(&bench);
		for (unsigned int slot = 0; slot < SLOT_COUNT; slot++)
			if (slot == 9 || slot >= 14)
				assert_true(is_zero(slot_text(after, slot)));
			else
				assert_string_equal(slot_text(after, slot),
						    slot_text(before, slot));
		assert_string_equal(golden_text(after, "config"),
				    golden_text(before, "config"));
		json_decref(before);
		json_decref(after);
		bench_end(&bench);
	}
}

static void the_slots_are_those_of_the_library(void **state)
{
	json_t *want = golden_json("chip-images/608b-settings-aux.json"), *got;
	struct bytes text = request_text("", "y10");
	struct bench bench;

	(void)state;
	bench_begin(&bench);
	bench_image(&bench, "608b-provisioned");
	assert_int_equal(
		bench_write(&bench, "", PROVISION_AUX, bytes_text(&text)), 0);
	got = bench_state(&bench);
	assert_string_equal(slot_text(got, 9) + 134, slot_text(want, 9) + 134);
	assert_string_equal(slot_text(got, 14), slot_text(want, 14));
	assert_string_equal(slot_text(got, 15), slot_text(want, 15));
	json_decref(got);
	json_decref(want);
	bytes_free(&text);
	bench_end(&bench);
}

static void parts_that_cannot_hold_a_pair_are_refused(void **state)
{
	static const struct {
		const char *image;
		int err;
	} cases[] = {
		{ "608b-factory", -ENODATA },
		{ "508a-config-locked", -ENODATA },
		{ "tng", -EPERM },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct bytes text = request_text("", "y10"), before, after;
		struct bench bench;

		bench_begin(&bench);
		bench_image(&bench, cases[i].image);
		before = bench_content(&bench);
		assert_int_equal(bench_write(&bench, "", PROVISION_AUX,
					     bytes_text(&text)),
				 cases[i].err);
		assert_int_equal(
			bench_write(&bench, "", PROVISION_AUX, "clear\n"),
			cases[i].err);
		after = bench_content(&bench);
		assert_true(bytes_equal(&before, &after));
		bytes_free(&before);
		bytes_free(&after);
		bytes_free(&text);
		bench_end(&bench);
	}
}

/* Either no pair that verifies, or one whole pair: the old or the new. */
static void assert_no_mixture(const struct bench *bench)
{
	struct bytes signer = BYTES_INIT, pem = BYTES_INIT;
	struct bytes y10 = golden_file("signers/y10.cert");
	struct bytes y31 = golden_file("signers/y31.cert");

	if (read_pair(bench, &signer) == 0) {
		assert_int_equal(certificate_to_pem(&signer, &pem), 0);
		assert_true(strncmp(bytes_text(&y10), bytes_text(&pem),
				    pem.len) == 0 ||
			    strncmp(bytes_text(&y31), bytes_text(&pem),
				    pem.len) == 0);
	}
	bytes_free(&signer);
	bytes_free(&pem);
	bytes_free(&y10);
	bytes_free(&y31);
}

static bool survives(const char *image, const char *form, size_t at)
{
	struct bytes text = request_text("", "y31");
	struct bench bench;
	char options[64];
	int err;

	bench_begin(&bench);
	bench_image(&bench, image);
	snprintf(options, sizeof(options), ",seed=3,faults=%s@%zu", form, at);
	err = bench_write(&bench, options, PROVISION_AUX, bytes_text(&text));
	if (err < 0) {
		assert_no_mixture(&bench);
		assert_int_equal(bench_write(&bench, "", PROVISION_AUX,
					     bytes_text(&text)),
				 0);
	}
	assert_pair(&bench, "y31");
	bench_end(&bench);
	bytes_free(&text);
	return err < 0;
}

static void a_power_cut_leaves_no_half_pair_and_is_survived(void **state)
{
	static const char *const images[] = { "508a-settings-aux",
					      "608b-settings-aux",
					      "608b-provisioned" };
	static const char *const forms[] = { "cut-before", "cut-torn",
					     "cut-after" };
	size_t count = 0, at;

	(void)state;
	for (size_t i = 0; i < 3; i++)
		for (size_t form = 0; form < 3; form++)
			for (at = 1; survives(images[i], forms[form], at);
			     at += stride())
				count++;

	golden_count("power cuts", count);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_pair_is_written_again_and_again_and_cleared),
		cmocka_unit_test(the_slots_are_those_of_the_library),
		cmocka_unit_test(parts_that_cannot_hold_a_pair_are_refused),
		cmocka_unit_test(
			a_power_cut_leaves_no_half_pair_and_is_survived),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
