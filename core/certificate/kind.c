/* SPDX-License-Identifier: Apache-2.0 */
#include "kind.h"

#include <errno.h>
#include <string.h>

#include "crypto.h"
#include "error.h"
#include "extension.h"
#include "x509.h"

#define SIGNATURES_MOST 16

#define EXTENSIONS(table) \
	.extensions = table, .extension_count = sizeof(table) / sizeof(*table)

#define MICROCHIP_DEVICE                                             \
	.serial_source = SERIAL_PUBLIC_KEY, .generalized_end = true, \
	.key_id = KEY_ID_OF_POINT

static const struct kind kinds[] = {
	[KIND_SIGNER] = {
		.name = "NervesKey signer",
		.template_id = 1,
		.serial_source = SERIAL_PUBLIC_KEY,
		EXTENSIONS(extension_signer),
	},
	[KIND_DEVICE] = {
		.name = "NervesKey device",
		.template_id = 0,
		.serial_source = SERIAL_CHIP_SERIAL,
		EXTENSIONS(extension_device),
	},
	[KIND_TNG_SIGNER] = {
		.name = "Trust&Go signer",
		.template_id = 1,
		.serial_source = SERIAL_PUBLIC_KEY,
		.generalized_end = true,
		.key_id = KEY_ID_OF_POINT,
		EXTENSIONS(extension_tng_signer),
	},
	[KIND_TRUST_DEVICE + CERTIFICATE_TNG_OLD] = {
		.name = "older Trust&Go device",
		.template_id = 2,
		.subject = "%s ATECC",
		EXTENSIONS(extension_tflx_device),
		MICROCHIP_DEVICE,
	},
	[KIND_TRUST_DEVICE + CERTIFICATE_TNGTLS] = {
		.name = "Trust&Go device",
		.template_id = 3,
		.subject = "sn%s",
		.eui = "eui48_",
		.eui_len = 12,
		EXTENSIONS(extension_tng_device),
		MICROCHIP_DEVICE,
	},
	[KIND_TRUST_DEVICE + CERTIFICATE_TFLXTLS] = {
		.name = "TrustFLEX device",
		.template_id = 3,
		.subject = "sn%s",
		EXTENSIONS(extension_tflx_device),
		MICROCHIP_DEVICE,
	},
	[KIND_TRUST_DEVICE + CERTIFICATE_TNGLORA] = {
		.name = "Trust&Go LoRa device",
		.template_id = 4,
		.subject = "sn%s",
		.eui = "eui64_",
		.eui_len = 16,
		EXTENSIONS(extension_tng_device),
		MICROCHIP_DEVICE,
	},
};

int kind_decode(enum kind_number number,
		const uint8_t compressed[static COMPRESSED_SIZE],
		struct kind_parts *parts)
{
	const struct kind *kind = &kinds[number];
	struct compressed_cert fields;
	int err;

	err = compressed_cert_decode(compressed, &fields);
	if (err < 0)
		return err;
	if (fields.template_id != kind->template_id ||
	    fields.chain_id != kind->chain_id ||
	    fields.serial_source != kind->serial_source)
		return fail_because(
			EUCLEAN,
			"the compressed certificate has template %u, chain "
			"%u and serial source %x, where a %s certificate has "
			"%u, %u and %x",
			fields.template_id, fields.chain_id,
			fields.serial_source, kind->name, kind->template_id,
			kind->chain_id, kind->serial_source);
	parts->kind = kind;
	parts->compressed = fields;
	return 0;
}

void kind_begin(enum kind_number number, const struct validity *validity,
		struct kind_parts *parts)
{
	const struct kind *kind = &kinds[number];

	parts->kind = kind;
	parts->compressed = (struct compressed_cert){
		.validity = *validity,
		.template_id = kind->template_id,
		.chain_id = kind->chain_id,
		.serial_source = kind->serial_source,
		.format = validity_is_extended(validity),
	};
}

static void make_serial(const struct kind_parts *parts, uint8_t *serial)
{
	const bool of_chip = parts->kind->serial_source == SERIAL_CHIP_SERIAL;

	compressed_cert_serial(&parts->compressed,
			       of_chip ? parts->chip_serial : parts->public_key,
			       of_chip ? 9 : 64, serial);
}

/* Sets `tbs` to the TBSCertificate, which is signed. */
static int write_tbs(const struct kind_parts *parts, struct bytes *tbs)
{
	static const uint8_t version3[] = { DER_INTEGER, 1, 2 };
	uint8_t serial[CERTIFICATE_SERIAL_SIZE];
	BYTES_LOCAL(made);
	size_t sequence;

	make_serial(parts, serial);
	sequence = der_open(&made, DER_SEQUENCE);
	der_value(&made, DER_CONTEXT(0), version3, sizeof(version3));
	der_unsigned(&made, serial, sizeof(serial));
	x509_write_algorithm(&made);
	bytes_append(&made, parts->issuer.data, parts->issuer.len);
	validity_write(&made, &parts->compressed.validity,
		       parts->kind->generalized_end);
	bytes_append(&made, parts->subject.data, parts->subject.len);
	public_key_write(&made, parts->public_key);
	extension_write_all(&made, parts);
	der_close(&made, sequence);
	if (made.err == 0)
		bytes_move(tbs, &made);
	return made.err;
}

static int only_short(const struct kind_parts *parts)
{
	return fail_because(ERANGE,
			    "the signer's key signs this certificate with a"
			    " short r or s (it begins with nine zero bits)"
			    " each time, and the Elixir library could not"
			    " rebuild it: from %02u:00 UTC on the certificate"
			    " has another date and another signature, so try"
			    " again then",
			    (parts->compressed.validity.issue.hour + 1) % 24);
}

/*
 * One signature in 256 is short. A signer whose signatures are deterministic
 * always gives the same one.
 */
static int sign_until_long(const struct kind_parts *parts, sign_digest sign,
			   void *context, const uint8_t digest[static 32],
			   uint8_t signature[static 64])
{
	uint8_t made[64], last[64] = { 0 };
	int err;

	for (int i = 0; i < SIGNATURES_MOST; i++) {
		err = sign(context, digest, made);
		if (err < 0)
			return err;
		if (!signature_is_short(made)) {
			memcpy(signature, made, sizeof(made));
			return 0;
		}
		if (memcmp(made, last, sizeof(made)) == 0)
			break;
		memcpy(last, made, sizeof(made));
	}
	return only_short(parts);
}

int kind_sign(struct kind_parts *parts, sign_digest sign, void *context)
{
	BYTES_LOCAL(tbs);
	uint8_t digest[32];
	int err = write_tbs(parts, &tbs);

	if (err < 0)
		return err;
	crypto_sha256(tbs.data, tbs.len, digest);
	return sign_until_long(parts, sign, context, digest,
			       parts->compressed.signature);
}

int kind_certificate(const struct kind_parts *parts, struct bytes *der)
{
	BYTES_LOCAL(tbs);
	int err = write_tbs(parts, &tbs);

	if (err < 0)
		return err;
	return x509_assemble(&tbs, parts->compressed.signature, der);
}

void kind_parts_free(struct kind_parts *parts)
{
	bytes_free(&parts->issuer);
	bytes_free(&parts->subject);
}
