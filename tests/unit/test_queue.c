/* SPDX-License-Identifier: Apache-2.0 */
/* Whose turn it is among those who wait for the chip, and how many may wait. */
#include "golden.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "queue.h"

#define MANY 600

static struct queue *queue;
static struct request *requests[MANY];
static size_t used;

static int set_up(void **state)
{
	(void)state;
	used = 0;
	return queue_new(&queue);
}

static int tear_down(void **state)
{
	(void)state;
	queue_free(queue);
	while (used > 0)
		free(requests[--used]);
	return 0;
}

static struct request *next_of(uid_t uid)
{
	struct request *request = calloc(1, sizeof(*request));

	assert_non_null(request);
	request->uid = uid;
	requests[used++] = request;
	return request;
}

static void put(uid_t uid, size_t count)
{
	while (count--)
		assert_int_equal(queue_put(queue, next_of(uid)), 0);
}

/* The user ids of the next ones that are served, which `want` lists. */
static void assert_served(const char *want)
{
	for (; *want; want++) {
		struct request *request;

		assert_int_equal(queue_next(queue, 0, &request), 0);
		assert_int_equal(request->uid, *want);
		queue_finish(queue, request);
	}
}

static void nobody_waits_for_the_queue_of_another(void **state)
{
	struct request *request;

	(void)state;
	put('a', 3);
	put('b', 2);
	put('c', 1);
	assert_served("abcab");
	put('d', 1);
	assert_served("ad");
	assert_int_equal(queue_next(queue, 0, &request), -EAGAIN);
}

static void who_comes_late_waits_for_one_turn_of_each(void **state)
{
	(void)state;
	put('a', 100);
	put('b', 100);
	assert_served("ababababab");
	put('c', 2);
	assert_served("abcabcabab");
}

static void members_and_strangers_alternate(void **state)
{
	(void)state;
	put('s', 3);
	put('t', 3);
	for (int i = 0; i < 3; i++) {
		struct request *request = next_of('m');

		request->member = true;
		assert_int_equal(queue_put(queue, request), 0);
	}
	assert_served("smtmsm");
	assert_served("tst");
}

static void the_first_comes_before_all(void **state)
{
	struct request *request;

	(void)state;
	put('a', 2);
	request = next_of('f');
	request->first = true;
	assert_int_equal(queue_put(queue, request), 0);
	assert_served("faa");
}

static void who_may_be_refused_is_bounded(void **state)
{
	struct request *request;

	(void)state;
	put('a', 160);
	assert_int_equal(queue_put(queue, next_of('a')), -ETIMEDOUT);
	put('b', 160);
	put('c', 64);
	assert_int_equal(queue_put(queue, next_of('c')), -ETIMEDOUT);
	request = next_of('m');
	request->member = true;
	assert_int_equal(queue_put(queue, request), 0);
	request = next_of('a');
	request->surely = true;
	assert_int_equal(queue_put(queue, request), 0);
}

static void who_is_taken_back_makes_room(void **state)
{
	(void)state;
	put('a', 160);
	assert_true(queue_take_back(queue, requests[80]));
	put('a', 1);
	assert_int_equal(queue_put(queue, next_of('a')), -ETIMEDOUT);
	assert_served("a");
	assert_false(queue_take_back(queue, requests[0]));
}

static void the_front_gets_back_what_is_done(void **state)
{
	(void)state;
	put('a', 2);
	assert_false(queue_is_idle(queue));
	assert_served("aa");
	assert_true(queue_is_idle(queue));
	assert_ptr_equal(queue_finished(queue), requests[0]);
	assert_ptr_equal(queue_finished(queue), requests[1]);
	assert_null(queue_finished(queue));
}

static void what_waits_is_done_before_the_end(void **state)
{
	struct request *request;

	(void)state;
	put('a', 1);
	queue_stop(queue);
	assert_served("a");
	assert_int_equal(queue_next(queue, -1, &request), -ESHUTDOWN);
}

static void without_descriptors_there_is_no_queue(void **state)
{
	struct rlimit before, none = { 0, 0 };
	struct queue *other;
	int err;

	(void)state;
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
	none.rlim_max = before.rlim_max;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
	err = queue_new(&other);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
	assert_int_equal(err, -EMFILE);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(nobody_waits_for_the_queue_of_another),
		TEST(who_comes_late_waits_for_one_turn_of_each),
		TEST(members_and_strangers_alternate),
		TEST(the_first_comes_before_all),
		TEST(who_may_be_refused_is_bounded),
		TEST(who_is_taken_back_makes_room),
		TEST(the_front_gets_back_what_is_done),
		TEST(what_waits_is_done_before_the_end),
		TEST(without_descriptors_there_is_no_queue),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
