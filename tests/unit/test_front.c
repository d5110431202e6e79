/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Processes that are killed while they wait, and memory that runs out, at each
 * place once: a call has exactly one answer, nothing stays open, and the same
 * calls work afterwards. Trying finds out how many places there are.
 */
#include "key_bench.h"

#include <errno.h>
#include <stdio.h>

#include "error.h"
#include "fake_kernel.h"
#include "front_activities.h"
#include "front_calls.h"
#include "front_refusals.h"
#include "no_memory.h"

/* Close all, and remove what was made. */
static void clean_up(void)
{
	static const char *const names[] = { "a", "b", "a~", "b~",
					     "sedAb3dE9" };

	kernel_close();
	assert_int_equal(look_up(FUSE_ROOT_ID, "settings"), 0);
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		remove_in(kernel_node(), names[i]);
	kernel_close();
}

static void assert_all_is_closed(const char *what)
{
	const struct front *front = &kernel_front;

	if (front->inodes.opened != 0 || front->inodes.first_handle)
		fail_msg("%s: files are still open", what);
	if (front->oldest || front->has_writer[0])
		fail_msg("%s: a request or a writer remains", what);
	for (size_t i = 0; i < INODE_BUCKETS; i++)
		if (front->inodes.buckets[i])
			fail_msg("%s: a node remains", what);
}

static void must_work(const struct activity *activity, const char *what)
{
	int err = activity->run();

	if (err)
		fail_msg("%s, then the same again: %s", what, errno_name(err));
	clean_up();
	assert_all_is_closed(what);
}

/* The trouble explains it: a stale view lacks new names and content. */
static bool explains(int expected, int err)
{
	return err == 0 || err == expected ||
	       (kernel_is_stale() && (err == ENOENT || err == EPROTO));
}

static void check_place(const struct activity *activity, int err, int expected,
			unsigned long at)
{
	char what[96];

	snprintf(what, sizeof(what), "%s, %s at place %lu", activity->name,
		 errno_name(expected), at);
	if (!explains(expected, err))
		fail_msg("%s: %s", what, errno_name(err));
	clean_up();
	assert_all_is_closed(what);
	must_work(activity, what);
}

static void try_trouble(const struct activity *activity, enum trouble trouble)
{
	bool happened = true;
	int err;

	for (unsigned long at = 1; happened; at++) {
		trouble_begin(trouble, at);
		err = activity->run();
		happened = trouble_end();
		check_place(activity, err, EINTR, at);
	}
}

static void a_killed_process_leaves_nothing_open(void **state)
{
	(void)state;
	for (size_t i = 0; i < activity_count; i++)
		for (enum trouble trouble = TROUBLE_GONE;
		     trouble <= TROUBLE_RUNNING; trouble++)
			try_trouble(&activities[i], trouble);
}

static void without_memory_each_call_has_an_answer(void **state)
{
	bool happened;
	int err;

	(void)state;
	for (size_t i = 0; i < activity_count; i++) {
		happened = true;
		for (unsigned long at = 1; happened; at++) {
			no_memory_begin(NO_MEMORY_OURS, at, false);
			err = activities[i].run();
			happened = no_memory_end();
			check_place(&activities[i], err, ENOMEM, at);
		}
	}
}

static int begin(void **state)
{
	struct nerveskey *key;

	if (bench_begin(state) < 0)
		return -1;
	bench_place(bench_chip, "608b-settings-aux");
	key = bench_must_open("");
	kernel_begin(key);
	return 0;
}

static int end(void **state)
{
	kernel_end();
	return bench_end(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_fixed_but_in_settings),
		cmocka_unit_test(attributes_can_be_set_to_what_they_are),
		cmocka_unit_test(only_settings_have_a_type),
		cmocka_unit_test(a_file_is_opened_as_its_mode_permits),
		cmocka_unit_test(a_second_writer_waits_for_the_first),
		cmocka_unit_test(who_waits_too_long_is_answered),
		cmocka_unit_test(at_the_end_the_chip_is_not_changed_any_more),
		cmocka_unit_test(a_killed_process_leaves_nothing_open),
		cmocka_unit_test(without_memory_each_call_has_an_answer),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
