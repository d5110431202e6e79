/* SPDX-License-Identifier: Apache-2.0 */
#include "arguments.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "error.h"

static const struct {
	const char *name, *brief;
	const char *value; /* its name in the help; NULL: no value */
	const char *help;
} option_table[OPTION_COUNT] = {
	[OPTION_YEARS_VALID] = { "--years-valid", NULL, "N",
				 "1 to 31 years (default 1); 0: no expiry" },
	[OPTION_SIGNER_CERT] = { "--signer-cert", NULL, "FILE",
				 "the signer's certificate, PEM" },
	[OPTION_SIGNER_KEY] = { "--signer-key", NULL, "FILE|URL",
				"its private key: PEM, or pkcs11:..." },
	[OPTION_PIN_FILE] = { "--pin-file", NULL, "FILE",
			      "holds the PIN for the URL in its first line" },
	[OPTION_CSR] = { "--csr", NULL, "FILE",
			 "the chip's request, PEM (device.csr); - is stdin" },
	[OPTION_CHIP_SERIAL] = { "--chip-serial", NULL, "HEX",
				 "18 digits, when the request lacks them" },
	[OPTION_OUTPUT] = { "--output", "-o", "NAME",
			    "write there (sign: a file instead of stdout;"
			    " create: NAME.cert, NAME.key)" },
	[OPTION_EXTENDED_DATES] = { "--extended-dates", NULL, NULL,
				    "allow years to 2127 and 127 years valid;"
				    " the Elixir library cannot read those" },
};

static const struct command *find_command(const char *group, const char *verb)
{
	const struct command *command;

	for (command = command_table; command->group; command++) {
		if (strcmp(command->group, group) == 0 &&
		    strcmp(command->verb, verb) == 0)
			return command;
	}
	return NULL;
}

/*
 * Finds the option that `word` names, or returns -EINVAL. Sets `*value` to the
 * text after '='.
 */
static int find_option(const char *word, const char **value)
{
	for (int i = 0; i < OPTION_COUNT; i++) {
		const char *name = option_table[i].name;
		const size_t len = strlen(name);

		*value = NULL;
		if (strncmp(word, name, len) == 0 && word[len] == '=')
			*value = word + len + 1;
		else if (strcmp(word, name) != 0 &&
			 (!option_table[i].brief ||
			  strcmp(word, option_table[i].brief) != 0))
			continue;
		return i;
	}
	return fail_because(EINVAL, "there is no option %s", word);
}

/* Takes one option and its value from argv[*at] on. */
static int take_option(int argc, char **argv, int *at,
		       const struct command *command,
		       struct arguments *arguments)
{
	const char *word = argv[(*at)++], *value;
	const int option = find_option(word, &value);

	if (option < 0)
		return option;
	if (!((command->required | command->allowed) & 1u << option))
		return fail_because(EINVAL, "%s %s has no option %s",
				    command->group, command->verb,
				    option_table[option].name);
	if (arguments->value[option])
		return fail_because(EINVAL, "%s is given twice",
				    option_table[option].name);
	if (!option_table[option].value) {
		if (value)
			return fail_because(EINVAL, "%s takes no value",
					    option_table[option].name);
		value = "";
	} else if (!value) {
		if (*at == argc)
			return fail_because(EINVAL, "%s needs %s",
					    option_table[option].name,
					    option_table[option].value);
		value = argv[(*at)++];
	}
	arguments->value[option] = value;
	return 0;
}

static int take_operand(const char *word, const struct command *command,
			struct arguments *arguments)
{
	if (!command->operand || arguments->operand)
		return fail_because(EINVAL,
				    "%s %s: the word \"%s\" is one too many",
				    command->group, command->verb, word);
	arguments->operand = word;
	return 0;
}

static int check_complete(const struct command *command,
			  const struct arguments *arguments)
{
	if (command->operand && !arguments->operand)
		return fail_because(EINVAL, "%s %s needs %s", command->group,
				    command->verb, command->operand);
	for (int i = 0; i < OPTION_COUNT; i++) {
		if (command->required & 1u << i && !arguments->value[i])
			return fail_because(EINVAL, "%s %s needs %s %s",
					    command->group, command->verb,
					    option_table[i].name,
					    option_table[i].value);
	}
	return 0;
}

int arguments_parse(int argc, char **argv, const struct command **command,
		    struct arguments *arguments)
{
	const struct command *found;
	bool options = true;
	int at = 2, err = 0;

	if (argc < 2)
		return fail_because(
			EINVAL,
			"a command is missing: signer create, device create "
			"or device sign");
	found = find_command(argv[0], argv[1]);
	if (!found)
		return fail_because(
			EINVAL,
			"there is no command %s %s: there are signer create, "
			"device create and device sign",
			argv[0], argv[1]);
	*arguments = (struct arguments){ NULL, { NULL } };
	while (err == 0 && at < argc) {
		if (options && strcmp(argv[at], "--") == 0) {
			options = false;
			at++;
		} else if (options && argv[at][0] == '-') {
			err = take_option(argc, argv, &at, found, arguments);
		} else {
			err = take_operand(argv[at++], found, arguments);
		}
	}
	if (err == 0)
		err = check_complete(found, arguments);
	if (err == 0)
		*command = found;
	return err;
}

static void help_option(FILE *out, const struct command *command, int option)
{
	const bool required = command->required & 1u << option;
	const char *value = option_table[option].value;

	if (!((command->required | command->allowed) & 1u << option))
		return;
	fprintf(out, " %s%s%s%s%s", required ? "" : "[",
		option_table[option].name, value ? " " : "", value ? value : "",
		required ? "" : "]");
}

void arguments_help(FILE *out)
{
	const struct command *command;

	fputs("Make signers and device certificates for NervesKeys.\n\n", out);
	for (command = command_table; command->group; command++) {
		fprintf(out, "  nerveskey-ca %s %s%s%s", command->group,
			command->verb, command->operand ? " " : "",
			command->operand ? command->operand : "");
		for (int i = 0; i < OPTION_COUNT; i++)
			help_option(out, command, i);
		fprintf(out, "\n      %s\n", command->summary);
	}
	fputs("\nOptions:\n", out);
	for (int i = 0; i < OPTION_COUNT; i++)
		fprintf(out, "  %s%s%s %-*s %s\n",
			option_table[i].brief ? option_table[i].brief : "",
			option_table[i].brief ? ", " : "", option_table[i].name,
			20 - (int)strlen(option_table[i].name) -
				(option_table[i].brief ? 4 : 0),
			option_table[i].value ? option_table[i].value : "",
			option_table[i].help);
	fputs("  --help, --version\n\n"
	      "No file is ever overwritten. Exit status: 0 done, 1 refused or"
	      " failed, 2 wrong usage.\n",
	      out);
}
