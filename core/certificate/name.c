/* SPDX-License-Identifier: Apache-2.0 */
#include "name.h"

#include <errno.h>
#include <string.h>

static const uint8_t common_name[] = { 0x55, 0x04, NAME_COMMON_NAME };

/* Append the OBJECT IDENTIFIER 2.5.4.x. */
static void write_attribute(struct bytes *out, enum name_attribute attribute)
{
	const uint8_t oid[] = { 0x55, 0x04, (uint8_t)attribute };

	der_value(out, DER_OID, oid, sizeof(oid));
}

void name_write(struct bytes *out, const struct name_part *parts, size_t count)
{
	size_t name = der_open(out, DER_SEQUENCE), set, pair;

	for (size_t i = 0; i < count; i++) {
		set = der_open(out, DER_SET);
		pair = der_open(out, DER_SEQUENCE);
		write_attribute(out, parts[i].attribute);
		der_value(out, (uint8_t)parts[i].type, parts[i].text,
			  parts[i].len);
		der_close(out, pair);
		der_close(out, set);
	}
	der_close(out, name);
}

void name_write_common(struct bytes *out, const void *text, size_t len)
{
	const struct name_part part = { NAME_COMMON_NAME, DER_UTF8_STRING, text,
					len };

	name_write(out, &part, 1);
}

void name_write_microchip(struct bytes *out, const char *text)
{
	static const char company[] = "Microchip Technology Inc";
	const struct name_part parts[] = {
		{ NAME_ORGANIZATION, DER_UTF8_STRING, company,
		  sizeof(company) - 1 },
		{ NAME_COMMON_NAME, DER_UTF8_STRING, text, strlen(text) },
	};

	name_write(out, parts, 2);
}

int name_read_common(struct der_view name, struct der_view *text)
{
	struct der_view names, set, pair, oid, value;

	if (der_read(&name, DER_SEQUENCE, &names) < 0 ||
	    der_read(&names, DER_SET, &set) < 0 || names.len != 0 ||
	    der_read(&set, DER_SEQUENCE, &pair) < 0 || set.len != 0 ||
	    der_read(&pair, DER_OID, &oid) < 0 ||
	    !der_is(&oid, common_name, sizeof(common_name)) ||
	    der_read(&pair, DER_UTF8_STRING, &value) < 0 || pair.len != 0)
		return -EINVAL;
	*text = value;
	return 0;
}
