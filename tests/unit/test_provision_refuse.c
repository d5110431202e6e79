/* SPDX-License-Identifier: Apache-2.0 */
#include "provision_bench.h"

#include <errno.h>
#include <time.h>

#include "error.h"

#define ACTIVATION "activation-key=000102030405060708090a0b0c0d0e0f\n"
#define ENCRYPTION "encryption-key=f0e0d0c0b0a090807060504030201000\n"

/* A request that is made of lines and golden files. */
struct wrong {
	const char *image, *lines, *files[4];
	int err;
	const char *reason; /* a part of it */
};

#define Y31_KEY	 "signers/y31.key"
#define Y31_CERT "signers/y31.cert"
#define Y31                       \
	{                         \
		Y31_CERT, Y31_KEY \
	}

static const struct wrong wrongs[] = {
	{ "608b-factory",
	  "",
	  { NULL },
	  -EINVAL,
	  "missing: signer-certificate signer-key" },
	{ "608b-factory", "", { Y31_CERT }, -EINVAL, "missing: signer-key" },
	{ "608b-factory",
	  "",
	  { Y31_KEY },
	  -EINVAL,
	  "missing: signer-certificate" },
	{ "608b-factory", "", { Y31_CERT, "signers/y10.key" }, -EINVAL, "" },
	{ "608b-factory",
	  "",
	  { Y31_CERT, Y31_CERT, Y31_KEY },
	  -EINVAL,
	  "a second signer-certificate" },
	{ "608b-factory",
	  "",
	  { Y31_CERT, Y31_KEY, Y31_KEY },
	  -EINVAL,
	  "a second signer-key" },
	{ "608b-factory",
	  "",
	  { "devices/len8.cert", "devices/len8.key" },
	  -EINVAL,
	  "not a CA" },
	{ "608b-factory",
	  "",
	  { "devices/len8.cert" },
	  -EINVAL,
	  "is taken for the device's)" },
	{ "608b-factory",
	  "signer-key=pkcs11:token=x\n",
	  { "devices/len8.cert" },
	  -EINVAL,
	  "if it is the signer's: " },
	{ "608b-factory",
	  "signer-key=pkcs11:token=x\n",
	  { Y31_CERT, "devices/len8.cert" },
	  -EINVAL,
	  "both a device certificate and the signer's key" },
	/* Not to be told in 72 bytes. */
	{ "608b-factory",
	  "",
	  { "signers/y40.cert", "signers/y40.key" },
	  -EINVAL,
	  "" },
	{ "608b-factory",
	  "",
	  { "signers/issued-2032-y31.cert", "signers/issued-2032-y31.key" },
	  -EINVAL,
	  "" },
	{ "608b-factory",
	  "serial=1234567890123456789012345678901234567890123456789\n", Y31,
	  -EFBIG, "48" },
	{ "608b-factory", "serial=\n", Y31, -EINVAL, "serial" },
	{ "608b-factory", "board=NervesKey12\n", Y31, -EFBIG, "10" },
	{ "608b-factory", "seriel=N1\n", Y31, -EINVAL, "seriel=" },
	{ "608b-factory", "serial=N1\nserial=N1\n", Y31, -EINVAL,
	  "a second serial" },
	{ "608b-factory", "serial=12345678901234567\nuser=00\n", Y31, -EINVAL,
	  "at most 16" },
	{ "608b-factory", "chip=0123f1e2d3c4b5a6ee\n", Y31, -EINVAL,
	  "this is chip 012350aba6e49c50ee" },
	{ "608b-factory", "signer-key=pkcs11:token=none\n", Y31, -EINVAL,
	  "only one" },
	{ "608b-factory", "pin-file=/run/pin\n", Y31, -EINVAL,
	  "no signer-key=" },
	{ "608b-factory", "pin=1234\n", Y31, -EINVAL, "no signer-key=" },
	{ "608b-factory",
	  "",
	  { Y31_CERT, Y31_KEY, "devices/len8.cert" },
	  -EINVAL,
	  "only one" },
	{ "608b-factory", ACTIVATION, Y31, -EINVAL, "mode=volatile" },
	{ "608b-factory", "mode=volatile\n" ACTIVATION, Y31, -EINVAL,
	  "missing: encryption-key" },
	{ "508a-factory", "mode=volatile\n" ACTIVATION ENCRYPTION, Y31, -EINVAL,
	  "no volatile keys" },
	{ "508a-config-locked", "mode=volatile\n" ACTIVATION ENCRYPTION, Y31,
	  -EINVAL, "no volatile keys" },
	/* No key yet that the certificate could be for; another chip's key. */
	{ "608b-factory",
	  "",
	  { Y31_CERT, "devices/len8.cert" },
	  -ENODATA,
	  "begin" },
	{ "508a-config-locked",
	  "",
	  { Y31_CERT, "devices/len8.cert" },
	  -ENODATA,
	  "begin" },
	{ "508a-interrupted",
	  "",
	  { Y31_CERT, "devices/len8.cert" },
	  -EINVAL,
	  "" },
	{ "508a-provisioned", "", Y31, -EPERM, "already provisioned" },
	{ "608a-provisioned", "", Y31, -EPERM, "already provisioned" },
	{ "608b-provisioned", "", Y31, -EPERM, "already provisioned" },
	{ "608b-settings-aux", "", Y31, -EPERM, "already provisioned" },
	{ "608b-volatile", "", Y31, -EPERM, "already provisioned" },
	{ "608b-volatile", "mode=volatile\n" ACTIVATION ENCRYPTION, Y31, -EPERM,
	  "already provisioned" },
	{ "tng", "", Y31, -EPERM, "Trust&Go" },
};

static struct bytes wrong_text(const struct wrong *wrong, const char *verb)
{
	struct bytes text = BYTES_INIT;

	assert_int_equal(bytes_printf(&text, "%s", wrong->lines), 0);
	for (size_t i = 0; i < 4 && wrong->files[i]; i++)
		append_file(&text, wrong->files[i]);
	assert_int_equal(bytes_printf(&text, "%s\n", verb), 0);
	return text;
}

static void refuse(const struct wrong *wrong, const char *verb)
{
	struct bytes text = wrong_text(wrong, verb), before, after;
	struct bench bench;
	int err;

	bench_begin(&bench);
	bench_image(&bench, wrong->image);
	before = bench_content(&bench);
	fail_clear();
	err = bench_write(&bench, "", PROVISION_PRIMARY, bytes_text(&text));
	if (err != wrong->err || !*fail_reason() ||
	    !strstr(fail_reason(), wrong->reason))
		fail_msg("%s, %s: %d, %s", wrong->image, wrong->lines, err,
			 fail_reason());
	after = bench_content(&bench);
	assert_true(bytes_equal(&before, &after));
	bench_end(&bench);
	bytes_free(&before);
	bytes_free(&after);
	bytes_free(&text);
}

static void a_refused_request_leaves_the_chip_as_it_was(void **state)
{
	const size_t count = sizeof(wrongs) / sizeof(wrongs[0]);

	(void)state;
	for (size_t i = 0; i < count; i++)
		refuse(&wrongs[i], "commit");
	golden_count("refusals", count);
}

static void check_refuses_what_commit_refuses(void **state)
{
	const size_t count = sizeof(wrongs) / sizeof(wrongs[0]);

	(void)state;
	for (size_t i = 0; i < count; i++)
		refuse(&wrongs[i], "check");
	golden_count("refusals", count);
}

static void check_touches_nothing(void **state)
{
	static const struct wrong right = { "608b-factory", "serial=N1\n", Y31,
					    0, "" };
	struct bytes text = wrong_text(&right, "check"), before, after;
	struct bench bench;

	(void)state;
	bench_begin(&bench);
	bench_image(&bench, right.image);
	before = bench_content(&bench);
	assert_int_equal(
		bench_write(&bench, "", PROVISION_PRIMARY, bytes_text(&text)),
		0);
	after = bench_content(&bench);
	assert_true(bytes_equal(&before, &after));
	bench_end(&bench);
	bytes_free(&before);
	bytes_free(&after);
	bytes_free(&text);
}

static void foreign_parts_are_refused(void **state)
{
	static const struct {
		const char *image;
		size_t at;
		const char *byte, *reason;
	} cases[] = {
		{ "608b-factory", 87, "00", "not a NervesKey's" },
		{ "508a-config-locked", 20, "8f", "not a NervesKey's" },
		{ "508a-config-locked", 38, "8f", "not a NervesKey's" },
		{ "508a-config-locked", 88, "fe", "locks that" },
		{ "608b-factory", 88, "fd", "locks that" },
		{ "608b-factory", 86, "00", "locks that" },
		{ "608b-factory", 6, "70", "not known well enough" },
	};
	const size_t count = sizeof(cases) / sizeof(cases[0]);
	struct bytes text = request_text("", "y31");

	(void)state;
	for (size_t i = 0; i < count; i++) {
		struct bytes before, after;
		struct bench bench;
		int err;

		bench_begin(&bench);
		bench_image(&bench, cases[i].image);
		bench_patch(&bench, cases[i].at, cases[i].byte);
		before = bench_content(&bench);
		err = bench_write(&bench, "", PROVISION_PRIMARY,
				  bytes_text(&text));
		if (err != -EPERM || !strstr(fail_reason(), cases[i].reason))
			fail_msg("%zu: %d, %s", i, err, fail_reason());
		after = bench_content(&bench);
		assert_true(bytes_equal(&before, &after));
		bytes_free(&before);
		bytes_free(&after);
		bench_end(&bench);
	}
	golden_count("foreign parts", count);
	bytes_free(&text);
}

/* Its configuration is locked for the one mode, and its data still open. */
static void a_chip_of_one_mode_is_not_given_the_other(void **state)
{
	static const struct {
		const char *from, *lines, *reason;
	} cases[] = {
		{ "608b-provisioned", "mode=volatile\n" ACTIVATION ENCRYPTION,
		  "locked for mode=regular, the request is for mode=volatile" },
		{ "608b-volatile", "",
		  "locked for mode=volatile, the request is for mode=regular" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct bytes text = request_text(cases[i].lines, "y31");
		struct bench bench;

		bench_begin(&bench);
		bench_image(&bench, cases[i].from);
		bench_patch(&bench, 86, "55");
		bench_patch(&bench, 88, "ff");
		bench_patch(&bench, 89, "ff");
		assert_int_equal(bench_write(&bench, "", PROVISION_PRIMARY,
					     bytes_text(&text)),
				 -EPERM);
		assert_non_null(strstr(fail_reason(), cases[i].reason));
		bench_end(&bench);
		bytes_free(&text);
	}
}

static void a_clock_from_before_the_build_is_refused(void **state)
{
	struct bytes text = request_text("", "y31"), before, after;
	struct provision *request = new_request(PROVISION_PRIMARY);
	struct bench bench;

	(void)state;
	bench_begin(&bench);
	bench_image(&bench, "608b-factory");
	before = bench_content(&bench);
	assert_int_equal(bench_write_staged(&bench, "", request,
					    bytes_text(&text), 86400),
			 -EINVAL);
	assert_non_null(strstr(fail_reason(), "1970-01-02"));
	/* A refused commit forgets the request like a successful one. */
	assert_true(provision_is_empty(request));
	after = bench_content(&bench);
	assert_true(bytes_equal(&before, &after));
	provision_free(request);
	bench_end(&bench);
	bytes_free(&before);
	bytes_free(&after);
	bytes_free(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_refused_request_leaves_the_chip_as_it_was),
		cmocka_unit_test(check_refuses_what_commit_refuses),
		cmocka_unit_test(check_touches_nothing),
		cmocka_unit_test(foreign_parts_are_refused),
		cmocka_unit_test(a_chip_of_one_mode_is_not_given_the_other),
		cmocka_unit_test(a_clock_from_before_the_build_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
