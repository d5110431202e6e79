/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Another chip takes the place of the one that is written to, at every transfer
 * of what writes: no chip gets a piece of what was meant for the other.
 *
 * NK_STRIDE=N takes each Nth transfer only.
 */
#include "golden.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "error.h"
#include "nerveskey.h"

static char dir[64], chip[96], other[96];

static void place_image(const char *file, const char *image)
{
	char path[96];
	json_t *json;

	snprintf(path, sizeof(path), "chip-images/%s.json", image);
	json = golden_json(path);
	assert_int_equal(json_dump_file(json, file, 0), 0);
	json_decref(json);
}

/* Whether the chip in `file` is not what the image was. */
static bool is_changed(const char *file, const char *image)
{
	static const char *const parts[] = { "config", "otp", "data", "keys" };
	char path[96];
	bool changed = false;
	json_t *before, *after = json_load_file(file, 0, NULL);

	snprintf(path, sizeof(path), "chip-images/%s.json", image);
	before = golden_json(path);
	assert_non_null(after);
	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++)
		changed |= !json_equal(json_object_get(before, parts[i]),
				       json_object_get(after, parts[i]));
	json_decref(before);
	json_decref(after);
	return changed;
}

static struct nerveskey *open_chip(const char *options)
{
	const struct nerveskey_options defaults = { .state_dir = dir };
	struct nerveskey *key;
	char device[640];

	snprintf(device, sizeof(device), "sim:%s,clock=virtual,seed=7%s", chip,
		 options);
	assert_int_equal(nerveskey_open(device, &defaults, &key), 0);
	return key;
}

static int run_setting(struct nerveskey *key)
{
	struct bytes value = BYTES_INIT;
	int err;

	assert_int_equal(bytes_printf(&value, "a value of some length"), 0);
	err = nerveskey_setting_put(key, "server", &value);
	bytes_free(&value);
	return err;
}

static int run_slot(struct nerveskey *key)
{
	return nerveskey_slot_put(key, 3, 20, (const uint8_t *)"abcdefgh", 8);
}

static int provision(struct nerveskey *key, enum nerveskey_provision which,
		     const char *signer)
{
	static const char *const suffixes[] = { "cert", "key" };
	struct bytes text = BYTES_INIT;
	char path[64];
	int err;

	for (size_t i = 0; i < 2; i++) {
		struct bytes part;

		snprintf(path, sizeof(path), "signers/%s.%s", signer,
			 suffixes[i]);
		part = golden_file(path);
		assert_int_equal(bytes_append(&text, part.data, part.len), 0);
		bytes_free(&part);
	}
	assert_int_equal(bytes_printf(&text, "commit\n"), 0);
	err = nerveskey_provision_write(key, which, (const char *)text.data,
					text.len);
	nerveskey_provision_end(key, which);
	bytes_free(&text);
	return err;
}

static int run_provision(struct nerveskey *key)
{
	return provision(key, NERVESKEY_PROVISION, "y31");
}

static int run_aux(struct nerveskey *key)
{
	return provision(key, NERVESKEY_PROVISION_AUX, "y31");
}

static const struct exchange {
	const char *name, *image, *other;
	int (*run)(struct nerveskey *key);
	/* A request for any chip: the other one may be the one that gets it. */
	bool for_any;
} exchanges[] = {
	{ "setting", "508a-settings-aux", "508a-interrupted-recovered",
	  run_setting, false },
	{ "setting", "608b-settings-aux", "608b-serial-utf8", run_setting,
	  false },
	{ "slot", "608b-settings-aux", "608b-serial-utf8", run_slot, false },
	{ "aux", "608b-settings-aux", "608b-serial-utf8", run_aux, true },
	{ "provision", "508a-factory", "508a-interrupted", run_provision,
	  true },
	{ "provision", "508a-factory", "508a-config-locked", run_provision,
	  true },
	{ "provision", "508a-interrupted", "508a-config-locked", run_provision,
	  true },
};

static unsigned int count_transfers(const struct exchange *exchange, bool run)
{
	struct nerveskey *key;
	unsigned int transfers;
	char options[128];
	json_t *json;

	place_image(chip, exchange->image);
	snprintf(options, sizeof(options), ",stats=%s", other);
	key = open_chip(options);
	if (run)
		assert_int_equal(exchange->run(key), 0);
	nerveskey_close(key);
	json = json_load_file(other, 0, NULL);
	transfers = (unsigned int)json_integer_value(
		json_object_get(json, "transfers"));
	json_decref(json);
	assert_true(transfers > 0);
	return transfers;
}

static void try_swap(const struct exchange *exchange, unsigned int at)
{
	struct nerveskey *key;
	char options[160];
	bool first, second;

	place_image(chip, exchange->image);
	place_image(other, exchange->other);
	snprintf(options, sizeof(options), ",faults=swap@%u=%s", at, other);
	key = open_chip(options);
	exchange->run(key);
	nerveskey_close(key);
	first = is_changed(chip, exchange->image);
	second = is_changed(other, exchange->other);
	if (second && (first || !exchange->for_any))
		fail_msg("%s on %s, %s from transfer %u on: written to",
			 exchange->name, exchange->image, exchange->other, at);
}

static void what_was_meant_for_one_chip_never_lands_on_another(void **state)
{
	const char *stride = getenv("NK_STRIDE");
	unsigned int step = stride ? (unsigned int)atoi(stride) : 1;
	size_t count = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(exchanges) / sizeof(*exchanges); i++) {
		unsigned int first = count_transfers(&exchanges[i], false) + 1;
		unsigned int last = count_transfers(&exchanges[i], true);

		for (unsigned int at = first; at <= last;
		     at += step ? step : 1) {
			try_swap(&exchanges[i], at);
			count++;
		}
	}
	golden_count("chips swapped", count);
}

static void a_change_that_finds_another_chip_is_refused_once(void **state)
{
	struct nerveskey *key;
	char options[160];

	(void)state;
	place_image(chip, "608b-settings-aux");
	place_image(other, "608b-serial-utf8");
	snprintf(options, sizeof(options), ",faults=swap@%u=%s",
		 count_transfers(&exchanges[1], false) + 1, other);
	place_image(other, "608b-serial-utf8");
	key = open_chip(options);
	assert_int_equal(run_setting(key), -ENODEV);
	assert_non_null(strstr(fail_reason(), "another chip"));
	assert_int_equal(nerveskey_chip_number(key), 1);
	assert_int_equal(run_setting(key), 0);
	nerveskey_close(key);
	assert_false(is_changed(chip, "608b-settings-aux"));
	assert_true(is_changed(other, "608b-serial-utf8"));
}

/* With the first chip's own public key. */
static int run_ecdh(struct nerveskey *key)
{
	struct bytes pem = BYTES_INIT;
	uint8_t peer[64], secret[32];
	int err;

	err = nerveskey_get(key, NERVESKEY_PUBLIC_KEY, &pem);
	if (err == 0)
		err = nerveskey_parse_peer(&pem, peer);
	if (err == 0)
		err = nerveskey_ecdh(key, peer, secret);
	bytes_free(&pem);
	return err;
}

/* The reply does not show whose it is, so that is asked for each time. */
static void a_secret_is_never_taken_for_another_chips(void **state)
{
	const struct exchange ecdh = { "ecdh", "608b-settings-aux",
				       "608b-serial-utf8", run_ecdh, false };
	struct nerveskey *key;
	char options[160];

	(void)state;
	snprintf(options, sizeof(options), ",faults=swap@%u=%s",
		 count_transfers(&ecdh, true) + 1, other);
	place_image(chip, ecdh.image);
	place_image(other, ecdh.other);
	key = open_chip(options);
	assert_int_equal(run_ecdh(key), 0);
	assert_int_equal(nerveskey_chip_number(key), 0);
	assert_int_equal(run_ecdh(key), 0);
	assert_int_equal(nerveskey_chip_number(key), 1);
	nerveskey_close(key);
}

static void read_state(struct nerveskey *key, char line[static 32])
{
	struct bytes text = BYTES_INIT;

	/* The first may fall into the fault. */
	for (int i = 0; i < 3; i++)
		assert_int_equal(nerveskey_get(key, NERVESKEY_STATUS, &text),
				 0);
	snprintf(line, 32, "%.*s", (int)strcspn(bytes_text(&text), "\n"),
		 bytes_text(&text));
	bytes_free(&text);
}

/* Replies that are damaged for so long that the driver gives up. */
static void damage_from(unsigned int at, char options[static 512])
{
	int len = snprintf(options, 512, ",faults=crc@%u", at);

	for (unsigned int i = 1; i < 30; i++)
		len += snprintf(options + len, 512 - (size_t)len, "+crc@%u",
				at + i);
}

/* The looking that follows a commit is where its state becomes known. */
static void what_status_says_after_a_fault_is_what_the_chip_is(void **state)
{
	const struct exchange *exchange = &exchanges[4];
	unsigned int last = count_transfers(exchange, true);
	struct nerveskey *key;
	char options[512], shown[32], real[32];

	(void)state;
	for (unsigned int at = last - 90; at <= last; at += 3) {
		place_image(chip, exchange->image);
		damage_from(at, options);
		key = open_chip(options);
		exchange->run(key);
		read_state(key, shown);
		nerveskey_close(key);
		key = open_chip("");
		read_state(key, real);
		nerveskey_close(key);
		if (strcmp(shown, real) != 0)
			fail_msg("crc@%u of %u: %s, not %s", at, last, shown,
				 real);
	}
}

static int make_place(void **state)
{
	const char *base = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";

	(void)state;
	snprintf(dir, sizeof(dir), "%s/nerveskey-swap-XXXXXX", base);
	if (!mkdtemp(dir))
		return -1;
	snprintf(chip, sizeof(chip), "%s/chip", dir);
	snprintf(other, sizeof(other), "%s/other", dir);
	return 0;
}

static int remove_place(void **state)
{
	(void)state;
	unlink(chip);
	unlink(other);
	return rmdir(dir);
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
			what_status_says_after_a_fault_is_what_the_chip_is),
	};

	return cmocka_run_group_tests(tests, make_place, remove_place);
}
