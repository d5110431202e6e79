/* SPDX-License-Identifier: Apache-2.0 */
/* What was read while another program used the chip, and is not what it holds. */
#include "key_bench.h"

#include <string.h>

#include "key.h"

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
	assert_int_equal(atecc_write(key->chip, ATECC_DATA,
				     slot_address(SLOT_SIGNER_CERT, 0, 0),
				     block, sizeof(block)),
			 0);
	assert_int_equal(leave(key, OP_STATUS, 0), 0);
	look(key);
	assert_status(key, "\ncertificates=signer.pem: the compressed");
	nerveskey_close(key);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_read_wrong_is_read_again),
		cmocka_unit_test(a_bad_certificate_is_read_again_a_few_times),
		cmocka_unit_test(certificates_that_an_owner_writes_are_seen),
	};

	return cmocka_run_group_tests(tests, bench_begin, bench_end);
}
