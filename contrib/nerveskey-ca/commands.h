/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The commands of nerveskey-ca. Each returns 0 or -errno, with a sentence in
 * fail_reason().
 */
#pragma once

enum {
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

int signer_create_command(const struct arguments *arguments);
int signer_prove_command(const struct arguments *arguments);
int device_create_command(const struct arguments *arguments);
int device_sign_command(const struct arguments *arguments);
