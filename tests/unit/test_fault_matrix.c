/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every fault at every transfer of every operation. How many transfers an
 * operation has is counted first. Each cell is a chip of its own: it ends well
 * or with an errno that the fault explains, the next operation works, and
 * nothing on the chip is changed but what the operation changes.
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

#define SLOTS 16

static char dir[64], chip_file[96], stats_file[96];
static size_t cells, refusals;

static const uint8_t digest[32] = { 1, 2, 3 };
/* The base point of P-256: some other key. */
static const char peer_hex[] =
	"6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"
	"4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5";

static int run_device_cert(struct nerveskey *key)
{
	struct bytes pem = BYTES_INIT;
	int err = nerveskey_get(key, NERVESKEY_DEVICE_CERT, &pem);

	bytes_free(&pem);
	return err;
}

static int run_sign(struct nerveskey *key)
{
	uint8_t signature[64];

	return nerveskey_sign(key, digest, signature);
}

static int run_random(struct nerveskey *key)
{
	uint8_t random[64];

	return nerveskey_random(key, random, sizeof(random));
}

static int run_ecdh(struct nerveskey *key)
{
	uint8_t peer[64], secret[32];
	unsigned int byte;

	for (size_t i = 0; i < sizeof(peer); i++) {
		sscanf(peer_hex + 2 * i, "%2x", &byte);
		peer[i] = (uint8_t)byte;
	}
	return nerveskey_ecdh(key, peer, secret);
}

static int run_setting(struct nerveskey *key)
{
	struct bytes value = BYTES_INIT;
	int err;

	assert_int_equal(bytes_printf(&value, "another server"), 0);
	err = nerveskey_setting_put(key, "server", &value);
	bytes_free(&value);
	return err;
}

static int run_slot(struct nerveskey *key)
{
	return nerveskey_slot_put(key, 3, 30, (const uint8_t *)"abcdef", 6);
}

static int provision(struct nerveskey *key, enum nerveskey_provision which,
		     const char *signer)
{
	struct bytes text = BYTES_INIT, part;
	char path[64];
	int err;

	if (which == NERVESKEY_PROVISION)
		assert_int_equal(bytes_printf(&text, "serial=N1\n"), 0);
	for (size_t i = 0; i < 2; i++) {
		snprintf(path, sizeof(path), "signers/%s.%s", signer,
			 i ? "key" : "cert");
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

/* Nothing more: opening is what is tried. */
static int run_open(struct nerveskey *key)
{
	(void)key;
	return 0;
}

/* Slots that an operation may change; bit 16: anything at all. */
#define ANYTHING (1u << 16)

static const struct operation {
	const char *name, *image;
	int (*run)(struct nerveskey *key);
	unsigned int changes;
} operations[] = {
	{ "open", "provisioned", run_open, 0 },
	{ "device.pem", "provisioned", run_device_cert, 0 },
	{ "sign", "provisioned", run_sign, 0 },
	{ "random", "provisioned", run_random, 0 },
	{ "ecdh", "provisioned", run_ecdh, 0 },
	{ "slot", "provisioned", run_slot, 1u << 3 },
	{ "setting", "settings-aux", run_setting,
	  1u << 5 | 1u << 6 | 1u << 7 | 1u << 8 },
	{ "aux", "settings-aux", run_aux, 1u << 9 | 1u << 14 | 1u << 15 },
	{ "provision", "factory", run_provision, ANYTHING },
};

/* What a fault may end in; 0 is always well. */
static const struct fault {
	const char *name;
	const int errors[6];
	bool cures_itself; /* the next operation works without a power cycle */
} faults[] = {
	{ "nak", { 0 }, true },
	{ "crc", { 0 }, true },
	{ "short", { 0 }, true },
	{ "busy", { 0 }, true },
	{ "hang", { -ETIMEDOUT, -EIO, -ENODEV }, true },
	{ "latch08", { -EIO }, true },
	{ "stuck", { -ETIMEDOUT, -EIO, -ENODEV }, false },
	{ "gone", { -ETIMEDOUT, -EIO, -ENODEV }, false },
	{ "swap",
	  { -ENODEV, -ENODATA, -EIO, -EPERM, -EUCLEAN, -EINVAL },
	  true },
};

static struct bytes read_file(const char *path)
{
	struct bytes content = BYTES_INIT;
	char piece[4096];
	size_t n;
	FILE *file = fopen(path, "r");

	assert_non_null(file);
	while ((n = fread(piece, 1, sizeof(piece), file)) > 0)
		assert_int_equal(bytes_append(&content, piece, n), 0);
	fclose(file);
	return content;
}

static void make_chip(const char *model, const char *image)
{
	char path[96];
	struct bytes content;
	FILE *file = fopen(chip_file, "w");

	snprintf(path, sizeof(path), "chip-images/%s-%s.json", model, image);
	content = golden_file(path);
	assert_non_null(file);
	assert_int_equal(fwrite(content.data, 1, content.len, file),
			 content.len);
	fclose(file);
	bytes_free(&content);
}

static int open_key(const char *options, struct nerveskey **key)
{
	const struct nerveskey_options defaults = { .state_dir = dir };
	char device[400];

	snprintf(device, sizeof(device), "sim:%s,clock=virtual,seed=7%s",
		 chip_file, options);
	return nerveskey_open(device, &defaults, key);
}

/* Transfers from power-on to the end of `run`. */
static unsigned int count_transfers(const char *model,
				    const struct operation *operation,
				    int (*run)(struct nerveskey *key))
{
	struct nerveskey *key;
	struct bytes stats;
	char options[160];
	json_t *json;
	unsigned int transfers;

	make_chip(model, operation->image);
	snprintf(options, sizeof(options), ",stats=%s", stats_file);
	assert_int_equal(open_key(options, &key), 0);
	assert_int_equal(run(key), 0);
	nerveskey_close(key);
	stats = read_file(stats_file);
	json = json_loadb((const char *)stats.data, stats.len, 0, NULL);
	transfers = (unsigned int)json_integer_value(
		json_object_get(json, "transfers"));
	json_decref(json);
	bytes_free(&stats);
	assert_true(transfers > 0);
	return transfers;
}

static json_t *chip_state(void)
{
	struct bytes content = read_file(chip_file);
	json_t *json =
		json_loadb((const char *)content.data, content.len, 0, NULL);

	bytes_free(&content);
	assert_non_null(json);
	return json;
}

/* Zones and slots that `operation` does not change are what they were. */
static void assert_unchanged(const struct operation *operation,
			     const json_t *before, const char *what)
{
	json_t *after = chip_state();

	if (operation->changes & ANYTHING)
		goto free;
	if (!json_equal(json_object_get(before, "config"),
			json_object_get(after, "config")) ||
	    !json_equal(json_object_get(before, "otp"),
			json_object_get(after, "otp")))
		fail_msg("%s: a zone has changed", what);
	for (size_t slot = 0; slot < SLOTS; slot++)
		if (!(operation->changes & 1u << slot) &&
		    !json_equal(json_array_get(json_object_get(before, "data"),
					       slot),
				json_array_get(json_object_get(after, "data"),
					       slot)))
			fail_msg("%s: slot %zu has changed", what, slot);
free:
	json_decref(after);
}

static bool is_explained(const struct fault *fault, int err)
{
	for (size_t i = 0; i < 6; i++)
		if (err == fault->errors[i])
			return true;
	return err == 0;
}

/* A chip in any state shows its serial, and a power cycle finds it well. */
static void assert_works_again(const struct operation *operation,
			       const struct fault *fault, struct nerveskey *key,
			       const char *what)
{
	bool swapped = strcmp(fault->name, "swap") == 0;
	int err;

	if (key && fault->cures_itself && !swapped &&
	    !(operation->changes & ANYTHING)) {
		err = run_sign(key);
		if (err < 0)
			fail_msg("%s: next: %s: %s", what, errno_name(err),
				 fail_reason());
	}
	if (key)
		nerveskey_close(key);
	err = open_key("", &key);
	if (err < 0)
		fail_msg("%s: power cycle: %s: %s", what, errno_name(err),
			 fail_reason());
	err = operation->run(key);
	if (err < 0 && !(err == -EPERM && operation->changes & ANYTHING))
		fail_msg("%s: after a power cycle: %s: %s", what,
			 errno_name(err), fail_reason());
	nerveskey_close(key);
}

static void try_cell(const char *model, const struct operation *operation,
		     const struct fault *fault, unsigned int at,
		     const json_t *before)
{
	char options[64], what[128];
	struct nerveskey *key = NULL;
	int err;

	snprintf(what, sizeof(what), "%s %s %s@%u", model, operation->name,
		 fault->name, at);
	snprintf(options, sizeof(options), ",faults=%s@%u", fault->name, at);
	make_chip(model, operation->image);
	err = open_key(options, &key);
	if (err == 0)
		err = operation->run(key);
	if (!is_explained(fault, err))
		fail_msg("%s: %s: %s", what, errno_name(err), fail_reason());
	assert_unchanged(operation, before, what);
	assert_works_again(operation, fault, key, what);
	assert_unchanged(operation, before, what);
	cells++;
	refusals += err < 0;
}

static void try_operation(const char *model, const struct operation *operation)
{
	const char *stride = getenv("NK_STRIDE");
	unsigned int step = stride ? (unsigned int)atoi(stride) : 1;
	unsigned int first, last, at;
	json_t *before;

	first = operation->run == run_open
			? 1
			: count_transfers(model, operation, run_open) + 1;
	last = count_transfers(model, operation, operation->run);
	make_chip(model, operation->image);
	before = chip_state();
	for (size_t f = 0; f < sizeof(faults) / sizeof(*faults); f++)
		for (at = first; at <= last; at += step ? step : 1)
			try_cell(model, operation, &faults[f], at, before);
	json_decref(before);
	printf("# %s %s: %u transfers\n", model, operation->name,
	       last - first + 1);
}

static void try_model(const char *model)
{
	for (size_t i = 0; i < sizeof(operations) / sizeof(*operations); i++)
		try_operation(model, &operations[i]);
}

static void every_fault_at_every_transfer_of_a_508a(void **state)
{
	(void)state;
	try_model("508a");
}

static void every_fault_at_every_transfer_of_a_608b(void **state)
{
	(void)state;
	try_model("608b");
}

static int make_place(void **state)
{
	const char *base = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";

	(void)state;
	snprintf(dir, sizeof(dir), "%s/nerveskey-matrix-XXXXXX", base);
	if (!mkdtemp(dir))
		return -1;
	snprintf(chip_file, sizeof(chip_file), "%s/chip", dir);
	snprintf(stats_file, sizeof(stats_file), "%s/stats", dir);
	return 0;
}

static int remove_place(void **state)
{
	(void)state;
	printf("# fault matrix: %zu cells, %zu of them ended in an error\n",
	       cells, refusals);
	unlink(chip_file);
	unlink(stats_file);
	return rmdir(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_fault_at_every_transfer_of_a_508a),
		cmocka_unit_test(every_fault_at_every_transfer_of_a_608b),
	};

	return cmocka_run_group_tests(tests, make_place, remove_place);
}
