/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every fault at every transfer of every operation, whose transfers are counted
 * first. Each case has a chip of its own. The operation succeeds or returns an
 * errno that the fault explains, the next operation works, and nothing on the
 * chip has changed except what the operation changes.
 *
 * NK_STRIDE=N takes each Nth transfer only.
 */
#include "key_bench.h"

#include <errno.h>
#include <stdio.h>

#include "error.h"

#define SLOTS 16

static size_t cells, refusals;

static int do_device_cert(struct nerveskey *key)
{
	return do_get(key, NERVESKEY_DEVICE_CERT);
}

static int do_slot(struct nerveskey *key)
{
	return served(key, nerveskey_slot_put(key, 3, 30,
					      (const uint8_t *)"abcdef", 6));
}

/* Nothing more: opening is what is tried. */
static int do_nothing(struct nerveskey *key)
{
	(void)key;
	return 0;
}

/* Slots that an operation may change; bit 16: anything at all. */
#define ANYTHING (1u << 16)

static const struct operation_case {
	const char *name, *image;
	int (*run)(struct nerveskey *key);
	unsigned int changes;
} operations[] = {
	{ "open", "provisioned", do_nothing, 0 },
	{ "device.pem", "provisioned", do_device_cert, 0 },
	{ "sign", "provisioned", do_sign, 0 },
	{ "random", "provisioned", do_random, 0 },
	{ "ecdh", "provisioned", do_ecdh, 0 },
	{ "slot", "provisioned", do_slot, 1u << 3 },
	{ "setting", "settings-aux", do_put_server,
	  1u << 5 | 1u << 6 | 1u << 7 | 1u << 8 },
	{ "aux", "settings-aux", do_provision_aux,
	  1u << 9 | 1u << 14 | 1u << 15 },
	{ "provision", "factory", do_provision, ANYTHING },
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

/* Zones and slots that `operation` does not change are what they were. */
static void assert_unchanged(const struct operation_case *operation,
			     const json_t *before, const char *what)
{
	json_t *after = bench_state(bench_chip);

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
static void assert_works_again(const struct operation_case *operation,
			       const struct fault *fault, struct nerveskey *key,
			       const char *what)
{
	bool swapped = strcmp(fault->name, "swap") == 0;
	int err;

	if (key && fault->cures_itself && !swapped &&
	    !(operation->changes & ANYTHING)) {
		err = do_sign(key);
		if (err < 0)
			fail_msg("%s: next: %s: %s", what, errno_name(err),
				 fail_reason());
	}
	if (key)
		nerveskey_close(key);
	err = bench_open("", &key);
	if (err < 0)
		fail_msg("%s: power cycle: %s: %s", what, errno_name(err),
			 fail_reason());
	err = operation->run(key);
	if (err < 0 && !(err == -EPERM && operation->changes & ANYTHING))
		fail_msg("%s: after a power cycle: %s: %s", what,
			 errno_name(err), fail_reason());
	nerveskey_close(key);
}

static void try_cell(const char *image, const struct operation_case *operation,
		     const struct fault *fault, unsigned int at,
		     const json_t *before)
{
	char options[64], what[128];
	struct nerveskey *key = NULL;
	int err;

	snprintf(what, sizeof(what), "%s %s %s@%u", image, operation->name,
		 fault->name, at);
	snprintf(options, sizeof(options), ",faults=%s@%u", fault->name, at);
	bench_place(bench_chip, image);
	err = bench_open(options, &key);
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

static void try_operation(const char *model,
			  const struct operation_case *operation)
{
	unsigned int first = 1, last, at;
	char image[48];
	json_t *before;

	snprintf(image, sizeof(image), "%s-%s", model, operation->image);
	if (operation->run != do_nothing)
		first = bench_transfers(image, NULL) + 1;
	last = bench_transfers(image, operation->run);
	bench_place(bench_chip, image);
	before = bench_state(bench_chip);
	for (size_t f = 0; f < sizeof(faults) / sizeof(*faults); f++)
		for (at = first; at <= last; at += bench_stride())
			try_cell(image, operation, &faults[f], at, before);
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

/* Those that pass cost a repetition, whatever of the sequence they hit. */
static void a_fault_that_passes_does_not_fail_an_activation(void **state)
{
	static const char image[] = "608b-volatile";
	static const char *const kinds[] = { "nak", "crc", "short", "busy",
					     "latch08" };
	unsigned int first = bench_transfers(image, NULL) + 1;
	unsigned int last = bench_transfers(image, do_activate);

	(void)state;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		for (unsigned int at = first; at <= last; at++, cells++) {
			struct nerveskey *key;
			char options[64];
			int err;

			snprintf(options, sizeof(options), ",faults=%s@%u",
				 kinds[i], at);
			bench_place(bench_chip, image);
			key = bench_must_open(options);
			err = do_activate(key);
			if (err < 0)
				fail_msg("%s@%u: %s: %s", kinds[i], at,
					 errno_name(err), fail_reason());
			nerveskey_close(key);
		}
}

static int end(void **state)
{
	printf("# fault matrix: %zu cells, %zu of them ended in an error\n",
	       cells, refusals);
	return bench_end(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_fault_at_every_transfer_of_a_508a),
		cmocka_unit_test(every_fault_at_every_transfer_of_a_608b),
		cmocka_unit_test(
			a_fault_that_passes_does_not_fail_an_activation),
	};

	return cmocka_run_group_tests(tests, bench_begin, end);
}
