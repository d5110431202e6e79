/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The command line without memory: each request is refused once, ours and those
 * of libfuse's list of options. It is an error with a sentence that says so, or
 * nothing is lost.
 */
#include "golden.h"

#include <errno.h>
#include <fuse_opt.h>
#include <string.h>

#include "error.h"
#include "no_memory.h"
#include "options.h"

static unsigned long asked, refused_at;

#define WRAP(name, parameters, arguments)       \
	int __real_##name parameters;           \
	int __wrap_##name parameters;           \
	int __wrap_##name parameters            \
	{                                       \
		if (++asked == refused_at)      \
			return -1;              \
		return __real_##name arguments; \
	}

WRAP(fuse_opt_add_opt, (char **list, const char *text), (list, text))
WRAP(fuse_opt_add_opt_escaped, (char **list, const char *text), (list, text))
WRAP(fuse_opt_insert_arg, (struct fuse_args * args, int at, const char *text),
     (args, at, text))

static char *const line[] = {
	"nerveskeyfs",
	"sim:chip",
	"/",
	"-o",
	"fsname=a,subtype=b,max_read=4096,allow_other,state=here,uid=0,gid=0",
};

/* Returns the error; `complete`: nothing of the line is missing. */
static int parse(bool *complete)
{
	struct options options;
	char *words[sizeof(line) / sizeof(*line)];
	int err;

	memcpy(words, line, sizeof(line));
	err = options_parse(sizeof(line) / sizeof(*line), words, &options);
	*complete =
		options.device && options.mountpoint && options.state_dir &&
		options.mount.source && options.mount.subtype &&
		options.mount.data && strcmp(options.mount.source, "a") == 0 &&
		strcmp(options.mount.subtype, "b") == 0 &&
		strcmp(options.mount.data,
		       "max_read=4096,allow_other,default_permissions") == 0 &&
		options.fuse.argc == 5;
	options_free(&options);
	return err;
}

static void check(int err, bool complete, unsigned long at)
{
	if (err == 0 && complete)
		return;
	if (err == -ENOMEM ||
	    (err == -EINVAL && strstr(fail_reason(), "memory")))
		return;
	fail_msg("request %lu: %s: %s", at, errno_name(err), fail_reason());
}

static void our_memory_runs_out(void **state)
{
	bool refused = true, complete;
	int err;

	(void)state;
	for (unsigned long at = 1; refused; at++) {
		no_memory_begin(NO_MEMORY_OURS, at, false);
		err = parse(&complete);
		refused = no_memory_end();
		check(err, complete, at);
	}
	assert_int_equal(err, 0);
	assert_true(complete);
}

static void memory_of_libfuse_runs_out(void **state)
{
	bool complete;
	int err;

	(void)state;
	do {
		refused_at++;
		asked = 0;
		err = parse(&complete);
		check(err, complete, refused_at);
	} while (asked >= refused_at);
	assert_int_equal(err, 0);
	assert_true(complete);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(our_memory_runs_out),
		cmocka_unit_test(memory_of_libfuse_runs_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
