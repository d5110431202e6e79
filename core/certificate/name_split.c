/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The Elixir library passes "/CN=" and the serial to x509 0.9.2, whose
 * RDNSequence.new/1 starts another attribute at each "/". This does the same.
 */
#include "name.h"

#include <errno.h>
#include <string.h>

/* 2.5.4.x */
#define X520(number) (const uint8_t[]){ 0x55, 0x04, number }, 3

static const uint8_t domain_component[] = { 0x09, 0x92, 0x26, 0x89, 0x93,
					    0xf2, 0x2c, 0x64, 0x01, 0x19 };
static const uint8_t email_address[] = { 0x2a, 0x86, 0x48, 0x86, 0xf7,
					 0x0d, 0x01, 0x09, 0x01 };

static const struct attribute {
	const char *brief, *name; /* short and long name in x509 */
	const uint8_t *oid;
	size_t oid_len;
	enum der_tag type;
} attributes[] = {
	{ "CN", "commonName", X520(3), DER_UTF8_STRING },
	{ "SN", "surname", X520(4), DER_UTF8_STRING },
	{ NULL, "serialNumber", X520(5), DER_PRINTABLE_STRING },
	{ "C", "countryName", X520(6), DER_PRINTABLE_STRING },
	{ "L", "localityName", X520(7), DER_UTF8_STRING },
	{ "ST", "stateOrProvinceName", X520(8), DER_UTF8_STRING },
	{ "O", "organizationName", X520(10), DER_UTF8_STRING },
	{ "OU", "organizationalUnitName", X520(11), DER_UTF8_STRING },
	{ NULL, "title", X520(12), DER_UTF8_STRING },
	{ NULL, "name", X520(41), DER_UTF8_STRING },
	{ "GN", "givenName", X520(42), DER_UTF8_STRING },
	{ NULL, "initials", X520(43), DER_UTF8_STRING },
	{ NULL, "generationQualifier", X520(44), DER_UTF8_STRING },
	{ NULL, "dnQualifier", X520(46), DER_PRINTABLE_STRING },
	{ NULL, "pseudonym", X520(65), DER_UTF8_STRING },
	{ "DC", "domainComponent", domain_component, sizeof(domain_component),
	  DER_IA5_STRING },
	{ "E", "emailAddress", email_address, sizeof(email_address),
	  DER_IA5_STRING },
};

static bool is_word(const char *word, const char *text, size_t len)
{
	return word && strlen(word) == len && memcmp(word, text, len) == 0;
}

static const struct attribute *find_attribute(const char *text, size_t len)
{
	for (size_t i = 0; i < sizeof(attributes) / sizeof(*attributes); i++)
		if (is_word(attributes[i].brief, text, len) ||
		    is_word(attributes[i].name, text, len))
			return &attributes[i];
	return NULL;
}

static void write_attribute(struct bytes *out,
			    const struct attribute *attribute, const char *text,
			    size_t len)
{
	size_t set = der_open(out, DER_SET);
	size_t pair = der_open(out, DER_SEQUENCE);

	der_value(out, DER_OID, attribute->oid, attribute->oid_len);
	der_value(out, (uint8_t)attribute->type, text, len);
	der_close(out, pair);
	der_close(out, set);
}

/* Writes one attribute, such as "O=Acme". -EINVAL: the library raises. */
static int write_piece(struct bytes *out, const char *piece, size_t len)
{
	const char *equals = memchr(piece, '=', len);
	const struct attribute *attribute;
	size_t name_len;

	if (!equals)
		return -EINVAL;
	name_len = (size_t)(equals - piece);
	attribute = find_attribute(piece, name_len);
	if (!attribute)
		return -EINVAL;
	write_attribute(out, attribute, equals + 1, len - name_len - 1);
	return 0;
}

int name_write_split(struct bytes *out, const void *serial, size_t len)
{
	const char *text = serial, *slash = memchr(text, '/', len);
	size_t name = der_open(out, DER_SEQUENCE);
	size_t first = slash ? (size_t)(slash - text) : len;
	int err = 0;

	write_attribute(out, find_attribute("CN", 2), text, first);
	while (err == 0 && slash) {
		const char *piece = slash + 1;
		size_t left = len - (size_t)(piece - text);

		slash = memchr(piece, '/', left);
		if (slash)
			left = (size_t)(slash - piece);
		err = write_piece(out, piece, left);
	}
	der_close(out, name);
	return err;
}
