/* SPDX-License-Identifier: Apache-2.0 */
#include "templates.h"

#include <errno.h>
#include <string.h>

#include "error.h"
#include "load_certificates.h"
#include "load_zones.h"
#include "text.h"

enum {
	CODE_SIZE = 8,
	AT_TEMPLATE = 69, /* its high four bits, in a compressed certificate */
	EUI_SIZE_MAX = 16,
};

/* Hexadecimal digits at the start of a slot; none when `len` is 0. */
struct eui {
	uint8_t slot, len;
};

const struct certificate_places usual_places = {
	.key_slot = SLOT_DEVICE_KEY,
	.device = { SLOT_DEVICE_CERT, 0 },
	.signer_key = { SLOT_SIGNER_KEY, 0 },
	.signer = { SLOT_SIGNER_CERT, 0 },
};

static const struct certificate_places in_slot_8 = {
	.key_slot = 1,
	.device = { 8, 72 },
	.signer_key = { 8, 0 },
	.signer = { 8, 144 },
};

/* The OTP zone of a part that Microchip configures begins with one of these. */
static const struct part {
	char code[9];
	enum config_kind
		kind; /* CONFIG_OTHER: its configuration is not published */
	enum certificate_template template;
	struct eui eui;
	const struct certificate_places *places;
} parts[] = {
	{ "KQp2ZkD8",
	  CONFIG_TRUST_AND_GO,
	  CERTIFICATE_TNGTLS,
	  { 5, 12 },
	  &usual_places },
	{ "x6tjuZMy",
	  CONFIG_TRUST_AND_GO,
	  CERTIFICATE_TNGTLS,
	  { 5, 12 },
	  &usual_places },
	{ "wdNxAjae",
	  CONFIG_TRUST_AND_GO,
	  CERTIFICATE_TNG_OLD,
	  { 0, 0 },
	  &usual_places },
	{ "Rsuy5YJh",
	  CONFIG_TRUST_AND_GO,
	  CERTIFICATE_TNG_OLD,
	  { 0, 0 },
	  &usual_places },
	{ "MKMwyhP1",
	  CONFIG_TRUSTFLEX,
	  CERTIFICATE_TFLXTLS,
	  { 0, 0 },
	  &usual_places },
	{ "jsMu7iYO",
	  CONFIG_OTHER,
	  CERTIFICATE_TNGLORA,
	  { 10, 16 },
	  &in_slot_8 },
	{ "09qJNxI3",
	  CONFIG_OTHER,
	  CERTIFICATE_TNGLORA,
	  { 10, 16 },
	  &in_slot_8 },
	{ "BxZvm6q2", CONFIG_OTHER, CERTIFICATE_TNG_OLD, { 0, 0 }, &in_slot_8 },
};

/* NULL: the code is not known. */
static const struct part *find_code(const struct cache *cache)
{
	for (size_t i = 0; cache->has_otp && i < sizeof(parts) / sizeof(*parts);
	     i++)
		if (memcmp(parts[i].code, cache->otp_raw, CODE_SIZE) == 0)
			return &parts[i];
	return NULL;
}

static const struct part *find_part(const struct nerveskey *key)
{
	const struct part *part = is_ours(key) ? NULL : find_code(&key->cache);

	return part && part->kind == key->cache.kind ? part : NULL;
}

void template_judge(struct cache *zones)
{
	const struct part *part = find_code(zones);

	if (!part || part->kind != CONFIG_OTHER ||
	    (zones->kind != CONFIG_TRUST_AND_GO &&
	     zones->kind != CONFIG_TRUSTFLEX))
		return;
	zones->kind = CONFIG_OTHER;
	zones->state = KEY_FOREIGN;
}

const struct certificate_places *template_places(const struct nerveskey *key)
{
	const struct part *part = find_part(key);

	if (part)
		return part->places;
	return is_makers(key) ? &usual_places : NULL;
}

static int read_eui(struct nerveskey *key, const struct eui *eui,
		    uint8_t digits[static EUI_SIZE_MAX])
{
	uint8_t block[32];
	int err;

	err = atecc_read32(key->chip, ATECC_DATA, slot_address(eui->slot, 0, 0),
			   block);
	if (err < 0)
		return err;
	memcpy(digits, block, eui->len);
	return 0;
}

int load_eui48(struct nerveskey *key, struct bytes *out)
{
	static const struct eui eui48 = { 5, 12 };
	uint8_t digits[EUI_SIZE_MAX];
	int err;

	err = read_eui(key, &eui48, digits);
	return err < 0 ? err : load_line(out, digits, eui48.len);
}

static int no_template(const struct nerveskey *key,
		       const uint8_t compressed[static COMPRESSED_SIZE])
{
	char code[2 * CODE_SIZE + 1];

	hex_encode(key->cache.otp_raw, CODE_SIZE, code);
	return fail_because(EUCLEAN,
			    "the certificate in slot %d has template %u, and "
			    "the OTP zone begins with %s, which stands for no "
			    "template that is known",
			    SLOT_DEVICE_CERT, compressed[AT_TEMPLATE] >> 4,
			    code);
}

int template_rebuild(struct nerveskey *key,
		     const uint8_t compressed[static COMPRESSED_SIZE],
		     const uint8_t public_key[static 64],
		     const struct bytes *signer, struct bytes *der)
{
	const struct part *part = find_part(key);
	uint8_t eui[EUI_SIZE_MAX];
	struct certificate_trust_device device = {
		.public_key = public_key,
		.chip_serial = key->cache.chip_serial,
	};
	int err = 0;

	if (!part)
		return no_template(key, compressed);
	device.template = part->template;
	if (part->eui.len) {
		err = read_eui(key, &part->eui, eui);
		device.eui = eui;
	}
	if (err < 0)
		return err;
	return certificate_rebuild_trust_device(compressed, &device, signer,
						der);
}
