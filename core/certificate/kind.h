/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The kinds of certificate with a known compressed form, and the encoding of a
 * certificate from its kind and variable parts.
 */
#pragma once

#include "compressed_cert.h"
#include "public_key.h"

enum kind_number {
	KIND_SIGNER,
	KIND_DEVICE,
	KIND_TNG_SIGNER,
	KIND_TRUST_DEVICE, /* and so on, by enum certificate_template */
};

struct kind {
	const char *name;
	uint8_t template_id, chain_id;
	uint8_t serial_source;
	bool generalized_end; /* see validity_write() */
	enum key_id_source key_id;
	const char
		*subject; /* Microchip's devices: CN, %s is the chip serial */
	const char *eui;  /* prefix of the EUI; NULL: no EUI */
	size_t eui_len;	  /* hex digits */
	const struct extension *extensions;
	size_t extension_count;
};

/* The variable parts of a certificate. */
struct kind_parts {
	const struct kind *kind;
	struct compressed_cert compressed;
	const uint8_t *public_key;    /* 64 bytes */
	const uint8_t *chip_serial;   /* 9 bytes; only for SERIAL_CHIP_SERIAL */
	const uint8_t *eui;	      /* kind->eui_len hex digits */
	struct bytes issuer, subject; /* names in DER; owned */
	uint8_t issuer_key_id[20];
};

/*
 * Sets the compressed fields in `parts` and leaves its other members alone.
 * -EUCLEAN, with the reason: the 72 bytes are not of that kind.
 */
int kind_decode(enum kind_number kind,
		const uint8_t compressed[static COMPRESSED_SIZE],
		struct kind_parts *parts);
/* Starts a compressed certificate of that kind, without a signature. */
void kind_begin(enum kind_number kind, const struct validity *validity,
		struct kind_parts *parts);

/*
 * Has it signed, which completes the compressed certificate in `parts`. Signs
 * again while the signature is short (see signature_is_short()). -ERANGE: every
 * signature was short, as when the signer is deterministic. The sentence then
 * says that another date gives another certificate.
 */
int kind_sign(struct kind_parts *parts, sign_digest sign, void *context);
/* Sets `der` to the whole certificate with the signature in `parts`. */
int kind_certificate(const struct kind_parts *parts, struct bytes *der);

void kind_parts_free(struct kind_parts *parts);
/* Declares empty parts that are freed where their block ends. */
#define KIND_PARTS_LOCAL(name) \
	struct kind_parts name __attribute__((cleanup(kind_parts_free))) = { 0 }
