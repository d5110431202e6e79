/* SPDX-License-Identifier: Apache-2.0 */
#include "etf.h"

#include <errno.h>
#include <string.h>

#include "error.h"
#include "utf8.h"

static int put_number(struct bytes *out, unsigned int width, size_t number)
{
	uint8_t bytes[4];

	for (unsigned int i = 0; i < width; i++)
		bytes[i] = (uint8_t)(number >> 8 * (width - 1 - i));
	return bytes_append(out, bytes, width);
}

static int put_tag(struct bytes *out, enum etf_tag tag, unsigned int width,
		   size_t number)
{
	uint8_t byte = (uint8_t)tag;
	int err = bytes_append(out, &byte, 1);

	return err < 0 ? err : put_number(out, width, number);
}

/* `number` of `width` bytes, then `len` bytes. */
static int put_counted(struct bytes *out, enum etf_tag tag, unsigned int width,
		       size_t number, const void *data, size_t len)
{
	int err = put_tag(out, tag, width, number);

	return err < 0 ? err : bytes_append(out, data, len);
}

int etf_put_integer(struct bytes *out, bool negative, const uint8_t *magnitude,
		    size_t len)
{
	uint8_t sign = negative;
	uint32_t value = 0;
	int err;

	while (len > 0 && magnitude[len - 1] == 0)
		len--;
	for (size_t i = 0; i < len && i < 4; i++)
		value |= (uint32_t)magnitude[i] << 8 * i;
	if (len <= 1 && !negative)
		return put_tag(out, TAG_SMALL_INTEGER, 1, value);
	if (len <= 4 && value <= (uint32_t)INT32_MAX + negative) {
		if (negative)
			value = -value;
		return put_tag(out, TAG_INTEGER, 4, value);
	}
	err = len <= 255 ? put_tag(out, TAG_SMALL_BIG, 1, len)
			 : put_tag(out, TAG_LARGE_BIG, 4, len);
	if (err == 0)
		err = bytes_append(out, &sign, 1);
	return err < 0 ? err : bytes_append(out, magnitude, len);
}

int etf_put_float(struct bytes *out, double value)
{
	uint8_t bytes[9] = { TAG_NEW_FLOAT };
	uint64_t bits;

	memcpy(&bits, &value, sizeof(bits));
	for (unsigned int i = 0; i < 8; i++)
		bytes[1 + i] = (uint8_t)(bits >> (56 - 8 * i));
	return bytes_append(out, bytes, sizeof(bytes));
}

int etf_put_atom(struct bytes *out, const char *text, size_t len)
{
	size_t points;

	if (!utf8_is_valid((const uint8_t *)text, len, &points))
		return fail_because(
			EINVAL,
			"the %zu bytes for an atom are not UTF-8: write its "
			"text in UTF-8",
			len);
	if (points > 255)
		return fail_because(
			EINVAL,
			"the atom has %zu characters, and Erlang allows at "
			"most 255: shorten it",
			points);
	return len <= 255 ? put_counted(out, TAG_SMALL_ATOM_UTF8, 1, len, text,
					len)
			  : put_counted(out, TAG_ATOM_UTF8, 2, len, text, len);
}

int etf_put_binary(struct bytes *out, const void *data, size_t len)
{
	return put_counted(out, TAG_BINARY, 4, len, data, len);
}

int etf_put_head(struct bytes *out, enum etf_tag tag, size_t count)
{
	if (tag == TAG_SMALL_TUPLE)
		return count <= 255 ? put_tag(out, tag, 1, count)
				    : put_tag(out, TAG_LARGE_TUPLE, 4, count);
	return put_tag(out, tag, 4, count);
}
