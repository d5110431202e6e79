/* SPDX-License-Identifier: Apache-2.0 */
#include "text.h"

#include <errno.h>
#include <string.h>

#include "utf8.h"

static const char hex_digits[] = "0123456789abcdef";
static const char base32_digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
static const char base64url_digits[] =
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

void hex_encode(const uint8_t *data, size_t len, char *hex)
{
	for (size_t i = 0; i < len; i++) {
		*hex++ = hex_digits[data[i] >> 4];
		*hex++ = hex_digits[data[i] & 15];
	}
	*hex = '\0';
}

static int hex_value(char digit)
{
	if (digit >= '0' && digit <= '9')
		return digit - '0';
	if (digit >= 'a' && digit <= 'f')
		return digit - 'a' + 10;
	if (digit >= 'A' && digit <= 'F')
		return digit - 'A' + 10;
	return -1;
}

int hex_decode(const char *hex, uint8_t *data, size_t len)
{
	for (size_t i = 0; i < 2 * len; i++)
		if (hex_value(hex[i]) < 0)
			return -EINVAL;
	for (size_t i = 0; i < len; i++)
		data[i] = (uint8_t)(hex_value(hex[2 * i]) << 4 |
				    hex_value(hex[2 * i + 1]));
	return 0;
}

/*
 * Encode as digits of `width` bits each, the most significant bits first. Zero
 * bits fill the last digit.
 */
static size_t encode_bits(const uint8_t *data, size_t len, unsigned int width,
			  const char *digits, char *out)
{
	unsigned int have = 0, count = 0;
	size_t n = 0;

	for (size_t i = 0; i < len; i++) {
		have = (have << 8 | data[i]) & 0xffff;
		count += 8;
		while (count >= width) {
			count -= width;
			out[n++] =
				digits[(have >> count) & ((1u << width) - 1)];
		}
	}
	if (count)
		out[n++] =
			digits[(have << (width - count)) & ((1u << width) - 1)];
	return n;
}

void base32_encode(const uint8_t *data, size_t len, char *text)
{
	text[encode_bits(data, len, 5, base32_digits, text)] = '\0';
}

int base64url_append(struct bytes *out, const uint8_t *data, size_t len)
{
	size_t start = out->len;
	int err;

	err = bytes_resize(out, start + (8 * len + 5) / 6);
	if (err < 0)
		return err;
	encode_bits(data, len, 6, base64url_digits, (char *)out->data + start);
	return 0;
}

void text_flatten(char *text)
{
	size_t left = strlen(text), step;
	uint32_t point;

	for (; left > 0; text += step, left -= step) {
		step = utf8_next((const uint8_t *)text, left, &point);
		if (step && !utf8_is_control(point))
			continue;
		step += !step;
		memset(text, '?', step);
	}
}
