/* SPDX-License-Identifier: Apache-2.0 */
/* Writing terms; numbers to decimal text and back. */
#include "etf.h"

#include <ctype.h>
#include <endian.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "error.h"
#include "utf8.h"

#define BILLION	   1000000000U
#define DIGITS_MAX 1500 /* an integer of 524 bytes has 1263 */

int etf_put_number(struct bytes *out, size_t width, size_t number)
{
	uint32_t value = htobe32((uint32_t)number);

	return bytes_append(out, (uint8_t *)&value + sizeof(value) - width,
			    width);
}

static int put_tag(struct bytes *out, enum etf_tag tag, size_t width,
		   size_t number)
{
	etf_put_number(out, 1, tag);
	return etf_put_number(out, width, number);
}

/* Those of a magnitude from `at` on. */
static uint32_t four_bytes(const uint8_t *bytes, size_t len, size_t at)
{
	uint32_t value = 0;

	for (size_t i = 0; i < 4 && at + i < len; i++)
		value |= (uint32_t)bytes[at + i] << 8 * i;
	return value;
}

int etf_put_integer(struct bytes *out, bool negative, const uint8_t *magnitude,
		    size_t len)
{
	uint32_t value = four_bytes(magnitude, len, 0);

	while (len > 0 && magnitude[len - 1] == 0)
		len--;
	if (len <= 1 && !negative)
		return put_tag(out, TAG_SMALL_INTEGER, 1, value);
	if (len <= 4 && value <= (uint32_t)INT32_MAX + negative) {
		if (negative)
			value = 0 - value;
		return put_tag(out, TAG_INTEGER, 4, value);
	}
	if (len <= 255)
		put_tag(out, TAG_SMALL_BIG, 1, len);
	else
		put_tag(out, TAG_LARGE_BIG, 4, len);
	etf_put_number(out, 1, negative);
	return bytes_append(out, magnitude, len);
}

int etf_put_float(struct bytes *out, double value)
{
	uint64_t bits;

	memcpy(&bits, &value, sizeof(bits));
	put_tag(out, TAG_NEW_FLOAT, 4, (uint32_t)(bits >> 32));
	return etf_put_number(out, 4, bits & UINT32_MAX);
}

int etf_put_atom(struct bytes *out, const char *text, size_t len)
{
	size_t points;

	if (!utf8_is_valid((const uint8_t *)text, len, &points))
		return etf_refuse(out, EINVAL,
				  "the %zu bytes for an atom are not UTF-8: "
				  "write its text in UTF-8",
				  len);
	if (points > 255)
		return etf_refuse(out, EINVAL,
				  "the atom has %zu characters, and Erlang "
				  "allows at most 255: shorten it",
				  points);
	if (len <= 255)
		put_tag(out, TAG_SMALL_ATOM_UTF8, 1, len);
	else
		put_tag(out, TAG_ATOM_UTF8, 2, len);
	return bytes_append(out, text, len);
}

int etf_keep_atoms(const struct bytes *old, struct bytes *term)
{
	struct etf_reader was = etf_reader(old), reader = etf_reader(term);
	struct etf_node node = { 0 };
	BYTES_LOCAL(out);

	/* The first one tells. */
	while (node.type != ETF_ATOM && was.pos < was.len)
		etf_read(&was, &node);
	if (node.tag != TAG_ATOM)
		return 0;
	while (reader.pos < reader.len) {
		size_t start = reader.pos, points;

		etf_read(&reader, &node);
		if (node.type == ETF_ATOM &&
		    utf8_is_valid(node.bytes, node.len, &points) &&
		    points == node.len) { /* ASCII */
			put_tag(&out, TAG_ATOM, 2, node.len);
			start = reader.pos - node.len; /* its text */
		}
		bytes_append(&out, term->data + start, reader.pos - start);
	}
	if (out.err == 0)
		bytes_move(term, &out);
	return out.err;
}

int etf_put_binary(struct bytes *out, const char *data, size_t len)
{
	put_tag(out, TAG_BINARY, 4, len);
	return bytes_append(out, data, len);
}

int etf_put_head(struct bytes *out, enum etf_tag tag, size_t count)
{
	if (tag == TAG_SMALL_TUPLE && count > 255)
		tag = TAG_LARGE_TUPLE;
	return put_tag(out, tag, tag == TAG_SMALL_TUPLE ? 1 : 4, count);
}

void etf_set_number(struct bytes *out, size_t at, size_t number)
{
	uint32_t value = htobe32((uint32_t)number);

	if (out->err == 0)
		memcpy(out->data + at, &value, sizeof(value));
}

/* Erlang has a shorter form for a list of bytes only. */
int etf_end_list(struct bytes *out, size_t start, size_t count, bool proper)
{
	uint8_t *elements = out->data + start + 5;
	size_t bytes = 0;

	etf_set_number(out, start + 1, count);
	if (!proper || out->err < 0)
		return out->err;
	if (out->len == start + 5 + 2 * count)
		while (bytes < count &&
		       elements[2 * bytes] == TAG_SMALL_INTEGER)
			bytes++;
	if (bytes < count || count > UINT16_MAX)
		return etf_put_number(out, 1, TAG_NIL);
	/* Both heads are shorter: each byte is copied before it is replaced. */
	for (size_t i = 0; i < count; i++)
		out->data[start + 3 + i] = elements[2 * i + 1];
	out->data[start] = count > 0 ? TAG_STRING : TAG_NIL;
	out->data[start + 1] = (uint8_t)(count >> 8);
	out->data[start + 2] = (uint8_t)count;
	return bytes_resize(out, start + (count > 0 ? 3 + count : 1));
}

int etf_put_compressed(struct bytes *out, const uint8_t *term, size_t len)
{
	uLongf made = compressBound(len);
	size_t start;

	etf_put_number(out, 1, ETF_VERSION);
	put_tag(out, TAG_COMPRESSED, 4, len);
	start = out->len;
	if (bytes_resize(out, start + made) < 0 ||
	    compress2(out->data + start, &made, term, len,
		      Z_BEST_COMPRESSION) != Z_OK)
		return bytes_fail(out, -ENOMEM);
	return bytes_resize(out, start + made);
}

int etf_print_integer(struct bytes *text, const struct etf_node *node)
{
	/* 9 digits are 29.9 bits */
	uint32_t *limbs = calloc(node->len * 8 / 29 + 3, sizeof(*limbs));
	size_t count = 0;

	if (!limbs)
		return bytes_fail(text, -ENOMEM);
	for (size_t i = (node->len + 3) / 4; i-- > 0;) {
		uint64_t carry = four_bytes(node->bytes, node->len, 4 * i);

		for (size_t j = 0; j < count; j++, carry /= BILLION) {
			carry += (uint64_t)limbs[j] << 32;
			limbs[j] = (uint32_t)(carry % BILLION);
		}
		for (; carry > 0; carry /= BILLION)
			limbs[count++] = (uint32_t)(carry % BILLION);
	}
	bytes_printf(text, "%s%u", node->negative ? "-" : "",
		     count ? limbs[count - 1] : 0);
	for (size_t i = count; i-- > 1;)
		bytes_printf(text, "%09u", limbs[i - 1]);
	free(limbs);
	return text->err;
}

int etf_parse_integer(struct bytes *term, const char *text, size_t len)
{
	uint8_t magnitude[DIGITS_MAX / 2] = { 0 };
	size_t sign = len > 0 && (text[0] == '-' || text[0] == '+');
	size_t first = sign + strspn(text + sign, "0"), count = 0;
	size_t end = first + strspn(text + first, "0123456789");

	if (len == sign)
		return etf_refuse(term, EINVAL,
				  "the text is not an integer, since it has no "
				  "digit: write decimal digits");
	if (end - first > DIGITS_MAX)
		return etf_refuse(term, EFBIG,
				  "the integer has more than %d digits, which "
				  "do not fit on a chip: write a smaller one",
				  DIGITS_MAX);
	if (end < len)
		return etf_refuse(term, EINVAL,
				  "the text is not an integer, since character "
				  "%zu is byte 0x%02x: write decimal digits, "
				  "with or without a minus sign",
				  end + 1, (unsigned char)text[end]);
	for (size_t i = first; i < len; i++) {
		unsigned int carry = (unsigned int)(text[i] - '0');

		for (size_t at = 0; at < count; at++, carry >>= 8) {
			carry += magnitude[at] * 10U;
			magnitude[at] = (uint8_t)carry;
		}
		if (carry > 0)
			magnitude[count++] = (uint8_t)carry;
	}
	return etf_put_integer(term, text[0] == '-' && count > 0, magnitude,
			       count);
}

/* As Elixir prints them: "0.0001", "1.0e-5", "123.5", "1.0e300". */
int etf_print_float(struct bytes *text, double value)
{
	char buffer[48], *exponent;
	int precision = -1, power;

	do
		snprintf(buffer, sizeof(buffer), "%.*e", ++precision, value);
	while (strtod(buffer, NULL) != value);
	exponent = strchr(buffer, 'e');
	power = atoi(exponent + 1);
	if (power >= -4 && power < 16)
		return bytes_printf(
			text, "%.*f",
			precision - power < 1 ? 1 : precision - power, value);
	*exponent = '\0';
	return bytes_printf(text, "%s%se%d", buffer, precision ? "" : ".0",
			    power);
}

int etf_parse_float(struct bytes *term, const char *text, size_t len)
{
	char copy[512] = "", *end;
	double value;

	if (len >= sizeof(copy))
		return fail_because(
			EFBIG,
			"the text of the float has %zu characters, and at "
			"most 511 are allowed: write fewer digits",
			len);
	memcpy(copy, text, len);
	value = strtod(copy, &end);
	/* No hex and no "inf", which strtod(3) takes, too. */
	if (strspn(copy, "0123456789.eE+-") != len || *end != '\0' ||
	    !isdigit(copy[copy[0] == '-' || copy[0] == '+']))
		return fail_because(
			EINVAL,
			"the text \"%.40s\" is not a float: write one like "
			"-2.5e10",
			copy);
	if (!isfinite(value))
		return fail_because(
			EINVAL,
			"the number %.40s is too large for a float of 64 "
			"bits: write one below 1.8e308",
			copy);
	return etf_put_float(term, value);
}
