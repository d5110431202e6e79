/* SPDX-License-Identifier: Apache-2.0 */
#include "compressed_cert.h"

#include <errno.h>
#include <string.h>

#include "crypto.h"
#include "error.h"

enum offset {
	AT_DATES = 64,
	AT_SIGNER_ID = 67,
	AT_TEMPLATE = 69,
	AT_SOURCE = 70,
	AT_EXTENDED = 71,
};

static void decode_dates(const uint8_t *in, uint8_t extended,
			 struct validity *out)
{
	const uint32_t bits =
		(uint32_t)in[0] << 16 | (uint32_t)in[1] << 8 | in[2];

	out->issue = (struct date){
		.year = VALIDITY_FIRST_YEAR + (bits >> 19) +
			((extended & 0xc0u) >> 1),
		.month = bits >> 15 & 0xf,
		.day = bits >> 10 & 0x1f,
		.hour = bits >> 5 & 0x1f,
	};
	out->years = (bits & 0x1f) + ((extended & 0x30u) << 1);
}

/* Writes four bytes; only format version 1 uses the last. */
static void encode_dates(const struct validity *in, uint8_t out[static 4])
{
	const uint32_t year = in->issue.year - VALIDITY_FIRST_YEAR;
	const uint32_t bits = (year & 0x1f) << 19 | in->issue.month << 15 |
			      in->issue.day << 10 | in->issue.hour << 5 |
			      (in->years & 0x1f);

	out[0] = (uint8_t)(bits >> 16);
	out[1] = (uint8_t)(bits >> 8);
	out[2] = (uint8_t)bits;
	out[3] = (uint8_t)((year & 0x60) << 1 | (in->years & 0x60) >> 1);
}

int compressed_cert_decode(const uint8_t compressed[static COMPRESSED_SIZE],
			   struct compressed_cert *fields)
{
	const uint8_t extended = compressed[AT_EXTENDED];
	struct compressed_cert found;

	found.format = compressed[AT_SOURCE] & 0xf;
	if (found.format > 1)
		return fail_because(
			EUCLEAN,
			"the compressed certificate has format version %u, "
			"where 0 or 1 is expected",
			found.format);
	if (extended & 0x0f || (found.format == 0 && extended != 0))
		return fail_because(
			EUCLEAN,
			"the last byte of the compressed certificate is %02x, "
			"where format version 0 has 00 and version 1 ends in "
			"four zero bits",
			extended);
	memcpy(found.signature, compressed, 64);
	decode_dates(compressed + AT_DATES, extended, &found.validity);
	if (validity_check(&found.validity) < 0)
		return fail_because(
			EUCLEAN,
			"the dates in the compressed certificate cannot be "
			"right: %s",
			fail_reason());
	found.signer_id = (uint16_t)(compressed[AT_SIGNER_ID] << 8 |
				     compressed[AT_SIGNER_ID + 1]);
	found.template_id = compressed[AT_TEMPLATE] >> 4;
	found.chain_id = compressed[AT_TEMPLATE] & 0xf;
	found.serial_source = compressed[AT_SOURCE] >> 4;
	*fields = found;
	return 0;
}

void compressed_cert_encode(const struct compressed_cert *fields,
			    uint8_t compressed[static COMPRESSED_SIZE])
{
	uint8_t dates[4];

	encode_dates(&fields->validity, dates);
	memcpy(compressed, fields->signature, 64);
	memcpy(compressed + AT_DATES, dates, 3);
	compressed[AT_SIGNER_ID] = (uint8_t)(fields->signer_id >> 8);
	compressed[AT_SIGNER_ID + 1] = (uint8_t)fields->signer_id;
	compressed[AT_TEMPLATE] =
		(uint8_t)(fields->template_id << 4 | fields->chain_id);
	compressed[AT_SOURCE] =
		(uint8_t)(fields->serial_source << 4 | fields->format);
	compressed[AT_EXTENDED] = dates[3];
}

void compressed_cert_serial(const struct compressed_cert *fields,
			    const uint8_t *source, size_t len,
			    uint8_t serial[static CERTIFICATE_SERIAL_SIZE])
{
	uint8_t message[64 + 4], digest[32];

	memcpy(message, source, len);
	encode_dates(&fields->validity, message + len);
	len += fields->format == 0 ? 3 : 4;
	crypto_sha256(message, len, digest);
	memcpy(serial, digest, CERTIFICATE_SERIAL_SIZE);
	serial[0] = (serial[0] & 0x3f) | 0x40;
}
