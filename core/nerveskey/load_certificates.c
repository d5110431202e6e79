/* SPDX-License-Identifier: Apache-2.0 */
/* Items from the data zone: certificates, keys, the certificate request. */
#include "load_certificates.h"

#include <errno.h>
#include <string.h>

#include "certificate.h"
#include "certificate_notes.h"
#include "error.h"
#include "items.h"
#include "keys.h"
#include "load_zones.h"
#include "rewritten.h"
#include "sign.h"
#include "templates.h"

/* The slot was never written. */
static bool is_blank(const uint8_t *data, size_t len)
{
	for (size_t i = 1; i < len; i++)
		if (data[i] != data[0])
			return false;
	return data[0] == 0x00 || data[0] == 0xff;
}

static const struct certificate_places aux_places = {
	.key_slot = SLOT_DEVICE_KEY,
	.device = { SLOT_AUX_DEVICE_CERT, 0 },
	.signer_key = { SLOT_AUX_SIGNER_KEY, 0 },
	.signer = { SLOT_AUX_SIGNER_CERT, 0 },
};

/* -ENODATA: the chip is not one that has certificates. */
static int find_places(const struct nerveskey *key,
		       const struct certificate_places **places)
{
	*places = is_ours(key) ? &usual_places : template_places(key);
	return *places ? 0
		       : key_state_permits(key->cache.state, USE_DATA,
					   "the chip");
}

/* Sets the 72 bytes that begin at this place. */
static int read_72(struct nerveskey *key, unsigned int slot, size_t offset,
		   uint8_t data[static COMPRESSED_SIZE])
{
	uint8_t whole[3 * COMPRESSED_SIZE];
	int err;

	err = atecc_read_slot(key->chip, slot, whole, offset + COMPRESSED_SIZE);
	if (err < 0)
		return err;
	rewritten_note(key, slot, whole);
	memcpy(data, whole + offset, COMPRESSED_SIZE);
	return 0;
}

static int read_compressed(struct nerveskey *key, unsigned int slot,
			   size_t offset,
			   uint8_t compressed[static COMPRESSED_SIZE])
{
	int err;

	err = read_72(key, slot, offset, compressed);
	if (err < 0)
		return err;
	if (is_blank(compressed, COMPRESSED_SIZE))
		return fail_because(
			ENODATA,
			"slot %u holds no certificate yet: provisioning "
			"writes it",
			slot);
	return 0;
}

/* Microchip's parts have four zero bytes before X and before Y. */
static int read_stored_key(struct nerveskey *key, unsigned int slot,
			   size_t offset, uint8_t public_key[static 64])
{
	uint8_t stored[72];
	int err;

	if (is_ours(key)) {
		err = atecc_read_slot(key->chip, slot, stored, 64);
		if (err < 0)
			return err;
		rewritten_note(key, slot, stored);
		memcpy(public_key, stored, 64);
		return 0;
	}
	err = read_72(key, slot, offset, stored);
	if (err < 0)
		return err;
	memcpy(public_key, stored + 4, 32);
	memcpy(public_key + 32, stored + 40, 32);
	return 0;
}

/* Sets DER of the signer whose key and certificate are there. */
static int rebuild_signer(struct nerveskey *key,
			  const struct certificate_places *places,
			  struct bytes *der)
{
	uint8_t public_key[64], compressed[COMPRESSED_SIZE];
	int err;

	err = read_compressed(key, places->signer.slot, places->signer.offset,
			      compressed);
	if (err == 0)
		err = read_stored_key(key, places->signer_key.slot,
				      places->signer_key.offset, public_key);
	if (err < 0)
		return err;
	if (!is_ours(key))
		return certificate_rebuild_tng_signer(compressed, public_key,
						      der);
	return certificate_rebuild_signer(compressed, public_key, der);
}

/* Bytes from the chip that are malformed are not the caller's mistake. */
static int stored(int err)
{
	return err == -EINVAL ? -EUCLEAN : err;
}

static int rebuild_device(struct nerveskey *key,
			  const struct certificate_places *places,
			  const struct bytes *signer, struct bytes *der)
{
	uint8_t public_key[64], compressed[COMPRESSED_SIZE];
	struct certificate_device device = {
		.public_key = public_key,
		.serial = key->cache.otp.serial,
		.serial_len = key->cache.otp.serial_len,
		.chip_serial = key->cache.chip_serial,
	};
	int err;

	err = is_ours(key) ? require_otp(key) : 0;
	if (err == 0)
		err = read_compressed(key, places->device.slot,
				      places->device.offset, compressed);
	if (err == 0)
		err = key_public(key, places->key_slot, public_key);
	if (err < 0)
		return err;
	if (is_ours(key))
		return stored(certificate_rebuild_device(compressed, &device,
							 signer, der));
	return stored(
		template_rebuild(key, compressed, public_key, signer, der));
}

int load_signer(struct nerveskey *key, struct bytes *out)
{
	const struct certificate_places *places;
	struct bytes der = BYTES_INIT;
	int err;

	err = find_places(key, &places);
	if (err == 0)
		err = rebuild_signer(key, places, &der);
	/* Microchip's root, which signs Trust&Go signers, is not on the chip. */
	if (err == 0)
		err = certificate_examine(key, CERTIFICATE_SIGNER, &der,
					  is_ours(key) ? &der : NULL);
	if (err == 0)
		err = certificate_to_pem(&der, out);
	bytes_free(&der);
	return err;
}

/* Sets DER from the cached PEM, since the signer is needed more than once. */
static int cached_der(struct nerveskey *key, enum nerveskey_item item,
		      struct bytes *der)
{
	struct bytes pem = BYTES_INIT;
	int err;

	err = item_load(key, item, &pem);
	if (err == 0)
		err = certificate_from_pem(&pem, der);
	bytes_free(&pem);
	return err;
}

int load_device(struct nerveskey *key, struct bytes *out)
{
	struct bytes signer = BYTES_INIT, der = BYTES_INIT;
	const struct certificate_places *places;
	int err;

	err = find_places(key, &places);
	if (err == 0)
		err = cached_der(key, NERVESKEY_SIGNER_CERT, &signer);
	if (err == 0)
		err = rebuild_device(key, places, &signer, &der);
	if (err == 0)
		err = certificate_examine(key, CERTIFICATE_DEVICE, &der,
					  &signer);
	if (err == 0)
		err = certificate_to_pem(&der, out);
	bytes_free(&der);
	bytes_free(&signer);
	return err;
}

/* If its writing was interrupted or goes on, there is no pair. */
static int half_written(struct nerveskey *key, int err, const char *whose)
{
	if (err != -EKEYREJECTED && err != -EUCLEAN)
		return err;
	key->cache.aux_half_written = true;
	return fail_because(
		ENODATA,
		"the auxiliary %s certificate is not completely written: write "
		"its request to aux/provision again",
		whose);
}

int load_aux_signer(struct nerveskey *key, struct bytes *out)
{
	struct bytes der = BYTES_INIT;
	int err;

	err = rebuild_signer(key, &aux_places, &der);
	if (err == 0)
		err = certificate_verify(&der, &der);
	if (err == 0)
		err = certificate_examine(key, CERTIFICATE_AUX_SIGNER, &der,
					  NULL);
	if (err == 0)
		err = certificate_to_pem(&der, out);
	bytes_free(&der);
	return half_written(key, err, "signer");
}

int load_aux_device(struct nerveskey *key, struct bytes *out)
{
	struct bytes signer = BYTES_INIT, der = BYTES_INIT;
	int err;

	err = cached_der(key, NERVESKEY_AUX_SIGNER_CERT, &signer);
	if (err == 0)
		err = rebuild_device(key, &aux_places, &signer, &der);
	if (err == 0)
		err = certificate_verify(&der, &signer);
	if (err == 0)
		err = certificate_examine(key, CERTIFICATE_AUX_DEVICE, &der,
					  NULL);
	if (err == 0)
		err = certificate_to_pem(&der, out);
	bytes_free(&der);
	bytes_free(&signer);
	return half_written(key, err, "device");
}

static int chain(struct nerveskey *key, enum nerveskey_item device,
		 enum nerveskey_item signer, struct bytes *out)
{
	struct bytes second = BYTES_INIT;
	int err;

	err = item_load(key, device, out);
	if (err == 0)
		err = item_load(key, signer, &second);
	if (err == 0)
		err = bytes_append(out, second.data, second.len);
	bytes_free(&second);
	return err;
}

int load_chain(struct nerveskey *key, struct bytes *out)
{
	return chain(key, NERVESKEY_DEVICE_CERT, NERVESKEY_SIGNER_CERT, out);
}

int load_aux_chain(struct nerveskey *key, struct bytes *out)
{
	return chain(key, NERVESKEY_AUX_DEVICE_CERT, NERVESKEY_AUX_SIGNER_CERT,
		     out);
}

int load_slot_public_key(struct nerveskey *key, unsigned int slot,
			 struct bytes *out)
{
	uint8_t public_key[64];
	int err;

	err = key_permits(key, slot, SLOT_PUBLIC_KEY);
	if (err == 0)
		err = key_public(key, slot, public_key);
	return err < 0 ? err : public_key_to_pem(public_key, out);
}

/* The item of the main key's slot. */
static int load_main(struct nerveskey *key, enum nerveskey_item first,
		     struct bytes *out)
{
	unsigned int slot;
	int err;

	err = key_slot(key, NERVESKEY_MAIN_KEY, &slot);
	return err < 0 ? err : item_load(key, first + slot, out);
}

int load_public_key(struct nerveskey *key, struct bytes *out)
{
	return load_main(key, NERVESKEY_KEY_PUBLIC_KEY, out);
}

struct signer {
	struct nerveskey *key;
	unsigned int slot;
};

/* Sign until r and s are long, so that all requests have the same length. */
static int sign_in_session(void *context, const uint8_t digest[static 32],
			   uint8_t signature[static 64])
{
	const struct signer *by = context;
	int err;

	do {
		err = sign_checked(by->key, by->slot, digest, signature);
		if (err == -EKEYREJECTED)
			err = sign_checked(by->key, by->slot, digest,
					   signature);
	} while (err == 0 && !signature_fit(signature));
	return err == -EKEYREJECTED ? signature_mismatch(by->slot) : err;
}

/*
 * The serial of the certificate request when the OTP zone has none: the chip's
 * own if others configured it, else the staged one, else the one that the chip
 * would get.
 */
static size_t other_serial(struct nerveskey *key,
			   uint8_t serial[static OTP_SERIAL_MAX])
{
	char text[2 * CHIP_SERIAL_SIZE + 1];

	if (!is_ours(key)) {
		load_upper_hex(key->cache.chip_serial, CHIP_SERIAL_SIZE, text);
		memcpy(serial, text, sizeof(text) - 1);
		return sizeof(text) - 1;
	}
	if (key->request_serial_len == 0)
		return otp_default_serial(key->cache.chip_serial, serial);
	memcpy(serial, key->request_serial, key->request_serial_len);
	return key->request_serial_len;
}

int load_slot_request(struct nerveskey *key, unsigned int slot,
		      struct bytes *out)
{
	uint8_t public_key[64], other[OTP_SERIAL_MAX];
	struct certificate_device device = {
		.public_key = public_key,
		.serial = key->cache.otp.serial,
		.serial_len = key->cache.otp.serial_len,
		.chip_serial = key->cache.chip_serial,
	};
	struct signer by = { key, slot };
	int err;

	if (device.serial_len == 0 || !is_ours(key)) {
		device.serial = other;
		device.serial_len = other_serial(key, other);
	}
	/* A NervesKey's request is made before its key may do other things. */
	err = is_ours(key) ? 0 : key_permits(key, slot, SLOT_SIGN);
	if (err == 0)
		err = key_permits(key, slot, SLOT_PUBLIC_KEY);
	if (err == 0)
		err = key_public(key, slot, public_key);
	if (err < 0)
		return err;
	return certificate_request(&device, sign_in_session, &by, out);
}

int load_request(struct nerveskey *key, struct bytes *out)
{
	return load_main(key, NERVESKEY_KEY_REQUEST, out);
}
