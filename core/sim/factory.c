/* SPDX-License-Identifier: Apache-2.0 */
#include "factory.h"

#include <errno.h>
#include <string.h>

#include "error.h"
#include "text.h"

/* SlotConfig, counters and KeyConfig, which all blank parts share. */
#define BLANK_SLOTS                                        \
	"832087208f20c48f8f8f8f8f9f8faf8f0000000000000000" \
	"000000000000af8fffffffff00000000ffffffff00000000"
#define BLANK_KEYS                                         \
	"3300330033001c001c001c001c001c003c003c003c003c00" \
	"3c003c003c001c00"

static const char config_508a[] =
	"01230000"
	"00005000"
	"00000000ee"
	"005500"
	"c0005500" BLANK_SLOTS
	"ffffffffffffffffffffffffffffffff00005555ffff0000"
	"00000000" BLANK_KEYS;

static const char config_608a[] =
	"01230000"
	"00006002"
	"00000000ee"
	"015500"
	"c0000000" BLANK_SLOTS
	"0000000000000000000000000000000000005555ffff0000"
	"00000000" BLANK_KEYS;

static const char config_608b[] =
	"01230000"
	"00006003"
	"00000000ee"
	"015500"
	"c0000000" BLANK_SLOTS
	"0000000000000000000000000000000000005555ffff0000"
	"00000000" BLANK_KEYS;

/*
 * An ATECC608B-TNGTLS whose public content was captured by others. Its private
 * keys are its own secret, so these are made up, and GenKey of slot 0 answers
 * the public key that its certificate is for.
 */
static const char config_tng[] =
	"0123a23f0000600329f9366a010155006a00000185008200"
	"8520852085200f8f8f0f9f8f0f0f8f0f0f8f0f8f0f8f0f0f"
	"0d1f0f0fffffffff00000000ffffffff00000000000003f7"
	"00697600000000000000000000000000ffff0e6000000000"
	"530053007300730073001c007c001c003c001a001c001000"
	"1c00300012003000";
static const char otp_tng[] = "4b5170325a6b443800000000000000000000000000000000"
			      "000000000000000000000000000000000000000000000000"
			      "00000000000000000000000000000000";
static const struct {
	unsigned int slot;
	const char *hex;
} data_tng[] = {
	{ 5, "453845423142323032303237000000000000000000000000"
	     "000000000000000000000000" },
	{ 10, "e197aa26d2d0ac94ab4decc230554f5611cd53ae24ad1ae2"
	      "737ea2d69ecaa2ad25d05c0e6ea51c603e5a5b84e04cab51"
	      "26c6bdb37c8906a159606c3482b024afa5ac9c2c0030a000" },
	{ 11, "000000002eba1b2ad0b73e4e44725e0c09348d4092a08bd7"
	      "a8b7619bfdc7a56eb2054bdc00000000a338f00dc64dec1d"
	      "84b4b36ec62426bd4c9340244fa853e235d053c05df67ef4" },
	{ 12, "ecc949988f619130b9277322958cfda97d9b0a8cb8f37894"
	      "bcc473e9d47a40872123d5a2566b89a159bc8a8de52283ce"
	      "16b5337b2a2599afe4d75efa073ed611963a9f2c0010a000" },
};
static const char *const keys_tng[] = {
	"3a5eb8aecbbbb990da4dbdb5339c24559c48d5253e6e751d"
	"c84e635c094772ca",
	"27a85b738d3ed3aae3250dfe89baf95901c69314b4947310"
	"dc2907eac5a74509",
	"2a94b1f549689a118bc04a070b8608099cff3437db43415f"
	"066eee4a16f7d6ab",
	"de7807b287020060d860399bfd000acbd6afaa51d31767b8"
	"f8a702cd8580caa9",
	"a7e735f57956c58eb5d1e2d52bb98a5042b671838615593b"
	"9242936bd33b7aef",
};
static const char public_tng[] =
	"d330b8b2ede4d502df48b54a2f29cc79f901e594fd6bf92d"
	"eb6d187ac77f2dbbb160279a4a20a7e6e3507f973aad4391"
	"9bef2d1c99b29c153323dfcd99106769";

static void fill_tng(struct eeprom *eeprom)
{
	hex_decode(otp_tng, eeprom->otp, sizeof(eeprom->otp));
	for (size_t i = 0; i < sizeof(data_tng) / sizeof(data_tng[0]); i++)
		hex_decode(data_tng[i].hex,
			   eeprom_slot(eeprom, data_tng[i].slot),
			   eeprom_slot_size(data_tng[i].slot));
	for (size_t i = 0; i < sizeof(keys_tng) / sizeof(keys_tng[0]); i++) {
		hex_decode(keys_tng[i], eeprom->key[i], 32);
		eeprom->has_key[i] = true;
	}
	hex_decode(public_tng, eeprom->other_public[0], 64);
	eeprom->has_other_public[0] = true;
}

static const struct {
	const char *name;
	enum sim_part part;
	const char *config;
	void (*fill)(struct eeprom *eeprom); /* NULL: blank, any serial */
} models[] = {
	{ "508a", PART_508A, config_508a, NULL },
	{ "608a", PART_608A, config_608a, NULL },
	{ "608b", PART_608B, config_608b, NULL },
	{ "tng", PART_608B, config_tng, fill_tng },
};

static int find_model(const char *name)
{
	for (size_t i = 0; i < sizeof(models) / sizeof(models[0]); i++)
		if (strcmp(models[i].name, name) == 0)
			return (int)i;
	return fail_because(EINVAL,
			    "no model \"%s\": there are 508a, 608a, 608b "
			    "and tng",
			    name);
}

int factory_part(const char *model, enum sim_part *part)
{
	int index = find_model(model);

	if (index < 0)
		return index;
	*part = models[index].part;
	return 0;
}

int factory_make(struct eeprom *eeprom, const char *model,
		 const uint8_t unique[static 6])
{
	int index = find_model(model);

	if (index < 0)
		return index;
	memset(eeprom, 0, sizeof(*eeprom));
	hex_decode(models[index].config, eeprom->config,
		   sizeof(eeprom->config));
	memset(eeprom->otp, 0xff, sizeof(eeprom->otp));
	memset(eeprom->data, 0xff, sizeof(eeprom->data));
	if (models[index].fill) {
		models[index].fill(eeprom);
		return 0;
	}
	memcpy(eeprom->config + 2, unique, 2);
	memcpy(eeprom->config + 8, unique + 2, 4);
	return 0;
}
