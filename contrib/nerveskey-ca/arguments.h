/* SPDX-License-Identifier: Apache-2.0 */
/* The command line of nerveskey-ca: what there is, and what was given. */
#ifndef NK_CA_ARGUMENTS_H
#define NK_CA_ARGUMENTS_H

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
	/* 0 or -errno with the sentence in fail_reason(). */
	int (*run)(const struct arguments *arguments);
};

/* The table ends with an entry without a group. */
extern const struct command command_table[];

/*
 * `argc` words after the program's name. -EINVAL with the reason: no such
 * command or option, one given twice, without its value, missing, or too many
 * words. Options may stand before and after the operand, and not be shortened.
 */
int arguments_parse(int argc, char **argv, const struct command **command,
		    struct arguments *arguments);

void arguments_help(FILE *out);

#endif
