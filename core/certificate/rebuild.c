/* SPDX-License-Identifier: Apache-2.0 */
#include "parts.h"

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

int certificate_rebuild_tng_device(
	const uint8_t compressed[static COMPRESSED_SIZE],
	const uint8_t public_key[static 64],
	const uint8_t chip_serial[static 9], const uint8_t eui48[static 12],
	const struct bytes *signer_der, struct bytes *der)
{
	struct kind_parts parts = { 0 };
	int err;

	err = kind_decode(&kind_table[KIND_TNG_DEVICE], compressed, &parts);
	if (err == 0)
		err = parts_tng_device(public_key, chip_serial, eui48,
				       signer_der, &parts);
	if (err == 0)
		err = kind_certificate(&parts, der);
	kind_parts_free(&parts);
	return err;
}
