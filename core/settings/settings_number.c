/* SPDX-License-Identifier: Apache-2.0 */
#include "settings_number.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"

#define BILLION	   1000000000U
#define DIGITS_MAX 1500 /* an integer of 524 bytes has 1263 */

static uint32_t four_bytes(const struct etf_node *node, size_t at)
{
	uint32_t value = 0;

	for (size_t i = 0; i < 4 && at + i < node->len; i++)
		value |= (uint32_t)node->bytes[at + i] << 8 * i;
	return value;
}

int number_put_integer(struct bytes *text, const struct etf_node *node)
{
	/* 9 digits are 29.9 bits */
	uint32_t *limbs = calloc(node->len * 8 / 29 + 3, sizeof(*limbs));
	size_t count = 0;

	if (!limbs)
		return bytes_fail(text, -ENOMEM);
	for (size_t i = (node->len + 3) / 4; i-- > 0;) {
		uint64_t carry = four_bytes(node, 4 * i);

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

int number_parse_integer(struct bytes *term, const char *text, size_t len)
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
int number_put_float(struct bytes *text, double value)
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

int number_parse_float(struct bytes *term, const char *text, size_t len)
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
