/* SPDX-License-Identifier: Apache-2.0 */
/* Another program uses the chip too: it writes, makes keys, takes replies. */
#include "key_bench.h"

#include <errno.h>
#include <stdio.h>

#include "error.h"
#include "key.h"
#include "keys.h"

#define LOOKS 8

/* A second later on the bus. */
static uint64_t look(struct nerveskey *key)
{
	uint64_t before = atecc_stats(key->chip)->commands;

	key->looked_us -= 2 * SAME_CHIP_US;
	nerveskey_look(key);
	return atecc_stats(key->chip)->commands - before;
}

static void assert_status(struct nerveskey *key, const char *line)
{
	struct bytes text = BYTES_INIT;

	bench_status(key, &text);
	assert_non_null(strstr(bytes_text(&text), line));
	bytes_free(&text);
}

/* As if the answers to another program's commands had been taken for ours. */
static void misread(struct nerveskey *key)
{
	key->cache.otp.serial[0] ^= 1;
	content_replace(&key->cache.item[NERVESKEY_DEVICE_CERT], NULL);
	key->note[NERVESKEY_DEVICE_CERT].known = false;
	assert_int_equal(do_get(key, NERVESKEY_DEVICE_CERT), 0);
}

static void what_was_read_wrong_is_read_again(void **state)
{
	struct nerveskey *key;

	(void)state;
	bench_place(bench_chip, "608b-provisioned");
	key = bench_must_open("");
	look(key);
	assert_status(key, "\ncertificates=good\n");
	misread(key);
	assert_status(key, "\ncertificates=device.pem: its signature");
	look(key);
	assert_status(key, "\ncertificates=good\n");
	assert_status(key, "\nserial=N1234567\n");
	nerveskey_close(key);
}

/* The chip's time is not spent for ever on what does not get better. */
static void a_bad_certificate_is_read_again_a_few_times(void **state)
{
	uint64_t commands[LOOKS];
	struct nerveskey *key;

	(void)state;
	bench_place(bench_chip, "../family/tng-legacy-template2");
	key = bench_must_open("");
	look(key);
	assert_status(key, "\ncertificates=device.pem: its signature");
	for (size_t i = 0; i < LOOKS; i++)
		commands[i] = look(key);
	for (size_t i = 0; i < LOOKS; i++)
		if (i < 5)
			assert_true(commands[i] >= 20);
		else
			assert_true(commands[i] <= 5);
	assert_status(key, "\ncertificates=device.pem: its signature");
	nerveskey_close(key);
}

/* The owner of a TrustFLEX part writes its certificates with another program. */
static void certificates_that_an_owner_writes_are_seen(void **state)
{
	static const uint8_t block[32] = { 1, 2, 3 };
	struct nerveskey *key;

	(void)state;
	bench_place(bench_chip, "../family/trustflex-tls");
	key = bench_must_open("");
	for (size_t i = 0; i < LOOKS; i++)
		look(key);
	assert_status(key, "\ncertificates=signer.pem: slot 12 holds no");
	assert_int_equal(served(key, enter(key, OP_STATUS)), 0);
	assert_int_equal(leave(key, OP_STATUS,
			       atecc_write(key->chip, ATECC_DATA,
					   slot_address(SLOT_SIGNER_CERT, 0, 0),
					   block, sizeof(block))),
			 0);
	look(key);
	assert_status(key, "\ncertificates=signer.pem: the compressed");
	nerveskey_close(key);
}

static void make_key(struct nerveskey *key, unsigned int slot)
{
	uint8_t public_key[64];

	assert_int_equal(served(key, enter(key, OP_STATUS)), 0);
	assert_int_equal(leave(key, OP_STATUS,
			       atecc_create_key(key->chip, slot, public_key)),
			 0);
}

static void a_key_that_is_made_anew_is_seen(void **state)
{
	struct bytes before = BYTES_INIT, after = BYTES_INIT;
	struct nerveskey *key;

	(void)state;
	bench_place(bench_chip, "508a-config-locked");
	key = bench_must_open("");
	make_key(key, SLOT_DEVICE_KEY);
	assert_int_equal(nerveskey_get(key, NERVESKEY_PUBLIC_KEY, &before), 0);
	look(key);
	assert_int_equal(nerveskey_get(key, NERVESKEY_PUBLIC_KEY, &after), 0);
	assert_true(bytes_equal(&before, &after));
	make_key(key, SLOT_DEVICE_KEY);
	look(key);
	assert_int_equal(nerveskey_get(key, NERVESKEY_PUBLIC_KEY, &after), 0);
	assert_false(bytes_equal(&before, &after));
	nerveskey_close(key);
	bytes_free(&before);
	bytes_free(&after);
}

/* Those of the image are taken out before it is opened. */
static void keys_that_the_owner_makes_are_found(void **state)
{
	struct nerveskey *key;
	json_t *image;

	(void)state;
	bench_place(bench_chip, "../family/arduino-508a");
	image = bench_state(bench_chip);
	json_object_set_new(image, "keys", json_object());
	assert_int_equal(json_dump_file(image, bench_chip, 0), 0);
	json_decref(image);
	key = bench_must_open("");
	look(key);
	assert_status(key, "\nkeys=\n");
	assert_int_equal(do_get(key, NERVESKEY_PUBLIC_KEY), -ENODATA);
	make_key(key, 2);
	look(key);
	assert_status(key, "\nkeys=\n");
	key->keys_us -= 10000000;
	look(key);
	assert_status(key, "\nkeys=2\n");
	assert_int_equal(do_get(key, NERVESKEY_PUBLIC_KEY), 0);
	key->keys_us -= 10000000;
	look(key);
	assert_status(key, "\nkeys=2\n");
	nerveskey_close(key);
}

static int look_once(struct nerveskey *key)
{
	look(key);
	return 0;
}

static int look_twice(struct nerveskey *key)
{
	look(key);
	return look_once(key);
}

static void a_chip_that_goes_while_it_is_compared_is_gone(void **state)
{
	static const char *const images[] = { "508a-interrupted",
					      "608b-settings-aux" };
	struct nerveskey *key;
	char options[64];

	(void)state;
	for (size_t i = 0; i < sizeof(images) / sizeof(*images); i++) {
		unsigned int first = bench_transfers(images[i], look_once);
		unsigned int last = bench_transfers(images[i], look_twice);

		for (unsigned int at = first; at < last; at++) {
			bench_place(bench_chip, images[i]);
			snprintf(options, sizeof(options), ",faults=gone@%u",
				 at);
			key = bench_must_open(options);
			look_twice(key);
			assert_status(key, "\npresent=no\n");
			assert_status(key, "\nlast_error=ENODEV");
			nerveskey_close(key);
		}
	}
}

static int never_enough(struct nerveskey *key)
{
	int err = enter(key, OP_READ);

	return err < 0 ? err : enter_lacks(key, OP_READ, LACKS_ZONES);
}

static void a_chip_that_always_seems_to_be_another_is_an_error(void **state)
{
	struct nerveskey *key;

	(void)state;
	bench_place(bench_chip, "608b-provisioned");
	key = bench_must_open("");
	assert_int_equal(served(key, never_enough(key)), -EIO);
	assert_non_null(strstr(fail_reason(), "another one at each look"));
	assert_int_equal(do_random(key), 0);
	nerveskey_close(key);
}

/* The request reads first, and meets the other chip by that. */
static int read_and_put(struct nerveskey *key)
{
	struct content *map;
	int err = nerveskey_settings(key, &map);

	return err < 0 ? err
		       : nerveskey_slot_put(key, 2, 0, (const uint8_t *)"x", 1);
}

static void what_was_read_of_one_chip_changes_no_other(void **state)
{
	struct nerveskey *key;
	char options[160];

	(void)state;
	bench_place(bench_chip, "608b-settings-aux");
	snprintf(options, sizeof(options), ",faults=swap@%u=%s",
		 bench_transfers("608b-settings-aux", NULL) + 1, bench_other);
	bench_place(bench_chip, "608b-settings-aux");
	bench_place(bench_other, "608b-serial-utf8");
	key = bench_must_open(options);
	key->looked_us -= 2 * SAME_CHIP_US;
	assert_int_equal(served(key, read_and_put(key)), -ENODEV);
	assert_non_null(strstr(fail_reason(), "nothing was changed"));
	assert_int_equal(served(key, read_and_put(key)), 0);
	nerveskey_close(key);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_read_wrong_is_read_again),
		cmocka_unit_test(a_bad_certificate_is_read_again_a_few_times),
		cmocka_unit_test(certificates_that_an_owner_writes_are_seen),
		cmocka_unit_test(a_key_that_is_made_anew_is_seen),
		cmocka_unit_test(keys_that_the_owner_makes_are_found),
		cmocka_unit_test(a_chip_that_goes_while_it_is_compared_is_gone),
		cmocka_unit_test(
			a_chip_that_always_seems_to_be_another_is_an_error),
		cmocka_unit_test(what_was_read_of_one_chip_changes_no_other),
	};

	return cmocka_run_group_tests(tests, bench_begin, bench_end);
}
