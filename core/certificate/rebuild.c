/* SPDX-License-Identifier: Apache-2.0 */
#include "parts.h"

#include <errno.h>
#include <string.h>

int certificate_rebuild_signer(const uint8_t compressed[static COMPRESSED_SIZE],
			       const uint8_t public_key[static 64],
			       struct bytes *der)
{
	struct kind_parts parts = { 0 };
	int err;

	err = kind_decode(&kind_table[KIND_SIGNER], compressed, &parts);
	if (err == 0)
		err = parts_signer(public_key, &parts);
	if (err == 0)
		err = kind_certificate(&parts, der);
	kind_parts_free(&parts);
	return err;
}

/* The CN has a slash: tries the split subject. See certificate.h. */
static int rebuild_split(struct kind_parts *parts,
			 const struct certificate_device *device,
			 const struct bytes *signer_der, struct bytes *der)
{
	struct bytes split = BYTES_INIT;
	int err;

	if (certificate_verify(der, signer_der) == 0)
		return 0;
	err = parts_split_subject(device, parts);
	if (err == 0)
		err = kind_certificate(parts, &split);
	if (err == 0)
		err = certificate_verify(&split, signer_der);
	if (err == 0)
		bytes_move(der, &split);
	bytes_free(&split);
	return err == -ENOMEM ? err : 0;
}

int certificate_rebuild_device(const uint8_t compressed[static COMPRESSED_SIZE],
			       const struct certificate_device *device,
			       const struct bytes *signer_der,
			       struct bytes *der)
{
	struct kind_parts parts = { 0 };
	int err;

	err = kind_decode(&kind_table[KIND_DEVICE], compressed, &parts);
	if (err == 0)
		err = parts_device(device, signer_der, &parts);
	if (err == 0)
		err = kind_certificate(&parts, der);
	if (err == 0 && memchr(device->serial, '/', device->serial_len))
		err = rebuild_split(&parts, device, signer_der, der);
	kind_parts_free(&parts);
	return err;
}

int certificate_rebuild_tng_signer(
	const uint8_t compressed[static COMPRESSED_SIZE],
	const uint8_t public_key[static 64], struct bytes *der)
{
	struct kind_parts parts = { 0 };
	int err;

	err = kind_decode(&kind_table[KIND_TNG_SIGNER], compressed, &parts);
	if (err == 0)
		err = parts_tng_signer(public_key, &parts);
	if (err == 0)
		err = kind_certificate(&parts, der);
	kind_parts_free(&parts);
	return err;
}

int certificate_rebuild_trust_device(
	const uint8_t compressed[static COMPRESSED_SIZE],
	const struct certificate_trust_device *device,
	const struct bytes *signer_der, struct bytes *der)
{
	static const enum kind_number kinds[] = {
		[CERTIFICATE_TNG_OLD] = KIND_TNG_OLD_DEVICE,
		[CERTIFICATE_TNGTLS] = KIND_TNG_DEVICE,
		[CERTIFICATE_TFLXTLS] = KIND_TFLX_DEVICE,
		[CERTIFICATE_TNGLORA] = KIND_LORA_DEVICE,
	};
	const struct kind *kind = &kind_table[kinds[device->template]];
	struct kind_parts parts = { 0 };
	int err;

	err = kind_decode(kind, compressed, &parts);
	if (err == 0)
		err = parts_trust_device(device, signer_der, &parts);
	if (err == 0)
		err = kind_certificate(&parts, der);
	kind_parts_free(&parts);
	return err;
}
