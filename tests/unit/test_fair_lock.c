/* SPDX-License-Identifier: Apache-2.0 */
#include "golden.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>

#include "fair_lock.h"

#define WAITERS 8

static struct fair_lock lock;
static int order[WAITERS], served;

static void *wait_and_note(void *number)
{
	assert_int_equal(fair_lock_take(&lock, 60000, WAITERS), 0);
	order[served++] = *(int *)number;
	fair_lock_give(&lock);
	return NULL;
}

static unsigned int queue_length(void)
{
	unsigned int n;

	pthread_mutex_lock(&lock.mutex);
	n = lock.waiting;
	pthread_mutex_unlock(&lock.mutex);
	return n;
}

static void those_who_may_wait_are_served_in_order(void **state)
{
	pthread_t thread[WAITERS];
	int number[WAITERS];

	(void)state;
	assert_int_equal(fair_lock_init(&lock), 0);
	assert_int_equal(fair_lock_take(&lock, 0, WAITERS), 0);
	for (int i = 0; i < WAITERS; i++) {
		number[i] = i;
		pthread_create(&thread[i], NULL, wait_and_note, &number[i]);
		while (queue_length() <= (unsigned int)i)
			sched_yield();
	}
	assert_int_equal(fair_lock_take(&lock, 60000, WAITERS), -EBUSY);
	fair_lock_give(&lock);
	for (int i = 0; i < WAITERS; i++)
		pthread_join(thread[i], NULL);
	for (int i = 0; i < WAITERS; i++)
		assert_int_equal(order[i], i);
	fair_lock_destroy(&lock);
}

static void waiting_ends_at_the_deadline(void **state)
{
	(void)state;
	assert_int_equal(fair_lock_init(&lock), 0);
	assert_int_equal(fair_lock_take(&lock, 0, WAITERS), 0);
	assert_int_equal(fair_lock_take(&lock, 10, WAITERS), -ETIMEDOUT);
	assert_int_equal(queue_length(), 0);
	assert_false(fair_lock_try(&lock));
	fair_lock_give(&lock);
	assert_true(fair_lock_try(&lock));
	fair_lock_give(&lock);
	fair_lock_destroy(&lock);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(those_who_may_wait_are_served_in_order),
		cmocka_unit_test(waiting_ends_at_the_deadline),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
