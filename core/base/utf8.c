/* SPDX-License-Identifier: Apache-2.0 */
#include "utf8.h"

/* By length: the first byte's fixed bits, and the least that needs so many. */
static const struct {
	uint8_t mask, lead;
	uint32_t least;
} forms[] = {
	{ 0x80, 0x00, 0x00 },
	{ 0xe0, 0xc0, 0x80 },
	{ 0xf0, 0xe0, 0x800 },
	{ 0xf8, 0xf0, 0x10000 },
};

static bool is_scalar(uint32_t point)
{
	return point < 0xd800 || (point > 0xdfff && point <= 0x10ffff);
}

size_t utf8_next(const uint8_t *text, size_t len, uint32_t *point)
{
	size_t n = 0;
	uint32_t code;

	while ((text[0] & forms[n].mask) != forms[n].lead)
		if (++n == sizeof(forms) / sizeof(forms[0]))
			return 0;
	if (n >= len)
		return 0;
	code = text[0] & (uint8_t)~forms[n].mask;
	for (size_t i = 1; i <= n; i++) {
		if ((text[i] & 0xc0) != 0x80)
			return 0;
		code = code << 6 | (text[i] & 0x3f);
	}
	if (code < forms[n].least || !is_scalar(code))
		return 0;
	*point = code;
	return n + 1;
}

bool utf8_is_control(uint32_t point)
{
	return point < 0x20 || (point >= 0x7f && point < 0xa0);
}

bool utf8_is_printable(const uint8_t *text, size_t len)
{
	uint32_t point;
	size_t step;

	for (; len > 0; text += step, len -= step) {
		step = utf8_next(text, len, &point);
		if (step == 0 || utf8_is_control(point))
			return false;
	}
	return true;
}
