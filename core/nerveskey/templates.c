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
	EUI48_SIZE = 12,  /* hexadecimal, at the start of slot 5 */
};

static int read_eui48(struct nerveskey *key, uint8_t eui48[static EUI48_SIZE])
{
	uint8_t block[32];
	int err;

	err = atecc_read32(key->chip, ATECC_DATA, slot_address(5, 0, 0), block);
	if (err < 0)
		return err;
	memcpy(eui48, block, EUI48_SIZE);
	return 0;
}

int load_eui48(struct nerveskey *key, struct bytes *out)
{
	uint8_t eui48[EUI48_SIZE];
	int err;

	err = read_eui48(key, eui48);
	return err < 0 ? err : load_line(out, eui48, sizeof(eui48));
}

/* The OTP zone of a part that Microchip configures begins with one of these. */
static const struct {
	char code[9];
	enum config_kind kind;
	enum certificate_template template;
} templates[] = {
	{ "KQp2ZkD8", CONFIG_TRUST_AND_GO, CERTIFICATE_TNGTLS },
	{ "x6tjuZMy", CONFIG_TRUST_AND_GO, CERTIFICATE_TNGTLS },
	{ "wdNxAjae", CONFIG_TRUST_AND_GO, CERTIFICATE_TNG_OLD },
	{ "Rsuy5YJh", CONFIG_TRUST_AND_GO, CERTIFICATE_TNG_OLD },
	{ "MKMwyhP1", CONFIG_TRUSTFLEX, CERTIFICATE_TFLXTLS },
};

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

static int find_template(const struct nerveskey *key,
			 const uint8_t compressed[static COMPRESSED_SIZE],
			 enum certificate_template *template)
{
	const struct cache *cache = &key->cache;

	for (size_t i = 0; i < sizeof(templates) / sizeof(*templates); i++)
		if (templates[i].kind == cache->kind && cache->has_otp &&
		    memcmp(templates[i].code, cache->otp_raw, CODE_SIZE) == 0) {
			*template = templates[i].template;
			return 0;
		}
	return no_template(key, compressed);
}

int template_rebuild(struct nerveskey *key,
		     const uint8_t compressed[static COMPRESSED_SIZE],
		     const uint8_t public_key[static 64],
		     const struct bytes *signer, struct bytes *der)
{
	uint8_t eui48[EUI48_SIZE];
	struct certificate_trust_device device = {
		.public_key = public_key,
		.chip_serial = key->cache.chip_serial,
	};
	int err;

	err = find_template(key, compressed, &device.template);
	if (err == 0 && device.template == CERTIFICATE_TNGTLS) {
		err = read_eui48(key, eui48);
		device.eui = eui48;
	}
	if (err < 0)
		return err;
	return certificate_rebuild_trust_device(compressed, &device, signer,
						der);
}
