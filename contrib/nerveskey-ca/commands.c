/* SPDX-License-Identifier: Apache-2.0 */
#include "commands.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "files.h"
#include "signer.h"
#include "text.h"

#define CHIP_SERIAL_SIZE 9

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
	BYTES_LOCAL(cert);
	BYTES_LOCAL(key);
	int err;

	err = parse_years(arguments->value[OPTION_YEARS_VALID],
			  &terms.years_valid);
	if (err == 0)
		err = signer_create(&terms, time(NULL), &cert, &key);
	if (err == 0)
		err = file_create_pair(name, &cert, &key);
	if (err == 0)
		printf("Created %s.cert, which verifies devices, and %s.key, "
		       "which must stay secret.\n",
		       name, name);
	return err;
}

/* Opens the signer of --signer-cert and --signer-key. */
static int open_signer(const struct arguments *arguments,
		       struct signer **signer)
{
	const char *key_name = arguments->value[OPTION_SIGNER_KEY];
	BYTES_LOCAL(cert);
	BYTES_LOCAL(key);
	struct signer_source source = {
		.certificate_pem = &cert,
		.pin_file = arguments->value[OPTION_PIN_FILE],
		.extended_dates = arguments->value[OPTION_EXTENDED_DATES],
	};
	int err;

	err = file_read(arguments->value[OPTION_SIGNER_CERT], &cert);
	if (err == 0 && signer_key_is_url(key_name)) {
		source.key_url = key_name;
	} else if (err == 0) {
		source.key_pem = &key;
		err = file_read(key_name, &key);
	}
	return err < 0 ? err : signer_open(&source, signer);
}

int signer_prove_command(const struct arguments *arguments)
{
	BYTES_LOCAL(pem);
	struct signer *signer;
	int err = open_signer(arguments, &signer);

	if (err < 0)
		return err;
	err = signer_prove(signer, arguments->operand, time(NULL), &pem);
	signer_free(signer);
	return err < 0 ? err : file_put(arguments->value[OPTION_OUTPUT], &pem);
}

int device_create_command(const struct arguments *arguments)
{
	const char *serial = arguments->operand;
	const char *name = arguments->value[OPTION_OUTPUT] ?: serial;
	BYTES_LOCAL(cert);
	BYTES_LOCAL(key);
	struct signer *signer;
	int err;

	if (*serial == '\0')
		return fail_because(
			EINVAL,
			"the serial is empty: 1 to 48 bytes are expected");
	err = certificate_check_new_serial((const uint8_t *)serial,
					   strlen(serial));
	if (err == 0)
		err = open_signer(arguments, &signer);
	if (err < 0)
		return err;
	err = signer_create_device(signer, serial, time(NULL), &cert, &key);
	signer_free(signer);
	if (err == 0)
		err = file_create_pair(name, &cert, &key);
	if (err == 0)
		printf("Created %s.cert and %s.key, for tests: the key of a"
		       " real device never leaves its chip.\n",
		       name, name);
	return err;
}

/*
 * Takes the chip serial from the request or the option. If both have one, they
 * must agree.
 */
static int find_chip_serial(const char *hex,
			    struct certificate_request_content *request)
{
	char meant[2 * CHIP_SERIAL_SIZE + 1];
	uint8_t given[CHIP_SERIAL_SIZE];

	if (!hex && request->has_chip_serial)
		return 0;
	if (!hex)
		return fail_because(
			EINVAL,
			"the request does not say the chip's serial "
			"(device.csr does), which the certificate depends on: "
			"give it with --chip-serial");
	if (strlen(hex) != 2 * sizeof(given) ||
	    hex_decode(hex, given, sizeof(given)) < 0)
		return fail_because(
			EINVAL, "--chip-serial %s: 18 hex digits are expected",
			hex);
	hex_encode(request->chip_serial, sizeof(given), meant);
	if (request->has_chip_serial &&
	    memcmp(given, request->chip_serial, sizeof(given)) != 0)
		return fail_because(
			EINVAL,
			"--chip-serial %s: the request is for another chip, "
			"%s",
			hex, meant);
	memcpy(request->chip_serial, given, sizeof(given));
	return 0;
}

static int read_request(const struct arguments *arguments,
			struct certificate_request_content *request)
{
	BYTES_LOCAL(pem);
	int err = file_read(arguments->value[OPTION_CSR], &pem);

	if (err == 0)
		err = certificate_request_read(&pem, request);
	if (err == 0)
		err = find_chip_serial(arguments->value[OPTION_CHIP_SERIAL],
				       request);
	return err < 0 ? err
		       : certificate_check_new_serial(request->serial,
						      request->serial_len);
}

int device_sign_command(const struct arguments *arguments)
{
	struct certificate_request_content request;
	struct certificate_device device = { request.public_key, request.serial,
					     0, request.chip_serial };
	BYTES_LOCAL(der);
	BYTES_LOCAL(pem);
	uint8_t compressed[COMPRESSED_SIZE];
	struct signer *signer;
	int err = read_request(arguments, &request);

	if (err == 0)
		err = open_signer(arguments, &signer);
	if (err < 0)
		return err;
	device.serial_len = request.serial_len;
	err = signer_issue(signer, &device, time(NULL), compressed, &der);
	signer_free(signer);
	if (err == 0)
		err = certificate_to_pem(&der, &pem);
	return err < 0 ? err : file_put(arguments->value[OPTION_OUTPUT], &pem);
}
