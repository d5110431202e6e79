/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One false status 0F or 01, at each command of each operation: the chip has
 * no lock that forbids it, so it is EIO. session_execute() comes here first
 * (see CMakeLists.txt).
 */
#include "key_bench.h"

#include <errno.h>

#include "error.h"
#include "frame.h"
#include "wrap_execute.h"

static struct {
	size_t count, at; /* commands; the one that is refused, 0: none */
	int status;	  /* EPERM for 0F, EBADE for 01 */
} play;

int __wrap_session_execute(struct atecc *chip, enum command command,
			   const struct request *parameters, uint8_t *reply)
{
	if (++play.count == play.at)
		return fail_because(play.status, "played");
	return __real_session_execute(chip, command, parameters, reply);
}

static int do_device_cert(struct nerveskey *key)
{
	return do_get(key, NERVESKEY_DEVICE_CERT);
}

static int do_request(struct nerveskey *key)
{
	return do_get(key, NERVESKEY_REQUEST);
}

static int do_slot(struct nerveskey *key)
{
	return served(key, nerveskey_slot_put(key, 3, 30,
					      (const uint8_t *)"abcdef", 6));
}

static const struct operation_case {
	const char *name, *image;
	int (*run)(struct nerveskey *key);
} operations[] = {
	{ "device.pem", "608b-provisioned", do_device_cert },
	{ "device.csr", "608b-provisioned", do_request },
	{ "sign", "608b-provisioned", do_sign },
	{ "random", "608b-provisioned", do_random },
	{ "ecdh", "608b-provisioned", do_ecdh },
	{ "slot", "608b-provisioned", do_slot },
	{ "device.pem", "tng", do_device_cert },
};

/* False when the operation has no command `at`. */
static bool refuse_one(const struct operation_case *operation, size_t at)
{
	struct nerveskey *key;
	bool came;
	int err;

	bench_place(bench_chip, operation->image);
	key = bench_must_open("");
	play.count = 0;
	play.at = at;
	err = operation->run(key);
	came = play.count >= at;
	play.at = 0;
	if (err < 0 && err != -EIO)
		fail_msg("%s, command %zu: %s: %s", operation->name, at,
			 errno_name(err), fail_reason());
	assert_int_equal(operation->run(key), 0);
	nerveskey_close(key);
	return came;
}

static void refuse_each(int status)
{
	size_t count = 0;

	play.status = status;
	for (size_t i = 0; i < sizeof(operations) / sizeof(*operations); i++) {
		size_t at = 1;

		while (refuse_one(&operations[i], at++))
			count++;
	}
	golden_count("false refusals", count);
}

static void a_false_refusal_is_an_io_error(void **state)
{
	(void)state;
	refuse_each(EPERM);
	refuse_each(EBADE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_false_refusal_is_an_io_error),
	};

	return cmocka_run_group_tests(tests, bench_begin, bench_end);
}
