/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Signatures that do not fit the public key, requests for certificates, and
 * what is said when a signature is refused.
 */
#include "key_bench.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "certificate.h"
#include "error.h"

/* bench_chip shows another public key than its private key has. */
static void place_misfit(const char *image)
{
	json_t *signers = golden_json("signers.json"), *chip;
	const char *other =
		golden_text(json_array_get(signers, 0), "public_key_raw");

	bench_place(bench_chip, image);
	chip = bench_state(bench_chip);
	json_object_set_new(chip, "pub_override",
			    json_pack("{ss}", "0", other));
	assert_int_equal(json_dump_file(chip, bench_chip, 0), 0);
	json_decref(chip);
	json_decref(signers);
}

static void a_signature_that_does_not_fit_is_not_given_out(void **state)
{
	static const char *const images[] = { "508a-provisioned",
					      "608b-provisioned", "tng" };
	uint8_t digest[32] = { 1 }, signature[64];
	struct nerveskey *key;

	(void)state;
	memset(signature, 0x5a, sizeof(signature));
	for (size_t i = 0; i < sizeof(images) / sizeof(*images); i++) {
		place_misfit(images[i]);
		key = bench_must_open("");
		for (int again = 0; again < 2; again++) {
			assert_int_equal(
				served(key,
				       nerveskey_sign(key, NERVESKEY_MAIN_KEY,
						      digest, signature)),
				-EIO);
			assert_non_null(strstr(fail_reason(), "do not fit"));
			assert_int_equal(signature[0], 0x5a);
		}
		assert_int_equal(do_get(key, NERVESKEY_PUBLIC_KEY), 0);
		nerveskey_close(key);
	}
}

static void nor_is_a_request_that_is_signed_so(void **state)
{
	struct nerveskey *key;

	(void)state;
	place_misfit("608b-provisioned");
	key = bench_must_open("");
	assert_int_equal(do_get(key, NERVESKEY_REQUEST), -EIO);
	assert_non_null(strstr(fail_reason(), "do not fit"));
	nerveskey_close(key);
}

static void a_new_trust_and_go_part_signs(void **state)
{
	struct nerveskey *key;

	(void)state;
	assert_int_equal(unlink(bench_chip), 0);
	key = bench_must_open(",model=tng");
	assert_int_equal(do_get(key, NERVESKEY_CHAIN), 0);
	assert_int_equal(do_get(key, NERVESKEY_REQUEST), 0);
	assert_int_equal(do_sign(key), 0);
	nerveskey_close(key);
}

static int get_request(struct nerveskey *key)
{
	return do_get(key, NERVESKEY_REQUEST);
}

/* Its names and key are one chip's, and its signature could be another's. */
static void a_request_is_never_made_by_two_chips(void **state)
{
	static const char image[] = "608b-settings-aux";
	unsigned int first = bench_transfers(image, NULL) + 1;
	unsigned int last = bench_transfers(image, get_request);
	struct certificate_request_content content;
	struct bytes pem = BYTES_INIT;
	struct nerveskey *key;
	char options[160];
	size_t made = 0;

	(void)state;
	for (unsigned int at = first; at <= last; at++) {
		bench_place(bench_chip, image);
		bench_place(bench_other, "608b-serial-utf8");
		snprintf(options, sizeof(options), ",faults=swap@%u=%s", at,
			 bench_other);
		key = bench_must_open(options);
		for (int again = 0; again < 2; again++) {
			if (nerveskey_get(key, NERVESKEY_REQUEST, &pem) < 0)
				continue;
			assert_int_equal(
				certificate_request_read(&pem, &content), 0);
			made++;
		}
		nerveskey_close(key);
	}
	assert_true(made > 0);
	bytes_free(&pem);
}

static int write_lines(struct nerveskey *key, const char *text)
{
	int err = nerveskey_provision_write(key, NERVESKEY_PROVISION, true,
					    text, strlen(text));
	int end = nerveskey_provision_end(key, NERVESKEY_PROVISION);

	return err < 0 ? err : end;
}

static int begin_n7(struct nerveskey *key)
{
	return write_lines(key, "serial=N7\nbegin\n");
}

/* Of the chip's request, if it has a key; a fault may be left to pass. */
static void assert_request_is_for(struct nerveskey *key, const char *serial)
{
	struct certificate_request_content content;
	struct bytes pem = BYTES_INIT;
	int err = -EIO;

	for (int i = 0; i < 3 && err < 0 && err != -ENODATA; i++)
		err = nerveskey_get(key, NERVESKEY_REQUEST, &pem);
	if (err != -ENODATA) {
		assert_int_equal(err, 0);
		assert_int_equal(certificate_request_read(&pem, &content), 0);
		assert_int_equal(content.serial_len, 2);
		assert_memory_equal(content.serial, serial, 2);
	}
	bytes_free(&pem);
}

/* The check of the chip that follows may fail, and is repeated later. */
static void a_request_is_for_the_staged_serial_whatever_fails(void **state)
{
	unsigned int first = bench_transfers("608b-factory", NULL) + 1;
	unsigned int last = bench_transfers("608b-factory", begin_n7);
	struct nerveskey *key;
	char options[512];

	(void)state;
	for (unsigned int at = first; at <= last; at++) {
		bench_place(bench_chip, "608b-factory");
		bench_damage(at, options);
		key = bench_must_open(options);
		begin_n7(key);
		assert_request_is_for(key, "N7");
		nerveskey_close(key);
	}
}

static int be_refused(struct nerveskey *key)
{
	int err = do_sign(key);

	return err == -EACCES ? 0 : err;
}

/* Only the chip can tell whether the latch is why Sign was refused. */
static void a_refusal_is_not_explained_by_guessing(void **state)
{
	unsigned int first = bench_transfers("608b-volatile", NULL) + 1;
	unsigned int last = bench_transfers("608b-volatile", be_refused);
	struct nerveskey *key;
	char options[512];

	(void)state;
	for (unsigned int at = first; at < last; at++) {
		bench_place(bench_chip, "608b-volatile");
		snprintf(options, sizeof(options), ",faults=gone@%u", at);
		key = bench_must_open(options);
		assert_int_equal(do_sign(key), -ENODEV);
		nerveskey_close(key);
	}
}

static void a_request_follows_the_staged_serial(void **state)
{
	struct nerveskey *key;

	(void)state;
	bench_place(bench_chip, "608b-factory");
	key = bench_must_open("");
	assert_int_equal(begin_n7(key), 0);
	assert_request_is_for(key, "N7");
	assert_int_equal(write_lines(key, "serial=N8\n"), 0);
	assert_request_is_for(key, "N8");
	nerveskey_close(key);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			a_signature_that_does_not_fit_is_not_given_out),
		cmocka_unit_test(nor_is_a_request_that_is_signed_so),
		cmocka_unit_test(a_new_trust_and_go_part_signs),
		cmocka_unit_test(a_request_is_never_made_by_two_chips),
		cmocka_unit_test(a_request_follows_the_staged_serial),
		cmocka_unit_test(
			a_request_is_for_the_staged_serial_whatever_fails),
		cmocka_unit_test(a_refusal_is_not_explained_by_guessing),
	};

	return cmocka_run_group_tests(tests, bench_begin, bench_end);
}
