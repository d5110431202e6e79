/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The end of a mount whose thread is forgetting names: nobody serves any more,
 * and what the thread has asked the kernel waits for an answer.
 */
#include "golden.h"

#include <errno.h>
#include <fuse.h>
#include <fuse_lowlevel.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "names.h"

#define A_THOUSAND 1024
#define PATIENCE_S 20

static char dir[32];
static char *words[] = { "test_names", NULL };
static struct fuse *fuse;
static struct names *names;
static bool is_crowded; /* each answer is about a thousand names more */

static void look_up_a_thousand(void)
{
	for (int i = 0; i < A_THOUSAND; i++)
		names_looked_up(names, "/signatures");
}

static int get_attributes(const char *path, struct stat *st,
			  struct fuse_file_info *info)
{
	(void)path;
	(void)info;
	if (is_crowded)
		look_up_a_thousand();
	*st = (struct stat){ .st_mode = S_IFDIR | 0755, .st_nlink = 2 };
	return 0;
}

static const struct fuse_operations answers = { .getattr = get_attributes };

static void await_request(void)
{
	struct pollfd request = {
		.fd = fuse_session_fd(fuse_get_session(fuse)),
		.events = POLLIN,
	};

	assert_int_equal(poll(&request, 1, PATIENCE_S * 1000), 1);
}

/* The first request of all is the kernel's greeting. */
static void serve_one(void)
{
	struct fuse_session *session = fuse_get_session(fuse);
	struct fuse_buf buf = { .mem = NULL };

	await_request();
	assert_true(fuse_session_receive_buf(session, &buf) > 0);
	fuse_session_process_buf(session, &buf);
	free(buf.mem);
}

static int begin(void **state)
{
	struct fuse_args args = FUSE_ARGS_INIT(1, words);

	(void)state;
	strcpy(dir, "/tmp/nk-names-XXXXXX");
	if (!mkdtemp(dir))
		return -1;
	fuse = fuse_new(&args, &answers, sizeof(answers), NULL);
	fuse_opt_free_args(&args);
	return fuse ? 0 : -1;
}

static int end(void **state)
{
	(void)state;
	fuse_destroy(fuse);
	return rmdir(dir);
}

/* With the thread waiting for an answer that only names_stop() can give it. */
static void stop_a_thread_that_waits(void)
{
	serve_one();
	assert_int_equal(names_start(fuse, dir, &names), 0);
	look_up_a_thousand();
	await_request();
	fuse_session_exit(fuse_get_session(fuse));
	alarm(PATIENCE_S);
	names_stop(names);
	alarm(0);
}

static void stop(bool crowded)
{
	if (fuse_mount(fuse, dir) < 0)
		skip();
	is_crowded = crowded;
	stop_a_thread_that_waits();
	fuse_unmount(fuse);
}

static void a_thread_that_waits_for_an_answer_gets_it_and_ends(void **state)
{
	(void)state;
	stop(false);
}

static void names_that_come_meanwhile_do_not_keep_it(void **state)
{
	(void)state;
	stop(true);
}

#define MOUNTED(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		MOUNTED(a_thread_that_waits_for_an_answer_gets_it_and_ends),
		MOUNTED(names_that_come_meanwhile_do_not_keep_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
