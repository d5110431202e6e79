/* SPDX-License-Identifier: Apache-2.0 */
/* Distinguished names: one attribute to a relative name, in the order given. */
#ifndef NK_NAME_H
#define NK_NAME_H

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

void name_write(struct der_writer *writer, const struct name_part *parts,
		size_t count);
/* CN=text, in UTF-8. */
void name_write_common(struct der_writer *writer, const void *text, size_t len);
/*
 * What the Elixir library makes of CN=serial when there is a '/' in the serial:
 * "A/O=Evil" becomes CN=A, O=Evil. -EINVAL, without a sentence, where the
 * library raises an exception; the writer's content is of no use then.
 */
int name_write_split(struct der_writer *writer, const void *serial, size_t len);
/* O=Microchip Technology Inc, CN=text. */
void name_write_microchip(struct der_writer *writer, const char *text);
/* The text of a name that is one CN in UTF-8 and nothing else. -EINVAL, without a sentence. */
int name_read_common(struct der_view name, struct der_view *text);

/* 2.5.4.x as an OBJECT IDENTIFIER. */
void name_write_attribute(struct der_writer *writer,
			  enum name_attribute attribute);

#endif
