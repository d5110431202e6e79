/* SPDX-License-Identifier: Apache-2.0 */
#include "templates.h"

#include <errno.h>
#include <string.h>

#include "error.h"
#include "text.h"

enum {
	CODE_SIZE = 8,
	AT_TEMPLATE = 69, /* its high four bits, in a compressed certificate */
	EUI48_SLOT = 5,
	EUI48_SIZE = 12,
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

/* Parts that Microchip configures. Their OTP zone begins with one of `codes`. */
static const struct part {
	const char *codes[2];
	/* CONFIG_OTHER: its configuration is not published. */
	enum config_kind kind;
	enum certificate_template template;
	const struct certificate_places *places;
	uint8_t eui_slot; /* begins with the digits of an EUI; 0: none */
} parts[] = {
	{ .codes = { "KQp2ZkD8", "x6tjuZMy" },
	  .kind = CONFIG_TRUST_AND_GO,
	  .template = CERTIFICATE_TNGTLS,
	  .places = &usual_places,
	  .eui_slot = EUI48_SLOT },
	{ .codes = { "wdNxAjae", "Rsuy5YJh" },
	  .kind = CONFIG_TRUST_AND_GO,
	  .template = CERTIFICATE_TNG_OLD,
	  .places = &usual_places },
	{ .codes = { "MKMwyhP1" },
	  .kind = CONFIG_TRUSTFLEX,
	  .template = CERTIFICATE_TFLXTLS,
	  .places = &usual_places },
	{ .codes = { "jsMu7iYO", "09qJNxI3" },
	  .template = CERTIFICATE_TNGLORA,
	  .places = &in_slot_8,
	  .eui_slot = 10 },
	{ .codes = { "BxZvm6q2" },
	  .template = CERTIFICATE_TNG_OLD,
	  .places = &in_slot_8 },
};

static bool has_code(const struct cache *cache, const char *code)
{
	return code && cache->has_otp &&
	       memcmp(code, cache->otp_raw, CODE_SIZE) == 0;
}

/* NULL: the code is not known. */
static const struct part *find_code(const struct cache *cache)
{
	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++)
		if (has_code(cache, parts[i].codes[0]) ||
		    has_code(cache, parts[i].codes[1]))
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

int eui48_load(struct nerveskey *key, enum nerveskey_item item,
	       struct bytes *out)
{
	uint8_t block[32];
	int err;

	(void)item;
	err = atecc_read32(key->chip, ATECC_DATA,
			   slot_address(EUI48_SLOT, 0, 0), block);
	if (err < 0)
		return err;
	bytes_append(out, block, EUI48_SIZE);
	return bytes_append(out, "\n", 1);
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
	uint8_t block[32];
	struct certificate_trust_device device = {
		.public_key = public_key,
		.chip_serial = key->cache.chip_serial,
	};
	int err = 0;

	if (!part)
		return no_template(key, compressed);
	device.template = part->template;
	if (part->eui_slot) {
		err = atecc_read32(key->chip, ATECC_DATA,
				   slot_address(part->eui_slot, 0, 0), block);
		device.eui = block;
	}
	if (err < 0)
		return err;
	return certificate_rebuild_trust_device(compressed, &device, signer,
						der);
}
