/* SPDX-License-Identifier: Apache-2.0 */
/* nerveskey-ca: makes signers and issues certificates without a chip. */
#include <errno.h>
#include <string.h>
#include <sys/resource.h>

#include "arguments.h"
#include "commands.h"
#include "error.h"
#include "log.h"
#include "system_clock.h"

enum exit_status { EXIT_DONE = 0, EXIT_FAILED = 1, EXIT_USAGE = 2 };

#define BIT(option) (1u << OPTION_##option)

const struct command command_table[] = {
	{ "signer", "create", "NAME", 0, BIT(YEARS_VALID) | BIT(EXTENDED_DATES),
	  "make a signer: NAME.cert and NAME.key", signer_create_command },
	{ "signer", "prove", "CODE", BIT(SIGNER_CERT) | BIT(SIGNER_KEY),
	  BIT(PIN_FILE) | BIT(OUTPUT),
	  "prove to a cloud, by a certificate for its CODE, that you have"
	  " the signer's key",
	  signer_prove_command },
	{ "device", "create", "SERIAL", BIT(SIGNER_CERT) | BIT(SIGNER_KEY),
	  BIT(PIN_FILE) | BIT(OUTPUT) | BIT(EXTENDED_DATES),
	  "make a device without a chip, for tests: SERIAL.cert and SERIAL.key",
	  device_create_command },
	{ "device", "sign", NULL, BIT(CSR) | BIT(SIGNER_CERT) | BIT(SIGNER_KEY),
	  BIT(PIN_FILE) | BIT(CHIP_SERIAL) | BIT(OUTPUT) | BIT(EXTENDED_DATES),
	  "make the certificate that a chip's request asks for",
	  device_sign_command },
	{ NULL, NULL, NULL, 0, 0, NULL, NULL },
};

static void print_line(enum log_level level, const char *line)
{
	fprintf(stderr, "nerveskey-ca: %s%s\n",
		level <= LOG_LEVEL_ERROR ? "" : "warning: ", line);
}

static int complain(int status)
{
	fprintf(stderr, "nerveskey-ca: %s\n", fail_reason());
	if (status == EXIT_USAGE)
		fputs("nerveskey-ca --help says more.\n", stderr);
	return status;
}

/* Finds --help or --version anywhere on the command line. */
static const char *find_question(int argc, char **argv)
{
	for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
		if (strcmp(argv[i], "--help") == 0 ||
		    strcmp(argv[i], "--version") == 0)
			return argv[i];
	}
	return NULL;
}

static int answer(const char *question)
{
	if (strcmp(question, "--help") == 0)
		arguments_help(stdout);
	else
		puts("nerveskey-ca " NK_VERSION);
	return EXIT_DONE;
}

int main(int argc, char **argv)
{
	const struct rlimit none = { 0, 0 };
	const char *question = find_question(argc, argv);
	const struct command *command;
	struct arguments arguments;
	int err;

	/* Disables core files, which could hold a key. */
	setrlimit(RLIMIT_CORE, &none);
	log_to(print_line, LOG_LEVEL_WARNING);
	if (question)
		return answer(question);
	if (arguments_parse(argc - 1, argv + 1, &command, &arguments) < 0)
		return complain(EXIT_USAGE);
	/* Every command dates a certificate. */
	err = clock_check(time(NULL));
	if (err == 0)
		err = command->run(&arguments);
	if (err == -ENOMEM)
		fail_because(ENOMEM, "out of memory");
	return err < 0 ? complain(EXIT_FAILED) : EXIT_DONE;
}
