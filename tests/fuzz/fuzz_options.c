/* SPDX-License-Identifier: Apache-2.0 */
/* A command line, one argument a line. */
#include <fuse.h>
#include <string.h>

#include "fuzz.h"
#include "options.h"

enum { ARGUMENTS_MAX = 16 };

static void say_nothing(enum fuse_log_level level, const char *format,
			va_list args)
{
	(void)level;
	(void)format;
	(void)args;
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	fuse_set_log_func(say_nothing);
	return 0;
}

static void try_options(int argc, char **argv)
{
	struct options options;
	int err = options_parse(argc, argv, &options);

	REQUIRE(err <= 0);
	if (err == 0 && options.want == OPTIONS_MOUNT &&
	    options_check(&options) == 0) {
		REQUIRE(options.device && options.mountpoint);
		REQUIRE(options.mountpoint[0] == '/');
		REQUIRE(options.state_dir && options.state_dir[0] == '/');
		REQUIRE(options.umask <= 0777);
	}
	options_free(&options);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes raw = { (uint8_t *)data, size, 0, 0 };
	struct bytes text = fuzz_copy(&raw);
	char *argv[ARGUMENTS_MAX + 1] = { (char *)"nerveskeyfs" };
	char *rest = (char *)text.data, *argument;
	int argc = 1;

	while (argc < ARGUMENTS_MAX && (argument = strsep(&rest, "\n")))
		argv[argc++] = argument;
	try_options(argc, argv);
	bytes_free(&text);
	return 0;
}
