/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Converts the 72 bytes of a compressed certificate to fields, and back.
 *
 *	r, s 64 | year 5 bits, month 4, day 5, hour 5, years 5 | signer id 2 |
 *	template 4 bits, chain 4 | serial source 4, format version 4 |
 *	in format version 1 ("extended dates"): two more bits above the year's
 *	five, two above the years' five, 4 zeros; else 00
 */
#pragma once

#include "certificate.h"
#include "validity.h"

/* The serial number is a hash of the dates and this. */
enum serial_source {
	SERIAL_PUBLIC_KEY = 0xa,
	SERIAL_CHIP_SERIAL = 0xb,
};

struct compressed_cert {
	uint8_t signature[64]; /* r, s */
	struct validity validity;
	uint16_t signer_id;
	uint8_t template_id, chain_id;
	uint8_t serial_source;
	uint8_t format; /* 0, or 1: extended dates */
};

/* Sets `fields`. -EUCLEAN with the reason. */
int compressed_cert_decode(const uint8_t compressed[static COMPRESSED_SIZE],
			   struct compressed_cert *fields);
/* Sets `compressed`. Decoding and encoding again gives the same 72 bytes. */
void compressed_cert_encode(const struct compressed_cert *fields,
			    uint8_t compressed[static COMPRESSED_SIZE]);

#define CERTIFICATE_SERIAL_SIZE 16

/*
 * Sets the serial number: the first 16 bytes of SHA-256 over the 64-byte key or
 * the 9-byte chip serial, then the encoded dates (3 bytes; 4 in format version
 * 1). Its top bits are set to 01, so it is positive and of fixed length.
 */
void compressed_cert_serial(const struct compressed_cert *fields,
			    const uint8_t *source, size_t len,
			    uint8_t serial[static CERTIFICATE_SERIAL_SIZE]);
