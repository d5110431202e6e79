/* SPDX-License-Identifier: Apache-2.0 */
/* Distinguished names, with one attribute in each relative name. */
#pragma once

#include "der.h"

/* The last byte of the attribute's object identifier, 2.5.4.x. */
enum name_attribute {
	NAME_COMMON_NAME = 3,
	NAME_SERIAL_NUMBER = 5,
	NAME_ORGANIZATION = 10,
};

struct name_part {
	enum name_attribute attribute;
	enum der_tag type;
	const void *text;
	size_t len;
};

void name_write(struct bytes *out, const struct name_part *parts, size_t count);
/* Appends CN=text as UTF8String. */
void name_write_common(struct bytes *out, const void *text, size_t len);
/*
 * Appends the subject that the Elixir library makes of a serial with a '/':
 * "A/O=Evil" becomes CN=A, O=Evil. -EINVAL, without a sentence: the library
 * raises an exception. The content of `out` is then undefined.
 */
int name_write_split(struct bytes *out, const void *serial, size_t len);
/* Appends O=Microchip Technology Inc, CN=text. */
void name_write_microchip(struct bytes *out, const char *text);
/*
 * Sets `text` when the name is a single CN in UTF-8. -EINVAL, without a
 * sentence: it is not.
 */
int name_read_common(struct der_view name, struct der_view *text);
