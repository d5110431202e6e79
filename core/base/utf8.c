/* SPDX-License-Identifier: Apache-2.0 */
#include "utf8.h"

/* By length: fixed bits of the first byte, and the smallest code point. */
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

bool utf8_is_valid(const uint8_t *text, size_t len, size_t *points)
{
	uint32_t point;
	size_t count = 0;

	for (size_t pos = 0; pos < len; count++) {
		size_t size = utf8_next(text + pos, len - pos, &point);

		if (size == 0)
			return false;
		pos += size;
	}
	*points = count;
	return true;
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

static bool is_blank(uint32_t point)
{
	static const struct {
		uint32_t first, last;
	} blanks[] = {
		{ 0x09, 0x0d },	    { 0x20, 0x20 },	{ 0x85, 0x85 },
		{ 0xa0, 0xa0 },	    { 0x1680, 0x1680 }, { 0x2000, 0x200d },
		{ 0x2028, 0x2029 }, { 0x202f, 0x202f }, { 0x205f, 0x2060 },
		{ 0x3000, 0x3000 }, { 0xfeff, 0xfeff },
	};

	for (size_t i = 0; i < sizeof(blanks) / sizeof(blanks[0]); i++)
		if (point >= blanks[i].first && point <= blanks[i].last)
			return true;
	return false;
}

bool utf8_has_blank_end(const uint8_t *text, size_t len)
{
	uint32_t first = 0, point = 0;
	size_t step;

	for (size_t pos = 0; pos < len; pos += step) {
		step = utf8_next(text + pos, len - pos, &point);
		if (step == 0)
			return false;
		if (pos == 0)
			first = point;
	}
	return len > 0 && (is_blank(first) || is_blank(point));
}
