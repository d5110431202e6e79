/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Staged keys and a machine that is suspended: the clock of the timer that ends
 * them, and that clock's time, are played here.
 */
#include "golden.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "nerveskey.h"

#define PATIENCE_MS 30000

static clockid_t timer_clock;
static int timer = -1, set = -1; /* eventfds: it fires, it was set */
static _Atomic time_t due_s, suspended_s;
static bool no_threads;
static char chip[64];

int __wrap_timerfd_create(clockid_t clock, int flags);
int __wrap_timerfd_settime(int fd, int flags, const struct itimerspec *at,
			   struct itimerspec *before);
int __wrap_clock_gettime(clockid_t clock, struct timespec *now);
int __real_clock_gettime(clockid_t clock, struct timespec *now);

int __wrap_timerfd_create(clockid_t clock, int flags)
{
	(void)flags;
	timer_clock = clock;
	timer = eventfd(0, EFD_CLOEXEC);
	return timer;
}

/* Less than a second: at once. */
int __wrap_timerfd_settime(int fd, int flags, const struct itimerspec *at,
			   struct itimerspec *before)
{
	(void)flags;
	(void)before;
	assert_int_equal(fd, timer);
	due_s = at->it_value.tv_sec;
	if (at->it_value.tv_nsec)
		eventfd_write(timer, 1);
	return eventfd_write(set, 1);
}

int __wrap_clock_gettime(clockid_t clock, struct timespec *now)
{
	int ret = __real_clock_gettime(clock, now);

	if (clock == CLOCK_BOOTTIME)
		now->tv_sec += suspended_s;
	return ret;
}

int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attr,
			  void *(*run)(void *), void *context);
int __real_pthread_create(pthread_t *thread, const pthread_attr_t *attr,
			  void *(*run)(void *), void *context);

int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attr,
			  void *(*run)(void *), void *context)
{
	return no_threads ? EAGAIN
			  : __real_pthread_create(thread, attr, run, context);
}

static time_t wait_until_set(void)
{
	struct pollfd poller = { .fd = set, .events = POLLIN };
	eventfd_t times;

	assert_int_equal(poll(&poller, 1, PATIENCE_MS), 1);
	assert_int_equal(eventfd_read(set, &times), 0);
	return due_s;
}

static void assert_shown(struct nerveskey *key, const char *line)
{
	struct bytes text = BYTES_INIT;

	assert_int_equal(
		nerveskey_provision_show(key, NERVESKEY_PROVISION, &text), 0);
	assert_non_null(strstr(bytes_text(&text), line));
	bytes_free(&text);
}

/* On a blank chip; the signer's key is written. */
static struct nerveskey *stage_key(void)
{
	const char *base = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
	const struct nerveskey_options options = { .state_dir = NULL };
	struct bytes text = golden_file("signers/y31.key");
	struct nerveskey *key;
	char device[96];
	int file;

	snprintf(chip, sizeof(chip), "%s/nerveskey-expiry-XXXXXX", base);
	file = mkstemp(chip);
	assert_true(file >= 0);
	close(file);
	unlink(chip);
	snprintf(device, sizeof(device), "sim:%s,clock=virtual", chip);
	assert_int_equal(nerveskey_open(device, &options, &key), 0);
	assert_int_equal(timer_clock, CLOCK_BOOTTIME);
	assert_int_equal(nerveskey_provision_write(key, NERVESKEY_PROVISION,
						   true, bytes_text(&text),
						   text.len),
			 0);
	bytes_free(&text);
	return key;
}

static void keys_are_wiped_by_a_clock_that_counts_suspension(void **state)
{
	struct nerveskey *key = stage_key();

	(void)state;
	assert_in_range(wait_until_set(), 295, 301);
	assert_shown(key, "signer-key=staged\n");

	suspended_s = 301;
	eventfd_write(timer, 1);
	assert_int_equal(wait_until_set(), 0);
	assert_shown(key, "expired=signer-key\n");
	nerveskey_close(key);
	unlink(chip);
}

static void keys_that_nobody_would_wipe_are_not_kept(void **state)
{
	struct nerveskey *key;

	(void)state;
	no_threads = true;
	key = stage_key();
	assert_shown(key, "expired=signer-key\n");
	nerveskey_close(key);
	no_threads = false;
	unlink(chip);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			keys_are_wiped_by_a_clock_that_counts_suspension),
		cmocka_unit_test(keys_that_nobody_would_wipe_are_not_kept),
	};

	set = eventfd(0, EFD_CLOEXEC);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
