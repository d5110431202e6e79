/* SPDX-License-Identifier: Apache-2.0 */
#include "commands.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "files.h"
#include "open_signer.h"

static int parse_years(const char *text, unsigned int *years)
{
	if (!text) {
		*years = 1; /* default of the Elixir library's mix task */
		return 0;
	}
	if (strlen(text) > 3 || strspn(text, "0123456789") != strlen(text) ||
	    *text == '\0')
		return fail_because(
			EINVAL,
			"--years-valid %s: a number of years is expected, 0 "
			"for no expiry",
			text);
	*years = (unsigned int)strtoul(text, NULL, 10);
	return 0;
}

int signer_create_command(const struct arguments *arguments)
{
	const char *name = arguments->operand;
	struct signer_terms terms = {
		.extended_dates = arguments->value[OPTION_EXTENDED_DATES],
	};
	struct bytes cert = BYTES_INIT, key = BYTES_INIT;
	struct file_pair pair;
	int err;

	err = parse_years(arguments->value[OPTION_YEARS_VALID],
			  &terms.years_valid);
	if (err < 0)
		return err;
	err = file_pair_open(name, &pair);
	if (err < 0)
		return err;
	err = signer_create(&terms, time(NULL), &cert, &key);
	if (err == 0)
		err = file_pair_write(&pair, &cert, &key);
	err = file_pair_close(&pair, err);
	if (err == 0)
		printf("Created %s.cert, which verifies devices, and %s.key, "
		       "which must stay secret.\n",
		       name, name);
	bytes_free(&key);
	bytes_free(&cert);
	return err;
}

int signer_prove_command(const struct arguments *arguments)
{
	struct bytes pem = BYTES_INIT;
	struct signer *signer;
	int err;

	err = arguments_open_signer(arguments, &signer);
	if (err < 0)
		return err;
	err = signer_prove(signer, arguments->operand, time(NULL), &pem);
	if (err == 0)
		err = file_put(arguments->value[OPTION_OUTPUT], &pem);
	bytes_free(&pem);
	signer_free(signer);
	return err;
}
