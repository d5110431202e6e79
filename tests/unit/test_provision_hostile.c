/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A chip that gives one answer too few or too many, at each place where only
 * that answer tells what was done. Every command comes here first (see
 * CMakeLists.txt).
 */
#include "provision_bench.h"

#include <errno.h>

#include "error.h"
#include "frame.h"
#include "wrap_execute.h"

enum effect {
	PASSES,	 /* it is executed, and only the place for the next is found */
	FAILS,	 /* it is not executed, and returns `err` */
	IGNORED, /* it is not executed, and returns 0 */
	FLIPPED, /* a bit of its reply is */
};

/* At the nth such command since the last one was over, and the next `more`. */
struct play {
	enum command command;
	unsigned int nth, more;
	enum effect effect;
	int err;
};

#define PLAYS_MAX 2

static struct {
	const struct play *now;
	unsigned int seen, left;
} stage;

int __wrap_session_execute(struct atecc *chip, enum command command,
			   const struct request *parameters, uint8_t *reply)
{
	const struct play *play = stage.now;
	int err;

	if (!stage.left || command != play->command || ++stage.seen < play->nth)
		return __real_session_execute(chip, command, parameters, reply);
	if (stage.seen == play->nth + play->more) {
		stage.now++;
		stage.left--;
		stage.seen = 0;
	}
	if (play->effect == FAILS)
		return fail_because(-play->err, "played");
	if (play->effect == IGNORED)
		return 0;
	err = __real_session_execute(chip, command, parameters, reply);
	if (play->effect == FLIPPED)
		reply[0] ^= 0x40;
	return err;
}

#define LOST_LOCK(n)                                        \
	{                                                   \
		COMMAND_LOCK, 1, n, FAILS, -ENOTRECOVERABLE \
	}
#define REFUSED_LOCK                              \
	{                                         \
		COMMAND_LOCK, 1, 0, FAILS, -EPERM \
	}
/* The locks of a commit: configuration, data, slot 0. */
#define AFTER_LOCK(n)                         \
	{                                     \
		COMMAND_LOCK, n, 0, PASSES, 0 \
	}
#define BAD_READ(n)                                  \
	{                                            \
		COMMAND_READ32, n, 0, FAILS, -ENODEV \
	}
#define BAD_KEY                                          \
	{                                                \
		COMMAND_PUBLIC_KEY, 1, 0, FAILS, -ENODEV \
	}

static const struct scene {
	const char *image;
	struct play plays[PLAYS_MAX];
	int err;
	const char *sentence;
} commits[] = {
	{ "608b-factory", { REFUSED_LOCK, BAD_READ(1) }, -ENODEV, "played" },
	{ "608b-factory", { LOST_LOCK(0), BAD_READ(1) }, -ENODEV, "played" },
	{ "608b-factory", { LOST_LOCK(11) }, -EIO, "no answer to Lock" },
	{ "608b-factory",
	  { { COMMAND_LOCK, 3, 0, FAILS, -EPERM } },
	  -EIO,
	  "refuses to lock slot 0" },
	{ "608b-factory",
	  { { COMMAND_LOCK, 3, 0, IGNORED, 0 } },
	  -EIO,
	  "slot 0 of chip 0123" },
	{ "608b-factory", { AFTER_LOCK(3), BAD_READ(1) }, -ENODEV, "played" },
	{ "608b-factory",
	  { { COMMAND_CREATE_KEY, 1, 0, FAILS, -ENODEV } },
	  -ENODEV,
	  "played" },
	{ "608b-factory",
	  { { COMMAND_CREATE_KEY, 1, 11, FAILS, -ENOTRECOVERABLE } },
	  -EIO,
	  "no answer to GenKey" },
	{ "608b-factory",
	  { { COMMAND_CREATE_KEY, 1, 0, FAILS, -ENOTRECOVERABLE }, BAD_KEY },
	  -ENODEV,
	  "played" },
	{ "508a-config-locked", { BAD_KEY }, -ENODEV, "played" },
	/* What is read of OTP, and of slots 11 and 12, before slot 0 is locked. */
	{ "608b-factory",
	  { AFTER_LOCK(2), { COMMAND_READ32, 1, 0, FLIPPED, 0 } },
	  -EIO,
	  "the OTP zone is not a NervesKey's" },
	{ "608b-factory", { AFTER_LOCK(2), BAD_READ(3) }, -ENODEV, "played" },
	{ "608b-factory",
	  { AFTER_LOCK(2), { COMMAND_READ32, 3, 0, FLIPPED, 0 } },
	  -EIO,
	  "slot 11 (signer public key) holds something else" },
	{ "608b-factory", { AFTER_LOCK(2), BAD_KEY }, -ENODEV, "played" },
	{ "608b-factory",
	  { AFTER_LOCK(2), { COMMAND_PUBLIC_KEY, 1, 1, FAILS, -EPERM } },
	  -EIO,
	  "slot 0 holds no device key" },
	{ "608b-factory",
	  { AFTER_LOCK(2), { COMMAND_PUBLIC_KEY, 1, 0, FLIPPED, 0 } },
	  -EIO,
	  "is not its key's" },
}, pairs[] = {
	{ "608b-provisioned",
	  { { COMMAND_WRITE, 1, 0, FAILS, -ENODEV } },
	  -ENODEV,
	  "played" },
	{ "608b-provisioned",
	  { { COMMAND_WRITE, 1, 0, PASSES, 0 }, BAD_READ(1) },
	  -ENODEV,
	  "played" },
	{ "608b-provisioned",
	  { { COMMAND_WRITE, 1, 1, PASSES, 0 },
	    { COMMAND_READ32, 1, 0, FLIPPED, 0 } },
	  -EIO,
	  "slot 14 does not hold" },
};

static bool is_done(const struct bench *bench)
{
	json_t *state = bench_state(bench);
	bool done = is_complete(state, "feff");

	json_decref(state);
	return done;
}

/* The scene, then the same request once more. */
static void play_scene(const struct scene *scene, enum provision_target target)
{
	struct bytes text = request_text("", "y31");
	struct bench bench;
	int err;

	bench_begin(&bench);
	bench_image(&bench, scene->image);
	stage.now = scene->plays;
	stage.left = PLAYS_MAX;
	stage.seen = 0;
	err = bench_write(&bench, "", target, bytes_text(&text));
	if (err != scene->err || !strstr(fail_reason(), scene->sentence))
		fail_msg("\"%s\": %s: %s", scene->sentence, errno_name(err),
			 fail_reason());
	stage.left = 0;
	err = bench_write(&bench, "", target, bytes_text(&text));
	/* A chip whose last answer was lost is complete. */
	if (err < 0 && (err != -EPERM || !is_done(&bench)))
		fail_msg("\"%s\", again: %s: %s", scene->sentence,
			 errno_name(err), fail_reason());
	bench_end(&bench);
	bytes_free(&text);
}

static void a_commit_with_one_wrong_answer_can_be_written_again(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(commits) / sizeof(*commits); i++)
		play_scene(&commits[i], PROVISION_PRIMARY);
}

static void an_auxiliary_pair_can_be_written_again_too(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(pairs) / sizeof(*pairs); i++)
		play_scene(&pairs[i], PROVISION_AUX);
}

static void a_locked_slot_of_the_pair_is_eperm_for_ever(void **state)
{
	struct bytes text = request_text("", "y31");
	struct bench bench;

	(void)state;
	bench_begin(&bench);
	bench_image(&bench, "608b-provisioned");
	bench_patch(&bench, 89, "fd");
	assert_int_equal(
		bench_write(&bench, "", PROVISION_AUX, bytes_text(&text)),
		-EPERM);
	assert_non_null(strstr(fail_reason(), "slot 9 is locked"));
	assert_int_equal(bench_write(&bench, "", PROVISION_AUX, "clear\n"),
			 -EPERM);
	bench_end(&bench);
	bytes_free(&text);
}

static void clear_is_for_the_chip_that_the_request_names(void **state)
{
	struct bench bench;

	(void)state;
	bench_begin(&bench);
	bench_image(&bench, "608b-settings-aux");
	assert_int_equal(bench_write(&bench, "", PROVISION_AUX,
				     "chip=0123000000000000ee\nclear\n"),
			 -EINVAL);
	assert_int_equal(bench_write(&bench, "", PROVISION_AUX, "clear\n"), 0);
	bench_end(&bench);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			a_commit_with_one_wrong_answer_can_be_written_again),
		cmocka_unit_test(an_auxiliary_pair_can_be_written_again_too),
		cmocka_unit_test(a_locked_slot_of_the_pair_is_eperm_for_ever),
		cmocka_unit_test(clear_is_for_the_chip_that_the_request_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
