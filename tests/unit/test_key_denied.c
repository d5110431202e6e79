/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A chip that answers a command by status 01, which only CheckMac and Verify
 * should get: each request that needs the command fails, returns no data, and
 * blames neither a key nor a lock.
 */
#include "key_bench.h"

#include <errno.h>

#include "error.h"
#include "frame.h"
#include "wrap_execute.h"
#include "timing.h"

struct atecc;

static enum command denied;

int __wrap_session_execute(struct atecc *chip, enum command command,
			   const struct request *parameters, uint8_t *reply)
{
	const struct frame_status *status = frame_status(0x01);

	if (command != denied)
		return __real_session_execute(chip, command, parameters, reply);
	return fail_because(-status->err, "%s", status->meaning);
}

static int sign_into(struct nerveskey *key)
{
	static const uint8_t untouched[64] = { 0 };
	uint8_t digest[32] = { 1 }, signature[64] = { 0 };
	int err = served(key, nerveskey_sign(key, NERVESKEY_MAIN_KEY, digest,
					     signature));

	if (err < 0)
		assert_memory_equal(signature, untouched, sizeof(untouched));
	return err;
}

static int get_request(struct nerveskey *key)
{
	return do_get(key, NERVESKEY_REQUEST);
}

static int write_slot(struct nerveskey *key)
{
	return served(key, nerveskey_slot_put(key, 1, 0,
					      (const uint8_t *)"other", 5));
}

static int read_slot(struct nerveskey *key)
{
	struct bytes data = BYTES_INIT;
	int err = served(key, nerveskey_slot_read(key, 1, &data));

	bytes_free(&data);
	return err;
}

static const struct {
	const char *image;
	enum command command;
	int (*run)(struct nerveskey *key);
} cases[] = {
	{ "608b-provisioned", COMMAND_SIGN, sign_into },
	{ "608b-provisioned", COMMAND_NONCE_PASS, sign_into },
	{ "tng", COMMAND_SIGN, sign_into },
	{ "tng", COMMAND_NONCE_PASS, sign_into },
	{ "608b-provisioned", COMMAND_SIGN, get_request },
	{ "tng", COMMAND_SIGN, get_request },
	{ "608b-provisioned", COMMAND_RANDOM, do_random },
	{ "608b-provisioned", COMMAND_ECDH, do_ecdh },
	{ "608b-provisioned", COMMAND_WRITE, write_slot },
	{ "608b-provisioned", COMMAND_WRITE, do_put_server },
	{ "608b-provisioned", COMMAND_WRITE, do_provision_aux },
	{ "608b-provisioned", COMMAND_READ32, read_slot },
	{ "608b-factory", COMMAND_WRITE, do_provision },
	{ "608b-factory", COMMAND_LOCK, do_provision },
	{ "608b-factory", COMMAND_CREATE_KEY, do_provision },
	{ "608b-volatile", COMMAND_NONCE_RANDOM, do_activate },
	{ "608b-volatile", COMMAND_SET_LATCH, do_activate },
	{ "608b-volatile", COMMAND_MAC, do_activate },
};

static void what_the_chip_denies_is_eio(void **state)
{
	struct nerveskey *key;
	int err;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		bench_place(bench_chip, cases[i].image);
		denied = COMMAND_COUNT;
		key = bench_must_open("");
		denied = cases[i].command;
		err = cases[i].run(key);
		if (err != -EIO)
			fail_msg("%s, case %zu: %s (%s)", cases[i].image, i,
				 errno_name(err), fail_reason());
		nerveskey_close(key);
	}
}

/* Of CheckMac it is the answer to a wrong key. */
static void but_a_wrong_activation_key_is_eacces(void **state)
{
	struct nerveskey *key;

	(void)state;
	bench_place(bench_chip, "608b-volatile");
	denied = COMMAND_CHECKMAC;
	key = bench_must_open("");
	assert_int_equal(do_activate(key), -EACCES);
	nerveskey_close(key);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_the_chip_denies_is_eio),
		cmocka_unit_test(but_a_wrong_activation_key_is_eacces),
	};

	return cmocka_run_group_tests(tests, bench_begin, bench_end);
}
