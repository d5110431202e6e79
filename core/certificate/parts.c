/* SPDX-License-Identifier: Apache-2.0 */
#include "parts.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "error.h"
#include "name.h"
#include "public_key.h"
#include "text.h"
#include "x509.h"

/*
 * Key identifier of "Crypto Authentication Root CA 002", which issues all
 * Trust&Go signers.
 */
static const uint8_t tng_root_key_id[20] = { 0x7a, 0xed, 0x7d, 0x6d, 0xc6,
					     0xb7, 0x78, 0x9d, 0xb2, 0x38,
					     0x01, 0xa5, 0xe8, 0x4a, 0x8c,
					     0xb0, 0xa4, 0x0e, 0x2a, 0x8c };

/* Names are appended to, and keep their first error. */
static int error_of(const struct kind_parts *parts)
{
	return parts->issuer.err < 0 ? parts->issuer.err : parts->subject.err;
}

/* Sets the issuer's name and key identifier from its certificate. */
static int set_issuer(const struct bytes *signer_der, struct kind_parts *parts)
{
	uint8_t public_key[64];
	struct x509 signer;
	int err;

	err = x509_split(signer_der, &signer);
	if (err < 0)
		return err;
	err = public_key_read(signer.public_key, public_key);
	if (err < 0)
		return err;
	public_key_id(public_key, parts->kind->key_id, parts->issuer_key_id);
	return bytes_set(&parts->issuer, signer.subject.data,
			 signer.subject.len);
}

int parts_signer(const uint8_t *public_key, struct kind_parts *parts)
{
	static const char name[] = "Signer";

	parts->public_key = public_key;
	public_key_id(public_key, parts->kind->key_id, parts->issuer_key_id);
	name_write_common(&parts->issuer, name, strlen(name));
	name_write_common(&parts->subject, name, strlen(name));
	return error_of(parts);
}

int parts_device(const struct certificate_device *device,
		 const struct bytes *signer_der, struct kind_parts *parts)
{
	int err;

	parts->public_key = device->public_key;
	parts->chip_serial = device->chip_serial;
	err = set_issuer(signer_der, parts);
	name_write_common(&parts->subject, device->serial, device->serial_len);
	return err < 0 ? err : error_of(parts);
}

/* Replaces the subject: see name_write_split(). -EINVAL: there is no such. */
static int parts_split_subject(const struct certificate_device *device,
			       struct kind_parts *parts)
{
	BYTES_LOCAL(subject);
	int err =
		name_write_split(&subject, device->serial, device->serial_len);

	if (err == 0)
		bytes_move(&parts->subject, &subject);
	return err < 0 ? err : error_of(parts);
}

static int parts_tng_signer(const uint8_t *public_key, struct kind_parts *parts)
{
	char subject[64];

	parts->public_key = public_key;
	memcpy(parts->issuer_key_id, tng_root_key_id, sizeof(tng_root_key_id));
	snprintf(subject, sizeof(subject), "Crypto Authentication Signer %04X",
		 parts->compressed.signer_id);
	name_write_microchip(&parts->issuer,
			     "Crypto Authentication Root CA 002");
	name_write_microchip(&parts->subject, subject);
	return error_of(parts);
}

static int check_eui(const struct kind *kind, const uint8_t *eui)
{
	for (size_t i = 0; i < kind->eui_len; i++) {
		if (!isxdigit(eui[i]))
			return fail_because(EUCLEAN,
					    "the EUI-%zu on the chip is not"
					    " %zu hex digits",
					    4 * kind->eui_len, kind->eui_len);
	}
	return 0;
}

static int parts_trust_device(const struct certificate_trust_device *device,
			      const struct bytes *signer_der,
			      struct kind_parts *parts)
{
	char serial[2 * 9 + 1], subject[32];
	int err;

	err = check_eui(parts->kind, device->eui);
	if (err < 0)
		return err;
	hex_encode(device->chip_serial, 9, serial);
	for (char *digit = serial; *digit; digit++)
		*digit = (char)toupper((unsigned char)*digit);
	snprintf(subject, sizeof(subject), parts->kind->subject, serial);
	parts->public_key = device->public_key;
	parts->eui = device->eui;
	err = set_issuer(signer_der, parts);
	name_write_microchip(&parts->subject, subject);
	return err < 0 ? err : error_of(parts);
}

int certificate_rebuild_signer(const uint8_t compressed[static COMPRESSED_SIZE],
			       const uint8_t public_key[static 64],
			       struct bytes *der)
{
	KIND_PARTS_LOCAL(parts);
	int err = kind_decode(KIND_SIGNER, compressed, &parts);

	if (err == 0)
		err = parts_signer(public_key, &parts);
	return err < 0 ? err : kind_certificate(&parts, der);
}

/* The CN has a slash: tries the split subject. See certificate.h. */
static int rebuild_split(struct kind_parts *parts,
			 const struct certificate_device *device,
			 const struct bytes *signer_der, struct bytes *der)
{
	BYTES_LOCAL(split);
	int err;

	if (certificate_verify(der, signer_der) == 0)
		return 0;
	err = parts_split_subject(device, parts);
	if (err == 0)
		err = kind_certificate(parts, &split);
	if (err == 0 && certificate_verify(&split, signer_der) == 0)
		bytes_move(der, &split);
	return err == -ENOMEM ? err : 0;
}

int certificate_rebuild_device(const uint8_t compressed[static COMPRESSED_SIZE],
			       const struct certificate_device *device,
			       const struct bytes *signer_der,
			       struct bytes *der)
{
	KIND_PARTS_LOCAL(parts);
	int err = kind_decode(KIND_DEVICE, compressed, &parts);

	if (err == 0)
		err = parts_device(device, signer_der, &parts);
	if (err == 0)
		err = kind_certificate(&parts, der);
	if (err == 0 && memchr(device->serial, '/', device->serial_len))
		err = rebuild_split(&parts, device, signer_der, der);
	return err;
}

int certificate_rebuild_tng_signer(
	const uint8_t compressed[static COMPRESSED_SIZE],
	const uint8_t public_key[static 64], struct bytes *der)
{
	KIND_PARTS_LOCAL(parts);
	int err = kind_decode(KIND_TNG_SIGNER, compressed, &parts);

	if (err == 0)
		err = parts_tng_signer(public_key, &parts);
	return err < 0 ? err : kind_certificate(&parts, der);
}

int certificate_rebuild_trust_device(
	const uint8_t compressed[static COMPRESSED_SIZE],
	const struct certificate_trust_device *device,
	const struct bytes *signer_der, struct bytes *der)
{
	KIND_PARTS_LOCAL(parts);
	int err = kind_decode(KIND_TRUST_DEVICE + device->template, compressed,
			      &parts);

	if (err == 0)
		err = parts_trust_device(device, signer_der, &parts);
	return err < 0 ? err : kind_certificate(&parts, der);
}
