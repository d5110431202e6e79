/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A chip that disappears at any transfer of an operation, on each part: ENODEV,
 * never half an answer, and everything works when it is back. Operations that
 * change more are in test_fault_matrix.c.
 */
#include "key_bench.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "error.h"

static int get_chain(struct nerveskey *key)
{
	return do_get(key, NERVESKEY_CHAIN);
}

static int get_aux_chain(struct nerveskey *key)
{
	return do_get(key, NERVESKEY_AUX_CHAIN);
}

static int get_public_key(struct nerveskey *key)
{
	return do_get(key, NERVESKEY_PUBLIC_KEY);
}

static int get_request(struct nerveskey *key)
{
	return do_get(key, NERVESKEY_REQUEST);
}

static int get_eui48(struct nerveskey *key)
{
	return do_get(key, NERVESKEY_EUI48);
}

static int get_locks(struct nerveskey *key)
{
	return do_get(key, NERVESKEY_CHIP_LOCKS);
}

static int get_settings(struct nerveskey *key)
{
	struct bytes etf = BYTES_INIT;
	int err = do_get_map(key, &etf);

	bytes_free(&etf);
	return err;
}

static int put_slot(struct nerveskey *key)
{
	return served(key, nerveskey_slot_put(key, 3, 20,
					      (const uint8_t *)"abcdefgh", 8));
}

static const struct use {
	const char *name, *image;
	int (*run)(struct nerveskey *key);
} uses[] = {
	{ "certificates", "608b-provisioned", get_chain },
	{ "certificates", "tng", get_chain },
	{ "auxiliary certificates", "608b-settings-aux", get_aux_chain },
	{ "public key", "508a-provisioned", get_public_key },
	{ "public key", "tng", get_public_key },
	{ "request", "608b-provisioned", get_request },
	{ "request", "508a-interrupted", get_request },
	{ "EUI-48", "tng", get_eui48 },
	{ "locks", "608b-provisioned", get_locks },
	{ "settings", "608b-settings-aux", get_settings },
	{ "settings", "tng", get_settings },
	{ "slot", "608b-provisioned", put_slot },
	{ "activation", "608b-volatile", do_activate },
};

static void try_point(const struct use *use, unsigned int at)
{
	struct nerveskey *key;
	char options[64];
	int err;

	bench_place(bench_chip, use->image);
	snprintf(options, sizeof(options), ",faults=gone@%u", at);
	key = bench_must_open(options);
	err = use->run(key);
	if (err != 0 && err != -ENODEV)
		fail_msg("%s of %s, gone from transfer %u on: %s: %s",
			 use->name, use->image, at, errno_name(err),
			 fail_reason());
	nerveskey_close(key);
	key = bench_must_open("");
	err = use->run(key);
	if (err < 0)
		fail_msg("%s of %s, back after transfer %u: %s: %s", use->name,
			 use->image, at, errno_name(err), fail_reason());
	nerveskey_close(key);
}

static void a_chip_that_is_gone_is_enodev_at_any_transfer(void **state)
{
	size_t count = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(uses) / sizeof(*uses); i++) {
		unsigned int first = bench_transfers(uses[i].image, NULL);
		unsigned int last = bench_transfers(uses[i].image, uses[i].run);

		for (unsigned int at = first; at <= last;
		     at += bench_stride(), count++)
			try_point(&uses[i], at);
	}
	golden_count("transfers at which a chip is gone", count);
}

/* Files of other parts, by way of the library, which has no such names. */
static void what_a_part_does_not_have_is_refused(void **state)
{
	const uint8_t data[8] = "abcdefgh";
	struct nerveskey *key;

	(void)state;
	bench_place(bench_chip, "608b-provisioned");
	key = bench_must_open("");
	assert_int_equal(do_activate(key), -ENODATA);
	assert_non_null(strstr(fail_reason(), "mode=volatile"));
	assert_int_equal(served(key, nerveskey_slot_put(key, 5, 0, data, 8)),
			 -ENOENT);
	nerveskey_close(key);
	bench_place(bench_chip, "508a-config-locked");
	key = bench_must_open("");
	assert_int_equal(get_request(key), -ENODATA);
	assert_int_equal(get_public_key(key), -ENODATA);
	nerveskey_close(key);
	bench_place(bench_chip, "tng");
	key = bench_must_open("");
	assert_int_equal(do_get(key, NERVESKEY_USER), -ENODATA);
	nerveskey_close(key);
}

/* Of a mode that is neither read-only nor consumption. */
/* As an owner leaves a board that was configured only. */
static void ecdh_before_the_data_lock_is_refused(void **state)
{
	struct nerveskey *key;
	json_t *image;
	char *config;

	(void)state;
	bench_place(bench_chip, "../family/helium");
	image = bench_state(bench_chip);
	config = strdup(json_string_value(json_object_get(image, "config")));
	memcpy(config + 2 * 86, "55", 2);
	json_object_set_new(image, "config", json_string(config));
	free(config);
	assert_int_equal(json_dump_file(image, bench_chip, 0), 0);
	json_decref(image);
	key = bench_must_open("");
	assert_int_equal(do_ecdh(key), -ENODATA);
	assert_non_null(strstr(fail_reason(), "makes no ECDH before that"));
	nerveskey_close(key);
}

static void an_otp_zone_that_cannot_be_read_is_told(void **state)
{
	struct nerveskey *key;
	json_t *image, *config;
	char *text;

	(void)state;
	bench_place(bench_chip, "508a-provisioned");
	image = bench_state(bench_chip);
	config = json_object_get(image, "config");
	text = strdup(json_string_value(config));
	memcpy(text + 2 * 18, "00", 2);
	json_string_set(config, text);
	free(text);
	assert_int_equal(json_dump_file(image, bench_chip, 0), 0);
	json_decref(image);
	key = bench_must_open("");
	assert_int_equal(do_get(key, NERVESKEY_CHIP_OTP), -ENODATA);
	assert_int_equal(do_get(key, NERVESKEY_CHIP_CONFIG), 0);
	nerveskey_close(key);
}

/* Its first bytes, in hex. */
static void patch_slot(json_t *image, size_t slot, const char *hex)
{
	json_t *data = json_array_get(json_object_get(image, "data"), slot);
	char *text = strdup(json_string_value(data));

	memcpy(text, hex, strlen(hex));
	json_string_set(data, text);
	free(text);
}

static void assert_status(struct nerveskey *key, const char *line)
{
	struct bytes text = BYTES_INIT;

	nerveskey_look(key);
	bench_status(key, &text);
	if (!strstr(bytes_text(&text), line))
		fail_msg("no %s in %s", line, bytes_text(&text));
	bytes_free(&text);
}

static int activate_and_show(struct nerveskey *key)
{
	int err = do_activate(key);

	if (err == 0)
		assert_status(key, "\nlatch=open\n");
	return err;
}

static void status_says_what_is_not_known(void **state)
{
	struct nerveskey *key;
	char options[64];
	json_t *image;

	(void)state;
	snprintf(options, sizeof(options), ",faults=gone@%u",
		 bench_transfers("608b-volatile", NULL));
	bench_place(bench_chip, "608b-volatile");
	key = bench_must_open(options);
	assert_status(key, "\nlatch=unknown\n");
	nerveskey_close(key);
	/* It was open, but may have lost its power. */
	snprintf(options, sizeof(options), ",faults=gone@%u",
		 bench_transfers("608b-volatile", activate_and_show) + 1);
	bench_place(bench_chip, "608b-volatile");
	key = bench_must_open(options);
	assert_int_equal(activate_and_show(key), 0);
	assert_status(key, "\nlatch=unknown\n");
	nerveskey_close(key);
	bench_place(bench_chip, "608b-settings-aux");
	image = bench_state(bench_chip);
	patch_slot(image, 8, "83740000000161");
	assert_int_equal(json_dump_file(image, bench_chip, 0), 0);
	json_decref(image);
	key = bench_must_open("");
	assert_status(key, "\nsettings_bytes=unreadable/524\n");
	nerveskey_close(key);
}

/* A fault at the last transfer, which is Sleep, does no harm. */
static void status_does_not_show_a_chip_that_went_meanwhile(void **state)
{
	static const char *const images[] = { "608b-volatile",
					      "608b-settings-aux" };
	struct nerveskey *key;
	char options[64];

	(void)state;
	for (size_t i = 0; i < sizeof(images) / sizeof(*images); i++) {
		unsigned int first = bench_transfers(images[i], NULL);
		unsigned int last = bench_transfers(images[i], do_status);

		for (unsigned int at = first; at < last; at++) {
			bench_place(bench_chip, images[i]);
			snprintf(options, sizeof(options), ",faults=gone@%u",
				 at);
			key = bench_must_open(options);
			assert_status(key, "\npresent=no\n");
			assert_status(key, "\nlast_error=ENODEV");
			nerveskey_close(key);
		}
	}
}

static int write_lines(struct nerveskey *key, const char *text)
{
	int err = nerveskey_provision_write(key, NERVESKEY_PROVISION, true,
					    text, strlen(text));
	int end = nerveskey_provision_end(key, NERVESKEY_PROVISION);

	return err < 0 ? err : end;
}

static bool shows(struct nerveskey *key, const char *line)
{
	struct bytes text = BYTES_INIT;
	bool found;

	assert_int_equal(provision_file_text(key, NERVESKEY_PROVISION, &text),
			 0);
	found = strstr(bytes_text(&text), line);
	bytes_free(&text);
	return found;
}

static void without_a_chip_lines_are_kept_and_keys_are_not(void **state)
{
	struct nerveskey *key;
	char options[64];

	(void)state;
	snprintf(options, sizeof(options), ",faults=gone@%u",
		 bench_transfers("608b-factory", NULL));
	bench_place(bench_chip, "608b-factory");
	key = bench_must_open(options);
	assert_int_equal(write_lines(key, "serial=N7\nbegin\n"), -ENODEV);
	assert_true(shows(key, "serial=N7"));
	assert_int_equal(write_lines(key, "check\n"), -ENODEV);
	assert_true(shows(key, "serial=N7"));
	assert_int_equal(write_lines(key, "reset\n"), 0);
	assert_int_equal(do_provision(key), -ENODEV);
	assert_false(shows(key, "signer-key=staged"));
	nerveskey_close(key);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_chip_that_is_gone_is_enodev_at_any_transfer),
		cmocka_unit_test(what_a_part_does_not_have_is_refused),
		cmocka_unit_test(ecdh_before_the_data_lock_is_refused),
		cmocka_unit_test(an_otp_zone_that_cannot_be_read_is_told),
		cmocka_unit_test(status_says_what_is_not_known),
		cmocka_unit_test(
			status_does_not_show_a_chip_that_went_meanwhile),
		cmocka_unit_test(
			without_a_chip_lines_are_kept_and_keys_are_not),
	};

	return cmocka_run_group_tests(tests, bench_begin, bench_end);
}
