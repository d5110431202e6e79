/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One false status 0F, at each command of each request: EPERM says that the
 * chip is locked against it, and nothing else. session_execute() comes here
 * first (see CMakeLists.txt).
 */
#include "provision_bench.h"

#include <errno.h>
#include <stdio.h>

#include "crc.h"
#include "error.h"
#include "frame.h"
#include "wrap_execute.h"

#define VOLATILE_LINES                                      \
	"serial=N1\nmode=volatile\n"                        \
	"activation-key=000102030405060708090a0b0c0d0e0f\n" \
	"encryption-key=f0e0d0c0b0a090807060504030201000\n"

enum form {
	INSTEAD, /* the command is not executed */
	AFTER,	 /* it is, and its reply is another */
	FORMS,
};

static struct {
	size_t count, at; /* commands; the one that is refused, 0: none */
	enum form form;
	int status;	    /* -EPERM for 0F, -EBADE for 01 */
	bool another_locks; /* the configuration, with other content */
} play;

int __wrap_session_execute(struct atecc *chip, enum command command,
			   const struct request *parameters, uint8_t *reply)
{
	if (++play.count != play.at)
		return __real_session_execute(chip, command, parameters, reply);
	if (play.form == AFTER)
		__real_session_execute(chip, command, parameters, reply);
	return fail_because(-play.status, "played");
}

int __real_atecc_lock(struct atecc *chip, enum atecc_lock lock,
		      uint16_t argument);
int __wrap_atecc_lock(struct atecc *chip, enum atecc_lock lock,
		      uint16_t argument);

int __wrap_atecc_lock(struct atecc *chip, enum atecc_lock lock,
		      uint16_t argument)
{
	static const uint8_t word[4] = { 0x12, 0x34, 0x56, 0x78 };
	uint8_t config[128];

	if (play.another_locks && lock == ATECC_LOCK_CONFIG) {
		assert_int_equal(atecc_write(chip, ATECC_CONFIG, 6, word, 4),
				 0);
		assert_int_equal(atecc_read_config(chip, config), 0);
		assert_int_equal(
			__real_atecc_lock(chip, lock, crc16(config, 128)), 0);
	}
	return __real_atecc_lock(chip, lock, argument);
}

static const struct subject {
	const char *image, *lines, *verb;
	enum provision_target target;
	const char *locks; /* of a chip that is done: EPERM from then on */
} subjects[] = {
	{ "508a-factory", "serial=N1\n", "commit", PROVISION_PRIMARY, "feff" },
	{ "608b-factory", "serial=N1\n", "commit", PROVISION_PRIMARY, "feff" },
	{ "608b-factory", VOLATILE_LINES, "commit", PROVISION_PRIMARY, "f8ff" },
	{ "608b-factory", "serial=N1\n", "check", PROVISION_PRIMARY, NULL },
	{ "508a-interrupted", "serial=N1\n", "commit", PROVISION_PRIMARY,
	  "feff" },
	{ "608b-provisioned", "", "commit", PROVISION_AUX, NULL },
	{ "608b-settings-aux", "", "commit", PROVISION_AUX, NULL },
};

static struct bytes text_of(const struct subject *subject)
{
	struct bytes text = BYTES_INIT;

	assert_int_equal(bytes_printf(&text, "%s", subject->lines), 0);
	append_file(&text, "signers/y10.cert");
	append_file(&text, "signers/y10.key");
	assert_int_equal(bytes_printf(&text, "%s\n", subject->verb), 0);
	return text;
}

static bool is_done(const struct bench *bench, const struct subject *subject)
{
	json_t *state = bench_state(bench);
	bool done = subject->locks && is_complete(state, subject->locks);

	json_decref(state);
	return done;
}

/* False when the request has no command `at`. */
static bool refuse_one(const struct subject *subject, const char *text)
{
	struct bench bench;
	bool came;
	int err;

	bench_begin(&bench);
	bench_image(&bench, subject->image);
	play.count = 0;
	err = bench_write(&bench, "", subject->target, text);
	came = play.count >= play.at;
	/* The mount shows EBADE as EIO. */
	if (err == -EPERM ? !is_done(&bench, subject)
			  : err < 0 && err != -EIO && err != -EBADE)
		fail_msg("%s %s, command %zu of form %d: %s: %s",
			 subject->image, subject->verb, play.at, play.form,
			 errno_name(err), fail_reason());
	play.count = play.at;
	err = is_done(&bench, subject)
		      ? 0
		      : bench_write(&bench, "", subject->target, text);
	if (err < 0)
		fail_msg("%s %s, command %zu of form %d, again: %s: %s",
			 subject->image, subject->verb, play.at, play.form,
			 errno_name(err), fail_reason());
	bench_end(&bench);
	return came;
}

static void refuse_each(int status)
{
	size_t count = 0;

	play.status = status;
	for (size_t i = 0; i < sizeof(subjects) / sizeof(*subjects); i++) {
		struct bytes text = text_of(&subjects[i]);

		for (play.form = 0; play.form < FORMS; play.form++)
			for (play.at = 1;
			     refuse_one(&subjects[i], bytes_text(&text));
			     play.at += stride())
				count++;
		bytes_free(&text);
	}
	play.at = 0;
	golden_count("false refusals", count);
}

static void one_false_refusal_is_never_eperm(void **state)
{
	(void)state;
	refuse_each(-EPERM);
}

/* "It compared, and says no", to commands that compare nothing, too. */
static void one_false_comparison_is_never_eperm(void **state)
{
	(void)state;
	refuse_each(-EBADE);
}

/* Verbs without a key: a false refusal is EIO, and the next try works. */
static size_t refuse_verb(const char *image, enum provision_target target,
			  const char *text)
{
	size_t count = 0;

	for (play.at = 1;; play.at++, count++) {
		struct bench bench;
		int err;

		bench_begin(&bench);
		bench_image(&bench, image);
		play.count = 0;
		err = bench_write(&bench, "", target, text);
		if (err < 0 && err != -EIO)
			fail_msg("%s, command %zu: %s", text, play.at,
				 errno_name(err));
		if (play.count < play.at) {
			bench_end(&bench);
			return count;
		}
		play.count = play.at;
		assert_int_equal(bench_write(&bench, "", target, text), 0);
		bench_end(&bench);
	}
}

static void begin_and_clear_are_refused_falsely(void **state)
{
	size_t count = 0;

	(void)state;
	play.status = -EPERM;
	for (play.form = 0; play.form < FORMS; play.form++) {
		count += refuse_verb("608b-factory", PROVISION_PRIMARY,
				     "begin\n");
		count += refuse_verb("608b-settings-aux", PROVISION_AUX,
				     "clear\n");
	}
	play.at = 0;
	golden_count("false refusals", count);
}

static void a_configuration_that_another_has_locked_is_eperm(void **state)
{
	struct bytes text = request_text("serial=N1\n", "y31");
	struct bench bench;

	(void)state;
	bench_begin(&bench);
	bench_image(&bench, "608b-factory");
	play.another_locks = true;
	assert_int_equal(
		bench_write(&bench, "", PROVISION_PRIMARY, bytes_text(&text)),
		-EPERM);
	assert_non_null(strstr(fail_reason(), "is not a NervesKey's"));
	play.another_locks = false;
	bench_end(&bench);
	bytes_free(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_false_refusal_is_never_eperm),
		cmocka_unit_test(one_false_comparison_is_never_eperm),
		cmocka_unit_test(begin_and_clear_are_refused_falsely),
		cmocka_unit_test(
			a_configuration_that_another_has_locked_is_eperm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
