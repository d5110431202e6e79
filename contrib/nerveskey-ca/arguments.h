/* SPDX-License-Identifier: Apache-2.0 */
/* The command line of nerveskey-ca: its commands, and the given arguments. */
#pragma once

#include <stdio.h>

enum option {
	OPTION_YEARS_VALID,
	OPTION_SIGNER_CERT,
	OPTION_SIGNER_KEY,
	OPTION_PIN_FILE,
	OPTION_CSR,
	OPTION_CHIP_SERIAL,
	OPTION_OUTPUT,
	OPTION_EXTENDED_DATES,
	OPTION_COUNT
};

struct arguments {
	const char *operand;		 /* NULL when the command has none */
	const char *value[OPTION_COUNT]; /* NULL: not given */
};

struct command {
	const char *group, *verb;
	const char *operand;		/* its name in the help; NULL: none */
	unsigned int required, allowed; /* bits 1 << option */
	const char *summary;
	/* Returns 0 or -errno, with a sentence in fail_reason(). */
	int (*run)(const struct arguments *arguments);
};

/* An entry without a group ends the table. */
extern const struct command command_table[];

/*
 * Parses `argc` words after the program's name. Sets `*command` and
 * `arguments`. Options may stand before or after the operand and cannot be
 * abbreviated. -EINVAL with the reason: an unknown command or option, an option
 * given twice or without its value, a missing one, or too many words.
 */
int arguments_parse(int argc, char **argv, const struct command **command,
		    struct arguments *arguments);

void arguments_help(FILE *out);
