/* SPDX-License-Identifier: Apache-2.0 */
#include "parts.h"

#include <errno.h>
#include <string.h>

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
