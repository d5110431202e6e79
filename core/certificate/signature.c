/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <string.h>

#include "certificate.h"
#include "der.h"
#include "error.h"

int signature_to_der(const uint8_t signature[static 64], struct bytes *der)
{
	size_t opened = der_open(der, DER_SEQUENCE);

	der_unsigned(der, signature, 32);
	der_unsigned(der, signature + 32, 32);
	der_close(der, opened);
	return der->err;
}

/* The order of P-256. */
static const uint8_t order[32] = {
	0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff,
	0xff, 0xff, 0xff, 0xff, 0xff, 0xbc, 0xe6, 0xfa, 0xad, 0xa7, 0x17,
	0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51,
};

/* Replaces s by n - s. s is less than n. */
static void negate(uint8_t s[static 32])
{
	int borrow = 0;

	for (int i = 31; i >= 0; i--) {
		int digit = order[i] - s[i] - borrow;

		borrow = digit < 0;
		s[i] = (uint8_t)(digit + 256 * borrow);
	}
}

/* Content bytes of the number as a DER INTEGER. */
static size_t der_size(const uint8_t number[static 32])
{
	size_t zeros = 0;

	while (zeros < 31 && number[zeros] == 0)
		zeros++;
	return 32 - zeros + (number[zeros] >> 7);
}

static bool is_usual(const uint8_t signature[static 64])
{
	return 6 + der_size(signature) + der_size(signature + 32) ==
	       SIGNATURE_DER_SIZE;
}

bool signature_fit(uint8_t signature[static 64])
{
	uint8_t other[64];

	if (is_usual(signature))
		return true;
	memcpy(other, signature, sizeof(other));
	negate(other + 32);
	if (!is_usual(other))
		return false;
	memcpy(signature, other, sizeof(other));
	return true;
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
