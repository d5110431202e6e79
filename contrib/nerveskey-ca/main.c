/* SPDX-License-Identifier: Apache-2.0 */
/* nerveskey-ca: makes signers and issues certificates without a chip. */
#include <errno.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "commands.h"
#include "error.h"
#include "log.h"
#include "system_clock.h"

enum exit_status { EXIT_DONE = 0, EXIT_FAILED = 1, EXIT_USAGE = 2 };

#define BIT(option) (1u << OPTION_##option)
#define SIGNER	    (BIT(SIGNER_CERT) | BIT(SIGNER_KEY))
#define COMMANDS    "signer create, signer prove, device create, device sign"

static const struct command {
	const char *group, *verb;
	const char *operand;		/* its name in the help; NULL: none */
	unsigned int required, allowed; /* bits 1 << option */
	const char *summary;
	int (*run)(const struct arguments *arguments);
} commands[] = {
	{ "signer", "create", "NAME", 0, BIT(YEARS_VALID) | BIT(EXTENDED_DATES),
	  "make a signer: NAME.cert and NAME.key", signer_create_command },
	{ "signer", "prove", "CODE", SIGNER, BIT(PIN_FILE) | BIT(OUTPUT),
	  "prove to a cloud, by a certificate for its CODE, that you have"
	  " the signer's key",
	  signer_prove_command },
	{ "device", "create", "SERIAL", SIGNER,
	  BIT(PIN_FILE) | BIT(OUTPUT) | BIT(EXTENDED_DATES),
	  "make a device without a chip, for tests: SERIAL.cert and SERIAL.key",
	  device_create_command },
	{ "device", "sign", NULL, BIT(CSR) | SIGNER,
	  BIT(PIN_FILE) | BIT(CHIP_SERIAL) | BIT(OUTPUT) | BIT(EXTENDED_DATES),
	  "make the certificate that a chip's request asks for",
	  device_sign_command },
};
#define COMMAND_COUNT (sizeof(commands) / sizeof(commands[0]))

static const struct {
	const char *name;
	const char *brief; /* in the help */
	const char *value; /* its name in the help; NULL: no value */
	const char *help;
} options[OPTION_COUNT] = {
	[OPTION_YEARS_VALID] = { "years-valid", "", "N",
				 "1 to 31 years (default 1); 0: no expiry" },
	[OPTION_SIGNER_CERT] = { "signer-cert", "", "FILE",
				 "the signer's certificate, PEM" },
	[OPTION_SIGNER_KEY] = { "signer-key", "", "FILE|URL",
				"its private key: PEM, or pkcs11:..." },
	[OPTION_PIN_FILE] = { "pin-file", "", "FILE",
			      "holds the PIN for the URL in its first line" },
	[OPTION_CSR] = { "csr", "", "FILE",
			 "the chip's request, PEM (device.csr); - is stdin" },
	[OPTION_CHIP_SERIAL] = { "chip-serial", "", "HEX",
				 "18 digits, when the request lacks them" },
	[OPTION_OUTPUT] = { "output", "-o, ", "NAME",
			    "write there (sign: a file instead of stdout;"
			    " create: NAME.cert, NAME.key)" },
	[OPTION_EXTENDED_DATES] = { "extended-dates", "", NULL,
				    "allow years to 2127 and 127 years valid;"
				    " the Elixir library cannot read those" },
};

static void print_line(enum log_level level, const char *line)
{
	fprintf(stderr, "nerveskey-ca: %s%s\n",
		level <= LOG_LEVEL_ERROR ? "" : "warning: ", line);
}

static int complain(int status)
{
	if (*fail_reason())
		print_line(LOG_LEVEL_ERROR, fail_reason());
	if (status == EXIT_USAGE)
		fputs("nerveskey-ca --help says more.\n", stderr);
	return status;
}

static const struct command *find_command(int argc, char **argv)
{
	for (size_t i = 0; i < COMMAND_COUNT && argc > 2; i++)
		if (strcmp(commands[i].group, argv[1]) == 0 &&
		    strcmp(commands[i].verb, argv[2]) == 0)
			return &commands[i];
	if (argc > 2)
		fail_because(EINVAL,
			     "there is no command %s %s: there are " COMMANDS,
			     argv[1], argv[2]);
	else
		fail_because(EINVAL, "a command is missing: " COMMANDS);
	return NULL;
}

/* What the command takes, for getopt_long(). */
static void list_options(const struct command *command,
			 struct option list[OPTION_COUNT + 1])
{
	for (int i = 0; i < OPTION_COUNT; i++) {
		if (!((command->required | command->allowed) & 1u << i))
			continue;
		*list++ = (struct option){
			.name = options[i].name,
			.has_arg = options[i].value ? required_argument
						    : no_argument,
			.val = i,
		};
	}
	*list = (struct option){ 0 };
}

static int check_complete(const struct command *command,
			  const struct arguments *arguments)
{
	for (int i = 0; i < OPTION_COUNT; i++) {
		if (command->required & 1u << i && !arguments->value[i])
			return fail_because(EINVAL, "%s %s needs --%s %s",
					    command->group, command->verb,
					    options[i].name, options[i].value);
	}
	return 0;
}

/* Parses what follows the command. getopt_long() prints its own errors. */
static int parse(const struct command *command, int argc, char **argv,
		 struct arguments *arguments)
{
	const char *brief = command->allowed & BIT(OUTPUT) ? "o:" : "";
	const int operands = command->operand ? 1 : 0;
	struct option list[OPTION_COUNT + 1];
	int option;

	list_options(command, list);
	*arguments = (struct arguments){ NULL, { NULL } };
	optind = 3;
	while ((option = getopt_long(argc, argv, brief, list, NULL)) != -1) {
		if (option == 'o')
			option = OPTION_OUTPUT;
		if (option == '?')
			return -EINVAL;
		if (arguments->value[option])
			return fail_because(EINVAL, "--%s is given twice",
					    options[option].name);
		arguments->value[option] = optarg ?: "";
	}
	if (argc - optind > operands)
		return fail_because(
			EINVAL, "%s %s: the word \"%s\" is one too many",
			command->group, command->verb, argv[optind + operands]);
	if (argc - optind < operands)
		return fail_because(EINVAL, "%s %s needs %s", command->group,
				    command->verb, command->operand);
	arguments->operand = argv[optind];
	return check_complete(command, arguments);
}

static void help_option(const struct command *command, int option)
{
	const bool required = command->required & 1u << option;
	const char *value = options[option].value;

	if ((command->required | command->allowed) & 1u << option)
		printf(" %s--%s%s%s%s", required ? "" : "[",
		       options[option].name, value ? " " : "",
		       value ? value : "", required ? "" : "]");
}

static void print_help(void)
{
	puts("Make signers and device certificates for NervesKeys.\n");
	for (size_t i = 0; i < COMMAND_COUNT; i++) {
		printf("  nerveskey-ca %s %s%s%s", commands[i].group,
		       commands[i].verb, commands[i].operand ? " " : "",
		       commands[i].operand ? commands[i].operand : "");
		for (int option = 0; option < OPTION_COUNT; option++)
			help_option(&commands[i], option);
		printf("\n      %s\n", commands[i].summary);
	}
	puts("\nOptions:");
	for (int i = 0; i < OPTION_COUNT; i++)
		printf("  %s--%s %-*s %s\n", options[i].brief, options[i].name,
		       18 - (int)strlen(options[i].name) -
			       (int)strlen(options[i].brief),
		       options[i].value ? options[i].value : "",
		       options[i].help);
	puts("  --help, --version\n\n"
	     "No file is ever overwritten. Exit status: 0 done, 1 refused or"
	     " failed, 2 wrong usage.");
}

/* Answers --help or --version, which may stand anywhere. */
static bool answer(int argc, char **argv)
{
	for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
		if (strcmp(argv[i], "--help") == 0)
			print_help();
		else if (strcmp(argv[i], "--version") == 0)
			puts("nerveskey-ca " NK_VERSION);
		else
			continue;
		return true;
	}
	return false;
}

int main(int argc, char **argv)
{
	const struct rlimit none = { 0, 0 };
	const struct command *command;
	struct arguments arguments;
	int err;

	/* Disables core files, which could hold a key. */
	setrlimit(RLIMIT_CORE, &none);
	log_to(print_line, LOG_LEVEL_WARNING);
	if (answer(argc, argv))
		return EXIT_DONE;
	command = find_command(argc, argv);
	if (!command || parse(command, argc, argv, &arguments) < 0)
		return complain(EXIT_USAGE);
	/* Every command dates a certificate. */
	err = clock_check(time(NULL));
	if (err == 0)
		err = command->run(&arguments);
	if (err == -ENOMEM)
		fail_because(ENOMEM, "out of memory");
	return err < 0 ? complain(EXIT_FAILED) : EXIT_DONE;
}
