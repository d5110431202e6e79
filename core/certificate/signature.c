/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <string.h>

#include "certificate.h"
#include "der.h"
#include "error.h"

int signature_to_der(const uint8_t signature[static 64], struct bytes *der)
{
	struct bytes made = BYTES_INIT;
	struct der_writer writer = { .out = &made };
	size_t opened = der_open(&writer, DER_SEQUENCE);

	der_unsigned(&writer, signature, 32);
	der_unsigned(&writer, signature + 32, 32);
	der_close(&writer, opened);
	if (writer.err == 0)
		writer.err = bytes_append(der, made.data, made.len);
	bytes_free(&made);
	return writer.err;
}

static bool is_short(const uint8_t number[static 32])
{
	return number[0] == 0 && number[1] < 0x80;
}

bool signature_is_short(const uint8_t signature[static 64])
{
	return is_short(signature) || is_short(signature + 32);
}

int signature_from_der(const uint8_t *der, size_t len,
		       uint8_t signature[static 64])
{
	struct der_view in = { der, len }, values;
	uint8_t found[64];

	if (der_read(&in, DER_SEQUENCE, &values) < 0 || in.len != 0 ||
	    der_read_unsigned(&values, found, 32) < 0 ||
	    der_read_unsigned(&values, found + 32, 32) < 0 || values.len != 0)
		return fail_because(
			EINVAL,
			"the signature is not the DER of two numbers of at "
			"most 32 bytes, as a P-256 key makes it");
	memcpy(signature, found, sizeof(found));
	return 0;
}
