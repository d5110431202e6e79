/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The kinds of certificate whose compressed form is known, and the certificate
 * that a kind makes of what differs from one to the next.
 */
#ifndef NK_KIND_H
#define NK_KIND_H

#include "compressed_cert.h"
#include "public_key.h"

enum kind_number {
	KIND_SIGNER,
	KIND_DEVICE,
	KIND_TNG_SIGNER,
	KIND_TNG_OLD_DEVICE,
	KIND_TNG_DEVICE,
	KIND_TFLX_DEVICE,
	KIND_LORA_DEVICE,
	KIND_COUNT
};

/* A kind of certificate. */
struct kind {
	const char *name;
	uint8_t template_id, chain_id;
	uint8_t serial_source;
	bool generalized_end; /* see validity_write() */
	enum key_id_source key_id;
	const char
		*subject; /* Microchip's devices: CN, %s is the chip serial */
	const char *eui;  /* what stands before the EUI; NULL: it has none */
	size_t eui_len;	  /* hex digits */
	const struct extension *extensions;
	size_t extension_count;
};

extern const struct kind kind_table[KIND_COUNT];

/* What differs between two certificates of a kind. */
struct kind_parts {
	const struct kind *kind;
	struct compressed_cert compressed;
	const uint8_t *public_key;    /* 64 bytes */
	const uint8_t *chip_serial;   /* 9; only for SERIAL_CHIP_SERIAL */
	const uint8_t *eui;	      /* kind->eui_len hex digits */
	struct bytes issuer, subject; /* names in DER; owned */
	uint8_t issuer_key_id[20];
};

/*
 * -EUCLEAN, with the reason, unless the 72 bytes are of that kind. The rest of
 * `parts` is left alone.
 */
int kind_decode(const struct kind *kind,
		const uint8_t compressed[static COMPRESSED_SIZE],
		struct kind_parts *parts);
/* A compressed certificate of that kind, still without its signature. */
void kind_begin(const struct kind *kind, const struct validity *validity,
		struct kind_parts *parts);

/* TBSCertificate, what is signed. `tbs` is set. */
int kind_tbs(const struct kind_parts *parts, struct bytes *tbs);
/*
 * Have it signed, which completes the compressed certificate in `parts`: again
 * until the signature is not short (see signature_is_short()). -ERANGE: it is
 * short each time, as one that is always the same is; the sentence says when
 * another date makes another certificate.
 */
int kind_sign(struct kind_parts *parts, sign_digest sign, void *context);
/* The whole certificate, with the signature in `parts`. `der` is set. */
int kind_certificate(const struct kind_parts *parts, struct bytes *der);

void kind_parts_free(struct kind_parts *parts);

#endif
