/* SPDX-License-Identifier: Apache-2.0 */
#include "open_signer.h"

#include "files.h"

int arguments_open_signer(const struct arguments *arguments,
			  struct signer **signer)
{
	const char *key_name = arguments->value[OPTION_SIGNER_KEY];
	struct bytes cert = BYTES_INIT, key = BYTES_INIT;
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
	if (err == 0)
		err = signer_open(&source, signer);
	bytes_free(&key);
	bytes_free(&cert);
	return err;
}
