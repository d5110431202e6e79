/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The chip is replaced at every transfer of an operation that writes. The other
 * chip gets no part of what was meant for the first.
 *
 * NK_STRIDE=N takes each Nth transfer only.
 */
#include "key_bench.h"

#include <errno.h>
#include <stdio.h>

#include "certificate.h"
#include "error.h"

static size_t certificates; /* seen to verify */

/* Whether the chip in `file` is not what the image was. */
static bool is_changed(const char *file, const char *image)
{
	static const char *const parts[] = { "config", "otp", "data", "keys" };
	char path[96];
	bool changed = false;
	json_t *before, *after = bench_state(file);

	snprintf(path, sizeof(path), "chip-images/%s.json", image);
	before = golden_json(path);
	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++)
		changed |= !json_equal(json_object_get(before, parts[i]),
				       json_object_get(after, parts[i]));
	json_decref(before);
	json_decref(after);
	return changed;
}

/* The certificate of the chip in `file`, if it has one, is its own. */
static void assert_verifies(const char *file)
{
	struct bytes pem = BYTES_INIT, device = BYTES_INIT, signer = BYTES_INIT;
	struct nerveskey *key;

	assert_int_equal(bench_open_file(file, "", &key), 0);
	if (nerveskey_get(key, NERVESKEY_DEVICE_CERT, &pem) == 0) {
		certificates++;
		assert_int_equal(certificate_from_pem(&pem, &device), 0);
		assert_int_equal(
			nerveskey_get(key, NERVESKEY_SIGNER_CERT, &pem), 0);
		assert_int_equal(certificate_from_pem(&pem, &signer), 0);
		assert_int_equal(certificate_verify(&device, &signer), 0);
	}
	nerveskey_close(key);
	bytes_free(&signer);
	bytes_free(&device);
	bytes_free(&pem);
}

static int do_slot(struct nerveskey *key)
{
	return served(key, nerveskey_slot_put(key, 3, 20,
					      (const uint8_t *)"abcdefgh", 8));
}

static const struct exchange {
	const char *name, *image, *other;
	int (*run)(struct nerveskey *key);
	/* A request for any chip: the other one may be the one that gets it. */
	bool for_any;
} exchanges[] = {
	{ "setting", "508a-settings-aux", "508a-interrupted-recovered",
	  do_put_server, false },
	{ "setting", "608b-settings-aux", "608b-serial-utf8", do_put_server,
	  false },
	{ "slot", "608b-settings-aux", "608b-serial-utf8", do_slot, false },
	{ "aux", "608b-settings-aux", "608b-serial-utf8", do_provision_aux,
	  true },
	{ "provision", "508a-factory", "508a-interrupted", do_provision, true },
	{ "provision", "508a-factory", "508a-config-locked", do_provision,
	  true },
	{ "provision", "508a-interrupted", "508a-config-locked", do_provision,
	  true },
};

static void try_swap(const struct exchange *exchange, unsigned int at)
{
	struct nerveskey *key;
	char options[160];
	bool first, second;

	bench_place(bench_chip, exchange->image);
	bench_place(bench_other, exchange->other);
	snprintf(options, sizeof(options), ",faults=swap@%u=%s", at,
		 bench_other);
	key = bench_must_open(options);
	exchange->run(key);
	nerveskey_close(key);
	first = is_changed(bench_chip, exchange->image);
	second = is_changed(bench_other, exchange->other);
	if (second)
		assert_verifies(bench_other);
	if (second && (first || !exchange->for_any))
		fail_msg("%s on %s, %s from transfer %u on: written to",
			 exchange->name, exchange->image, exchange->other, at);
}

static void what_was_meant_for_one_chip_never_lands_on_another(void **state)
{
	size_t count = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(exchanges) / sizeof(*exchanges); i++) {
		unsigned int first =
			bench_transfers(exchanges[i].image, NULL) + 1;
		unsigned int last =
			bench_transfers(exchanges[i].image, exchanges[i].run);

		for (unsigned int at = first; at <= last;
		     at += bench_stride()) {
			try_swap(&exchanges[i], at);
			count++;
		}
	}
	golden_count("chips swapped", count);
	golden_count("certificates of the others", certificates);
}

static void a_change_that_finds_another_chip_is_refused_once(void **state)
{
	struct nerveskey *key;
	char options[160];

	(void)state;
	bench_place(bench_chip, "608b-settings-aux");
	bench_place(bench_other, "608b-serial-utf8");
	snprintf(options, sizeof(options), ",faults=swap@%u=%s",
		 bench_transfers("608b-settings-aux", NULL) + 1, bench_other);
	bench_place(bench_other, "608b-serial-utf8");
	key = bench_must_open(options);
	assert_int_equal(do_put_server(key), -ENODEV);
	assert_non_null(strstr(fail_reason(), "another chip"));
	assert_int_equal(nerveskey_chip_number(key), 1);
	assert_int_equal(do_put_server(key), 0);
	nerveskey_close(key);
	assert_false(is_changed(bench_chip, "608b-settings-aux"));
	assert_true(is_changed(bench_other, "608b-serial-utf8"));
}

/* The reply does not show which chip made it, so the serial is read first. */
static void a_secret_is_never_taken_for_another_chips(void **state)
{
	const char *image = "608b-settings-aux";
	struct nerveskey *key;
	char options[160];

	(void)state;
	snprintf(options, sizeof(options), ",faults=swap@%u=%s",
		 bench_transfers(image, do_ecdh) + 1, bench_other);
	bench_place(bench_chip, image);
	bench_place(bench_other, "608b-serial-utf8");
	key = bench_must_open(options);
	assert_int_equal(do_ecdh(key), 0);
	assert_int_equal(nerveskey_chip_number(key), 0);
	assert_int_equal(do_ecdh(key), 0);
	assert_int_equal(nerveskey_chip_number(key), 1);
	nerveskey_close(key);
}

static struct nerveskey_counts counts_of(struct nerveskey *key)
{
	struct nerveskey_snapshot *snapshot;
	struct nerveskey_counts counts;

	assert_int_equal(nerveskey_snapshot(key, &snapshot), 0);
	counts = snapshot->counts;
	snapshot_unref(snapshot);
	return counts;
}

/* It is reported, read and asked for a signature under one wake. */
static void another_chip_signs_in_the_session_that_finds_it(void **state)
{
	const char *image = "608b-settings-aux";
	uint8_t digest[32] = { 1 }, signature[64];
	struct nerveskey_counts before, after;
	unsigned int runs = 0;
	struct nerveskey *key;
	char options[160];
	int err;

	(void)state;
	snprintf(options, sizeof(options), ",faults=swap@%u=%s",
		 bench_transfers(image, do_sign) + 1, bench_other);
	bench_place(bench_chip, image);
	bench_place(bench_other, "608b-serial-utf8");
	key = bench_must_open(options);
	assert_int_equal(do_sign(key), 0);
	before = counts_of(key);
	do {
		err = nerveskey_sign(key, NERVESKEY_MAIN_KEY, digest,
				     signature);
		runs++;
	} while (nerveskey_catch_up(key, &err));
	after = counts_of(key);
	assert_int_equal(err, 0);
	assert_int_equal(runs, 3); /* without its zones, and without its key */
	nerveskey_close(key);
	assert_int_equal(after.wakes - before.wakes, 1);
	assert_int_equal(after.operations[OP_SIGN].done -
				 before.operations[OP_SIGN].done,
			 1);
	assert_int_equal(after.operations[OP_SIGN].failed,
			 before.operations[OP_SIGN].failed);
}

static void read_state(struct nerveskey *key, char line[static 32])
{
	struct bytes text = BYTES_INIT;

	/* The first may fall into the fault. */
	for (int i = 0; i < 3; i++)
		nerveskey_look(key);
	bench_status(key, &text);
	snprintf(line, 32, "%.*s", (int)strcspn(bytes_text(&text), "\n"),
		 bytes_text(&text));
	bytes_free(&text);
}

/* The looking that follows a commit is where its state becomes known. */
static void what_status_says_after_a_fault_is_what_the_chip_is(void **state)
{
	const struct exchange *exchange = &exchanges[4];
	unsigned int last = bench_transfers(exchange->image, exchange->run);
	struct nerveskey *key;
	char options[512], shown[32], real[32];

	(void)state;
	for (unsigned int at = last - 90; at <= last; at += 3) {
		bench_place(bench_chip, exchange->image);
		bench_damage(at, options);
		key = bench_must_open(options);
		exchange->run(key);
		read_state(key, shown);
		nerveskey_close(key);
		key = bench_must_open("");
		read_state(key, real);
		nerveskey_close(key);
		if (strcmp(shown, real) != 0)
			fail_msg("crc@%u of %u: %s, not %s", at, last, shown,
				 real);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			what_was_meant_for_one_chip_never_lands_on_another),
		cmocka_unit_test(
			a_change_that_finds_another_chip_is_refused_once),
		cmocka_unit_test(a_secret_is_never_taken_for_another_chips),
		cmocka_unit_test(
			another_chip_signs_in_the_session_that_finds_it),
		cmocka_unit_test(
			what_status_says_after_a_fault_is_what_the_chip_is),
	};

	return cmocka_run_group_tests(tests, bench_begin, bench_end);
}
