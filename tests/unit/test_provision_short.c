/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A signer with deterministic signatures, some of them short: signer_issue() comes
 * here first (see CMakeLists.txt).
 */
#include "provision_bench.h"

#include <errno.h>
#include <time.h>

#include "error.h"
#include "signer.h"

static struct {
	unsigned int asked;
	unsigned int shorts; /* so many of the first that are asked for */
	unsigned int after;  /* when so many have been given */
	uint8_t refused_key[64];
} play;

int __real_signer_issue(struct signer *signer,
			const struct certificate_device *device, time_t now,
			uint8_t compressed[static COMPRESSED_SIZE],
			struct bytes *der);
int __wrap_signer_issue(struct signer *signer,
			const struct certificate_device *device, time_t now,
			uint8_t compressed[static COMPRESSED_SIZE],
			struct bytes *der);

int __wrap_signer_issue(struct signer *signer,
			const struct certificate_device *device, time_t now,
			uint8_t compressed[static COMPRESSED_SIZE],
			struct bytes *der)
{
	unsigned int at = play.asked++;

	if (at < play.after || at >= play.after + play.shorts)
		return __real_signer_issue(signer, device, now, compressed,
					   der);
	memcpy(play.refused_key, device->public_key, 64);
	return fail_because(ERANGE, "short each time: try again later");
}

static int commit(struct bench *bench, enum provision_target target)
{
	struct bytes text = request_text(
		target == PROVISION_AUX ? "" : "serial=N1\n", "y31");
	int err = bench_write(bench, "", target, bytes_text(&text));

	bytes_free(&text);
	return err;
}

/* The first is tried with a key that is not the chip's. */
static void another_device_key_is_made(void **state)
{
	struct atecc *chip;
	struct bench bench;
	uint8_t key[64];

	(void)state;
	bench_begin(&bench);
	bench_image(&bench, "608b-factory");
	memset(&play, 0, sizeof(play));
	play.after = 1;
	play.shorts = 2;
	assert_int_equal(commit(&bench, PROVISION_PRIMARY), 0);
	assert_int_equal(play.asked, 4);
	assert_certified(&bench, "N1");
	chip = bench_wake(&bench);
	assert_int_equal(atecc_public_key(chip, 0, key), 0);
	assert_memory_not_equal(key, play.refused_key, sizeof(key));
	bench_sleep(chip);
	bench_end(&bench);
}

static void the_try_before_anything_is_changed_takes_several(void **state)
{
	struct bench bench;

	(void)state;
	bench_begin(&bench);
	bench_image(&bench, "608b-factory");
	memset(&play, 0, sizeof(play));
	play.shorts = 2;
	assert_int_equal(commit(&bench, PROVISION_PRIMARY), 0);
	assert_int_equal(play.asked, 4);
	assert_certified(&bench, "N1");
	bench_end(&bench);
}

static void refuse(const char *image, enum provision_target target, int want,
		   const char *reason)
{
	struct bytes before, after;
	struct bench bench;
	int err;

	bench_begin(&bench);
	bench_image(&bench, image);
	before = bench_content(&bench);
	memset(&play, 0, sizeof(play));
	play.shorts = 1000;
	err = commit(&bench, target);
	if (err != want || !strstr(fail_reason(), reason))
		fail_msg("%s: %d, %s", image, err, fail_reason());
	after = bench_content(&bench);
	assert_true(bytes_equal(&before, &after));
	bytes_free(&before);
	bytes_free(&after);
	bench_end(&bench);
}

static void a_signer_with_nothing_else_changes_no_chip(void **state)
{
	(void)state;
	refuse("608b-factory", PROVISION_PRIMARY, -EINVAL, "use another");
}

/* An auxiliary certificate is for the key that is there. */
static void a_second_signers_says_when_to_try_again(void **state)
{
	(void)state;
	refuse("608b-provisioned", PROVISION_AUX, -EIO, "try again later");
	refuse("608b-settings-aux", PROVISION_AUX, -EIO, "try again later");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(another_device_key_is_made),
		cmocka_unit_test(
			the_try_before_anything_is_changed_takes_several),
		cmocka_unit_test(a_signer_with_nothing_else_changes_no_chip),
		cmocka_unit_test(a_second_signers_says_when_to_try_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
