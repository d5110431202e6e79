/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A new ATECC608B-TNGTLS. Configuration, OTP zone and certificate template are
 * those of a part whose public content is known. Serial number, EUI-48, keys
 * and certificates are made for each chip. Only Microchip can issue a signer
 * certificate that its root verifies; here a temporary key signs it.
 */
#include "trust_and_go.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <nettle/sha1.h>
#include <nettle/sha2.h>

#include "p256.h"
#include "text.h"

enum {
	SLOT_EUI48 = 5,
	SLOT_DEVICE = 10,
	SLOT_SIGNER_KEY = 11,
	SLOT_SIGNER = 12,
	PRIVATE_KEYS = 5, /* in slots 0 to 4 */
};

static const char otp_zone[] = "4b5170325a6b44380000000000000000"
			       "00000000000000000000000000000000"
			       "00000000000000000000000000000000"
			       "00000000000000000000000000000000";

/* The variable parts of a certificate. */
struct made {
	uint8_t number[16];
	uint8_t point[64];
	char chip_serial[2 * 9]; /* upper-case hex, as is `eui48` */
	char eui48[2 * 6];
	uint8_t key_id[20], issuer_key_id[20];
};

/* A part of a TBSCertificate: hex digits, or a member of struct made. */
struct piece {
	const char *hex; /* NULL: the member */
	size_t offset, len;
};

#define FIXED(digits)         \
	{                     \
		.hex = digits \
	}
#define MADE(member)                                             \
	{                                                        \
		.offset = offsetof(struct made, member),         \
		.len = sizeof(((const struct made *)0)->member), \
	}

#define MICROCHIP                                      \
	"3121301f060355040a0c184d6963726f636869702054" \
	"6563686e6f6c6f677920496e63"
/* CN, "Crypto Authentication " */
#define PRODUCT                                        \
	"312a302806035504030c2143727970746f2041757468" \
	"656e7469636174696f6e20"
#define ROOT_NAME   "304f" MICROCHIP PRODUCT "526f6f7420434120303032"
#define SIGNER_NAME "304f" MICROCHIP PRODUCT "5369676e65722032433030"
#define ALGORITHM   "300a06082a8648ce3d040302"
#define P256_POINT  "3059301306072a8648ce3d020106082a8648ce3d03010703420004"
#define KEY_ID	    "301d0603551d0e04160414"
#define ISSUER_ID   "301f0603551d23041830168014"
#define ROOT_KEY_ID "7aed7d6dc6b7789db23801a5e84a8cb0a40e2a8c"

static const struct piece signer_pieces[] = {
	FIXED("308201aaa0030201020210"),
	MADE(number),
	FIXED(ALGORITHM ROOT_NAME
	      "3020170d3138313231343230303030305a"
	      "180f32303439313231343230303030305a" SIGNER_NAME P256_POINT),
	MADE(point),
	FIXED("a3663064300e0603551d0f0101ff040403020186"
	      "30120603551d130101ff040830060101ff020100" KEY_ID),
	MADE(key_id),
	FIXED(ISSUER_ID ROOT_KEY_ID),
};

static const struct piece device_pieces[] = {
	FIXED("308201c5a0030201020210"),
	MADE(number),
	FIXED(ALGORITHM SIGNER_NAME
	      "3020170d3230313131313034303030305a"
	      "180f32303438313131313034303030305a3042" MICROCHIP
	      "311d301b06035504030c14736e"),
	MADE(chip_serial),
	FIXED(P256_POINT),
	MADE(point),
	FIXED("a3818d30818a302a0603551d1104233021a41f301d311b3019"
	      "0603550405131265756934385f"),
	MADE(eui48),
	FIXED("300c0603551d130101ff04023000"
	      "300e0603551d0f0101ff040403020388" KEY_ID),
	MADE(key_id),
	FIXED(ISSUER_ID),
	MADE(issuer_key_id),
};

/* `tail`: dates, signer, template, chain and serial source, as stored. */
static const struct template
{
	const struct piece *pieces;
	size_t count;
	uint8_t tail[8];
}
signer_template = { signer_pieces,
		    sizeof(signer_pieces) / sizeof(*signer_pieces),
		    { 0x96, 0x3a, 0x9f, 0x2c, 0x00, 0x10, 0xa0, 0x00 } },
	device_template = { device_pieces,
			    sizeof(device_pieces) / sizeof(*device_pieces),
			    { 0xa5, 0xac, 0x9c, 0x2c, 0x00, 0x30, 0xa0,
			      0x00 } };

/* SHA-256 of the public key and the dates; its first two bits are 01. */
static void make_number(struct made *made, const uint8_t dates[static 3])
{
	struct sha256_ctx sha;

	sha256_init(&sha);
	sha256_update(&sha, sizeof(made->point), made->point);
	sha256_update(&sha, 3, dates);
	sha256_digest(&sha, sizeof(made->number), made->number);
	made->number[0] = (made->number[0] & 0x3f) | 0x40;
}

static void make_key_id(struct made *made)
{
	struct sha1_ctx sha;

	sha1_init(&sha);
	sha1_update(&sha, 1, (const uint8_t[]){ 4 });
	sha1_update(&sha, sizeof(made->point), made->point);
	sha1_digest(&sha, sizeof(made->key_id), made->key_id);
}

static void digest_tbs(const struct template *template, const struct made *made,
		       uint8_t digest[static 32])
{
	struct sha256_ctx sha;
	uint8_t bytes[256];

	sha256_init(&sha);
	for (size_t i = 0; i < template->count; i++) {
		const struct piece *piece = &template->pieces[i];
		size_t len = piece->hex ? strlen(piece->hex) / 2 : piece->len;

		if (piece->hex)
			hex_decode(piece->hex, bytes, len);
		else
			memcpy(bytes, (const char *)made + piece->offset, len);
		sha256_update(&sha, len, bytes);
	}
	sha256_digest(&sha, 32, digest);
}

/* The certificate for `made`, in 72 bytes. */
static void make_certificate(const struct template *template, struct made *made,
			     const uint8_t issuer[static 32],
			     struct sim_random *random,
			     uint8_t stored[static 72])
{
	uint8_t digest[32];

	make_number(made, template->tail);
	make_key_id(made);
	digest_tbs(template, made, digest);
	sim_p256_sign(issuer, digest, random, stored);
	memcpy(stored + 64, template->tail, sizeof(template->tail));
}

static void make_names(const struct eeprom *eeprom, struct made *made)
{
	uint8_t serial[9];
	char text[2 * sizeof(serial) + 1];

	eeprom_serial(eeprom, serial);
	for (size_t i = 0; i < sizeof(serial); i++)
		snprintf(text + 2 * i, 3, "%02X", serial[i]);
	memcpy(made->chip_serial, text, sizeof(made->chip_serial));
	/* The prefix is Microchip's; the rest is the chip's. */
	snprintf(text, sizeof(text), "E8EB1B%02X%02X%02X", serial[5], serial[6],
		 serial[7]);
	memcpy(made->eui48, text, sizeof(made->eui48));
}

/* Slot 11 has four zero bytes before each half. */
static void store_point(uint8_t stored[static 72],
			const uint8_t point[static 64])
{
	memset(stored, 0, 72);
	memcpy(stored + 4, point, 32);
	memcpy(stored + 40, point + 32, 32);
}

void trust_and_go_fill(struct eeprom *eeprom, struct sim_random *random)
{
	struct made signer = { 0 }, device = { 0 };
	uint8_t root_key[32], signer_key[32];

	hex_decode(otp_zone, eeprom->otp, sizeof(eeprom->otp));
	for (size_t i = 0; i < PRIVATE_KEYS; i++) {
		sim_p256_create(random, eeprom->key[i]);
		eeprom->has_key[i] = true;
	}
	make_names(eeprom, &device);
	memset(eeprom_slot(eeprom, SLOT_EUI48), 0, 36);
	memcpy(eeprom_slot(eeprom, SLOT_EUI48), device.eui48,
	       sizeof(device.eui48));
	sim_p256_create(random, root_key);
	sim_p256_create(random, signer_key);
	sim_p256_public(signer_key, signer.point);
	make_certificate(&signer_template, &signer, root_key, random,
			 eeprom_slot(eeprom, SLOT_SIGNER));
	store_point(eeprom_slot(eeprom, SLOT_SIGNER_KEY), signer.point);
	sim_p256_public(eeprom->key[0], device.point);
	memcpy(device.issuer_key_id, signer.key_id, sizeof(signer.key_id));
	make_certificate(&device_template, &device, signer_key, random,
			 eeprom_slot(eeprom, SLOT_DEVICE));
	explicit_bzero(root_key, sizeof(root_key));
	explicit_bzero(signer_key, sizeof(signer_key));
}
