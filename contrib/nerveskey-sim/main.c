/* SPDX-License-Identifier: Apache-2.0 */
/* nerveskey-sim: simulated chips for people, tests and other programs. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "log.h"
#include "tool.h"

static const char help[] =
	"usage: nerveskey-sim create FILE [--model M] [--seed N]\n"
	"       nerveskey-sim create FILE --from IMAGE\n"
	"       nerveskey-sim show FILE\n"
	"       nerveskey-sim serve FILE --socket PATH [--control PATH]\n"
	"                     [--addr N] [--timing none|typical|max] [--hz N]\n"
	"                     [--clock real|virtual] [--seed N]\n"
	"                     [--faults F[+F...]] [--wake-crc 40c2|c440]\n"
	"       nerveskey-sim control PATH COMMAND...\n"
	"\n"
	"create   a chip in FILE, which must not exist: blank (508a, 608a, 608b),\n"
	"         Trust&Go (tng), or a copy of another chip's file\n"
	"show     what is in FILE\n"
	"serve    be an I2C bus with that chip, on a Unix socket\n"
	"control  tell the bus served at PATH: faults F[+F...], no-faults,\n"
	"         power off|on|cycle, remove, insert, swap [FILE], stats, reset\n"
	"-h, --help, --version\n"
	"\n"
	"nerveskey-sim(1) has the options, what can go wrong, and the defaults.\n";

static const struct {
	const char *name;
	int (*run)(int argc, char **argv);
} subcommands[] = {
	{ "create", tool_create },
	{ "show", tool_show },
	{ "serve", tool_serve },
	{ "control", tool_control },
};

int tool_failed(int err)
{
	const char *reason = fail_reason();

	fprintf(stderr, "nerveskey-sim: %s\n",
		*reason ? reason : strerror(abs(err)));
	return 1;
}

int tool_usage(const char *sentence)
{
	fprintf(stderr, "nerveskey-sim: %s (nerveskey-sim --help says more)\n",
		sentence);
	return 2;
}

static void print_log(enum log_level level, const char *line)
{
	(void)level;
	fprintf(stderr, "nerveskey-sim: %s\n", line);
}

int main(int argc, char **argv)
{
	log_to(print_log, LOG_LEVEL_INFO);
	if (argc < 2)
		return tool_usage("what shall I do?");
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
		fputs(help, stdout);
		return 0;
	}
	if (strcmp(argv[1], "--version") == 0) {
		puts("nerveskey-sim " NK_VERSION);
		return 0;
	}
	for (size_t i = 0; i < sizeof(subcommands) / sizeof(subcommands[0]);
	     i++)
		if (strcmp(subcommands[i].name, argv[1]) == 0)
			return subcommands[i].run(argc - 1, argv + 1);
	return tool_usage("no such subcommand");
}
