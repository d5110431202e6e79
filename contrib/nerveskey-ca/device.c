/* SPDX-License-Identifier: Apache-2.0 */
#include "commands.h"

#include <errno.h>
#include <string.h>

#include "error.h"
#include "files.h"
#include "open_signer.h"
#include "text.h"

#define CHIP_SERIAL_SIZE 9

/* The output name; the default is the serial. */
static const char *output_name(const struct arguments *arguments)
{
	return arguments->value[OPTION_OUTPUT] ?: arguments->operand;
}

static int check_serial(const char *serial)
{
	if (*serial == '\0')
		return fail_because(
			EINVAL,
			"the serial is empty: 1 to 48 bytes are expected");
	return certificate_check_new_serial((const uint8_t *)serial,
					    strlen(serial));
}

int device_create_command(const struct arguments *arguments)
{
	const char *serial = arguments->operand;
	const char *name = output_name(arguments);
	struct bytes cert = BYTES_INIT, key = BYTES_INIT;
	struct signer *signer;
	struct file_pair pair;
	int err;

	err = check_serial(serial);
	if (err < 0)
		return err;
	err = arguments_open_signer(arguments, &signer);
	if (err < 0)
		return err;
	err = file_pair_open(name, &pair);
	if (err < 0)
		goto free_signer;
	err = signer_create_device(signer, serial, time(NULL), &cert, &key);
	if (err == 0)
		err = file_pair_write(&pair, &cert, &key);
	err = file_pair_close(&pair, err);
	if (err == 0)
		printf("Created %s.cert and %s.key, for tests: the key of a"
		       " real device never leaves its chip.\n",
		       name, name);
free_signer:
	bytes_free(&key);
	bytes_free(&cert);
	signer_free(signer);
	return err;
}

static int read_request(const char *path,
			struct certificate_request_content *request)
{
	struct bytes pem = BYTES_INIT;
	int err;

	err = file_read(path, &pem);
	if (err == 0)
		err = certificate_request_read(&pem, request);
	bytes_free(&pem);
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

	if (!hex)
		return request->has_chip_serial
			       ? 0
			       : fail_because(
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

int device_sign_command(const struct arguments *arguments)
{
	struct certificate_request_content request;
	struct certificate_device device = { request.public_key, request.serial,
					     0, request.chip_serial };
	struct bytes der = BYTES_INIT, pem = BYTES_INIT;
	uint8_t compressed[COMPRESSED_SIZE];
	struct signer *signer;
	int err;

	err = read_request(arguments->value[OPTION_CSR], &request);
	if (err == 0)
		err = find_chip_serial(arguments->value[OPTION_CHIP_SERIAL],
				       &request);
	if (err == 0)
		err = certificate_check_new_serial(request.serial,
						   request.serial_len);
	if (err < 0)
		return err;
	err = arguments_open_signer(arguments, &signer);
	if (err < 0)
		return err;
	device.serial_len = request.serial_len;
	err = signer_issue(signer, &device, time(NULL), compressed, &der);
	if (err == 0)
		err = certificate_to_pem(&der, &pem);
	if (err == 0)
		err = file_put(arguments->value[OPTION_OUTPUT], &pem);
	bytes_free(&pem);
	bytes_free(&der);
	signer_free(signer);
	return err;
}
