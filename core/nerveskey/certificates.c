/* SPDX-License-Identifier: Apache-2.0 */
#include "certificates.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cache.h"
#include "certificate.h"
#include "error.h"
#include "keys.h"
#include "log.h"
#include "templates.h"

static const struct certificate_places aux_places = {
	.key_slot = SLOT_DEVICE_KEY,
	.device = { SLOT_AUX_DEVICE_CERT, 0 },
	.signer_key = { SLOT_AUX_SIGNER_KEY, 0 },
	.signer = { SLOT_AUX_SIGNER_CERT, 0 },
};

/*
 * `unfit` is what a signature that does not fit means. NULL: the certificate is
 * of the auxiliary pair, and there is no pair unless its signatures fit.
 */
static const struct row {
	const char *name;
	enum nerveskey_item issuer;
	const char *unfit;
} rows[CERTIFICATE_COUNT] = {
	[NERVESKEY_SIGNER_CERT] = { "signer.pem", NERVESKEY_SIGNER_CERT,
				    "it is not signed by its own key: what "
				    "slots 11 and 12 hold is not what was "
				    "written" },
	[NERVESKEY_DEVICE_CERT] = { "device.pem", NERVESKEY_SIGNER_CERT,
				    "its signature does not fit: the key in "
				    "slot 0, the serial, slot 10 or the signer "
				    "is not the one that it was issued for" },
	[NERVESKEY_AUX_SIGNER_CERT] = { "aux/signer.pem",
					NERVESKEY_AUX_SIGNER_CERT, NULL },
	[NERVESKEY_AUX_DEVICE_CERT] = { "aux/device.pem",
					NERVESKEY_AUX_SIGNER_CERT, NULL },
};

static void note(struct nerveskey *key, enum nerveskey_item item,
		 const char *flaw, const char *elixir)
{
	struct certificate_note *note = &key->note[item];
	bool is_new = strcmp(note->flaw, flaw) != 0;

	snprintf(note->flaw, sizeof(note->flaw), "%s", flaw);
	note->elixir = elixir;
	note->known = true;
	if (*flaw && is_new)
		log_write(LOG_LEVEL_WARNING, "%s: %s: %s",
			  atecc_bus_name(key->chip), rows[item].name, flaw);
}

/* The slot was never written. */
static bool is_blank(const uint8_t *data, size_t len)
{
	return (data[0] == 0x00 || data[0] == 0xff) &&
	       memcmp(data, data + 1, len - 1) == 0;
}

/* Sets the bytes that begin at this place, and has the slot watched. */
static int read_place(struct nerveskey *key, struct place place, uint8_t *data,
		      size_t len)
{
	uint8_t whole[3 * COMPRESSED_SIZE];
	int err;

	err = atecc_read_slot(key->chip, place.slot, whole, place.offset + len);
	if (err < 0)
		return err;
	cache_note_block(&key->cache, place.slot, whole);
	memcpy(data, whole + place.offset, len);
	return 0;
}

static int read_compressed(struct nerveskey *key, struct place place,
			   uint8_t compressed[static COMPRESSED_SIZE])
{
	int err;

	err = read_place(key, place, compressed, COMPRESSED_SIZE);
	if (err < 0 || !is_blank(compressed, COMPRESSED_SIZE))
		return err;
	return fail_because(ENODATA,
			    "slot %u holds no certificate yet: provisioning "
			    "writes it",
			    place.slot);
}

/* Microchip's parts have four zero bytes before X and before Y. */
static int read_stored_key(struct nerveskey *key, struct place place,
			   uint8_t public_key[static 64])
{
	uint8_t stored[72];
	int err;

	if (is_ours(key))
		return read_place(key, place, public_key, 64);
	err = read_place(key, place, stored, sizeof(stored));
	if (err < 0)
		return err;
	memcpy(public_key, stored + 4, 32);
	memcpy(public_key + 32, stored + 40, 32);
	return 0;
}

static int rebuild_signer(struct nerveskey *key,
			  const struct certificate_places *places,
			  struct bytes *der)
{
	uint8_t public_key[64], compressed[COMPRESSED_SIZE];
	int err;

	err = read_compressed(key, places->signer, compressed);
	if (err == 0)
		err = read_stored_key(key, places->signer_key, public_key);
	if (err < 0)
		return err;
	if (is_ours(key))
		return certificate_rebuild_signer(compressed, public_key, der);
	return certificate_rebuild_tng_signer(compressed, public_key, der);
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
		err = read_compressed(key, places->device, compressed);
	if (err == 0)
		err = key_public(key, places->key_slot, public_key);
	if (err < 0)
		return err;
	if (is_ours(key))
		return certificate_rebuild_device(compressed, &device, signer,
						  der);
	return template_rebuild(key, compressed, public_key, signer, der);
}

/* Sets DER from the cached PEM, since the signer is needed more than once. */
static int cached_der(struct nerveskey *key, enum nerveskey_item item,
		      struct bytes *der)
{
	BYTES_LOCAL(pem);
	int err = item_load(key, item, &pem);

	return err < 0 ? err : certificate_from_pem(&pem, der);
}

static const struct certificate_places *find_places(const struct nerveskey *key,
						    const struct row *row)
{
	if (!row->unfit)
		return &aux_places;
	return is_ours(key) ? &usual_places : template_places(key);
}

/*
 * Sets `der`, and `signer` if it is another certificate. Bytes from the chip
 * that are malformed are not the caller's mistake.
 */
static int rebuild(struct nerveskey *key, enum nerveskey_item item,
		   struct bytes *signer, struct bytes *der)
{
	const struct row *row = &rows[item];
	const struct certificate_places *places = find_places(key, row);
	int err;

	if (!places)
		return key_state_permits(key->cache.state, USE_DATA,
					 "the chip");
	if (row->issuer == item)
		return rebuild_signer(key, places, der);
	err = cached_der(key, row->issuer, signer);
	if (err == 0)
		err = rebuild_device(key, places, signer, der);
	return err == -EINVAL ? -EUCLEAN : err;
}

/* Microchip's root, which signs Trust&Go signers, is not on the chip. */
static int examine(struct nerveskey *key, enum nerveskey_item item,
		   const struct bytes *signer, const struct bytes *der)
{
	const char *flaw = "", *unfit = rows[item].unfit;
	int err = 0;

	if (signer->len || is_ours(key))
		err = certificate_verify(der, signer->len ? signer : der);
	if (err == -EKEYREJECTED && unfit)
		flaw = unfit;
	else if (err < 0)
		return err;
	note(key, item, flaw, certificate_elixir_flaw(der));
	return 0;
}

int certificate_load(struct nerveskey *key, enum nerveskey_item item,
		     struct bytes *out)
{
	BYTES_LOCAL(signer);
	BYTES_LOCAL(der);
	int err;

	err = rebuild(key, item, &signer, &der);
	if (err == 0)
		err = examine(key, item, &signer, &der);
	if (err == 0)
		err = certificate_to_pem(&der, out);
	if (rows[item].unfit || (err != -EKEYREJECTED && err != -EUCLEAN))
		return err;
	/* Its writing was interrupted or goes on. */
	key->cache.aux_half_written = true;
	return fail_because(
		ENODATA,
		"the auxiliary %s certificate is not completely written: write "
		"its request to aux/provision again",
		rows[item].issuer == item ? "signer" : "device");
}

int chain_load(struct nerveskey *key, enum nerveskey_item item,
	       struct bytes *out)
{
	enum nerveskey_item device = item == NERVESKEY_CHAIN
					     ? NERVESKEY_DEVICE_CERT
					     : NERVESKEY_AUX_DEVICE_CERT;
	BYTES_LOCAL(issuer);
	int err;

	err = item_load(key, device, out);
	if (err == 0)
		err = item_load(key, rows[device].issuer, &issuer);
	return err < 0 ? err : bytes_append(out, issuer.data, issuer.len);
}

bool certificates_are_expected(const struct nerveskey *key)
{
	enum key_state state = key->cache.state;

	return state == KEY_DATA_LOCKED || state == KEY_COMPLETE ||
	       template_places(key);
}

int certificates_note(struct nerveskey *key)
{
	BYTES_LOCAL(pem);
	int err = 0;

	if (!certificates_are_expected(key))
		return 0;
	for (enum nerveskey_item i = NERVESKEY_SIGNER_CERT;
	     i <= NERVESKEY_DEVICE_CERT && err == 0; i++) {
		if (!key->note[i].known)
			err = item_load(key, i, &pem);
		if (err != -ENODATA && err != -EUCLEAN)
			continue;
		/* It cannot be rebuilt. */
		note(key, i, fail_reason(), NULL);
		err = 0;
	}
	return err;
}

/* Append "good" or "NAME: REASON; ...", or nothing until they are loaded. */
static void append_line(const struct nerveskey *key, struct bytes *text,
			const char *name, bool elixir)
{
	const struct certificate_note *notes = key->note;
	const char *between = "";

	bytes_printf(text, "%s=", name);
	for (size_t i = 0; i < CERTIFICATE_COUNT; i++) {
		const char *reason = elixir ? notes[i].elixir : notes[i].flaw;

		if (!notes[i].known || !reason || !*reason)
			continue;
		bytes_printf(text, "%s%s: %s", between, rows[i].name, reason);
		between = "; ";
	}
	bytes_printf(text, "%s\n",
		     certificates_are_noted(key) && !*between ? "good" : "");
}

void certificates_text(const struct nerveskey *key, struct bytes *text)
{
	append_line(key, text, "certificates", false);
	append_line(key, text, "elixir", true);
}
