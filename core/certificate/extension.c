/* SPDX-License-Identifier: Apache-2.0 */
#include "extension.h"

#include <stdio.h>

#include "name.h"
#include "public_key.h"

/* basicConstraints, keyUsage, extKeyUsage, in DER. */
static const uint8_t ca_path0[] = { 0x30, 0x06, 0x01, 0x01,
				    0xff, 0x02, 0x01, 0x00 };
static const uint8_t no_ca[] = { 0x30, 0x00 };
static const uint8_t usage_signer[] = { 0x03, 0x02, 0x01, 0x86 };
static const uint8_t usage_device[] = { 0x03, 0x02, 0x05, 0xa0 };
static const uint8_t usage_tng_device[] = { 0x03, 0x02, 0x03, 0x88 };
static const uint8_t ext_usage_signer[] = { 0x30, 0x14, 0x06, 0x08, 0x2b, 0x06,
					    0x01, 0x05, 0x05, 0x07, 0x03, 0x01,
					    0x06, 0x08, 0x2b, 0x06, 0x01, 0x05,
					    0x05, 0x07, 0x03, 0x02 };
static const uint8_t ext_usage_device[] = {
	0x30, 0x0a, 0x06, 0x08, 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x02
};

static void write_subject_key_id(struct bytes *out,
				 const struct kind_parts *parts)
{
	uint8_t key_id[20];

	public_key_id(parts->public_key, parts->kind->key_id, key_id);
	der_value(out, DER_OCTET_STRING, key_id, sizeof(key_id));
}

static void write_authority_key_id(struct bytes *out,
				   const struct kind_parts *parts)
{
	size_t sequence = der_open(out, DER_SEQUENCE);

	/* [0] IMPLICIT OCTET STRING */
	der_value(out, 0x80, parts->issuer_key_id,
		  sizeof(parts->issuer_key_id));
	der_close(out, sequence);
}

static void write_eui(struct bytes *out, const struct kind_parts *parts)
{
	const int digits = (int)parts->kind->eui_len;
	char text[32];
	const int len = snprintf(text, sizeof(text), "%s%.*s", parts->kind->eui,
				 digits, (const char *)parts->eui);
	const struct name_part part = { NAME_SERIAL_NUMBER,
					DER_PRINTABLE_STRING, text,
					(size_t)len };
	size_t names = der_open(out, DER_SEQUENCE), directory;

	directory = der_open(out, DER_CONTEXT(4));
	name_write(out, &part, 1);
	der_close(out, directory);
	der_close(out, names);
}

#define FIXED(value) .fixed = value, .fixed_len = sizeof(value)

const struct extension extension_signer[5] = {
	{ EXTENSION_BASIC_CONSTRAINTS, .critical = true, FIXED(ca_path0) },
	{ EXTENSION_KEY_USAGE, .critical = true, FIXED(usage_signer) },
	{ EXTENSION_EXT_KEY_USAGE, FIXED(ext_usage_signer) },
	{ EXTENSION_SUBJECT_KEY_ID, .write = write_subject_key_id },
	{ EXTENSION_AUTHORITY_KEY_ID, .write = write_authority_key_id },
};

const struct extension extension_device[4] = {
	{ EXTENSION_BASIC_CONSTRAINTS, FIXED(no_ca) },
	{ EXTENSION_KEY_USAGE, .critical = true, FIXED(usage_device) },
	{ EXTENSION_EXT_KEY_USAGE, FIXED(ext_usage_device) },
	{ EXTENSION_AUTHORITY_KEY_ID, .write = write_authority_key_id },
};

const struct extension extension_tng_signer[4] = {
	{ EXTENSION_KEY_USAGE, .critical = true, FIXED(usage_signer) },
	{ EXTENSION_BASIC_CONSTRAINTS, .critical = true, FIXED(ca_path0) },
	{ EXTENSION_SUBJECT_KEY_ID, .write = write_subject_key_id },
	{ EXTENSION_AUTHORITY_KEY_ID, .write = write_authority_key_id },
};

const struct extension extension_tng_device[5] = {
	{ EXTENSION_ALT_NAME, .write = write_eui },
	{ EXTENSION_BASIC_CONSTRAINTS, .critical = true, FIXED(no_ca) },
	{ EXTENSION_KEY_USAGE, .critical = true, FIXED(usage_tng_device) },
	{ EXTENSION_SUBJECT_KEY_ID, .write = write_subject_key_id },
	{ EXTENSION_AUTHORITY_KEY_ID, .write = write_authority_key_id },
};

/* As above, without subjectAltName. */
const struct extension extension_tflx_device[4] = {
	{ EXTENSION_BASIC_CONSTRAINTS, .critical = true, FIXED(no_ca) },
	{ EXTENSION_KEY_USAGE, .critical = true, FIXED(usage_tng_device) },
	{ EXTENSION_SUBJECT_KEY_ID, .write = write_subject_key_id },
	{ EXTENSION_AUTHORITY_KEY_ID, .write = write_authority_key_id },
};

static void write_one(struct bytes *out, const struct extension *extension,
		      const struct kind_parts *parts)
{
	const uint8_t oid[] = { 0x55, 0x1d, (uint8_t)extension->id };
	const uint8_t yes = 0xff;
	size_t sequence = der_open(out, DER_SEQUENCE), value;

	der_value(out, DER_OID, oid, sizeof(oid));
	if (extension->critical)
		der_value(out, DER_BOOLEAN, &yes, 1);
	value = der_open(out, DER_OCTET_STRING);
	if (extension->write)
		extension->write(out, parts);
	else
		bytes_append(out, extension->fixed, extension->fixed_len);
	der_close(out, value);
	der_close(out, sequence);
}

void extension_write_all(struct bytes *out, const struct kind_parts *parts)
{
	size_t tagged = der_open(out, DER_CONTEXT(3));
	size_t sequence = der_open(out, DER_SEQUENCE);

	for (size_t i = 0; i < parts->kind->extension_count; i++)
		write_one(out, &parts->kind->extensions[i], parts);
	der_close(out, sequence);
	der_close(out, tagged);
}
