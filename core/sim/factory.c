/* SPDX-License-Identifier: Apache-2.0 */
#include "factory.h"

#include <errno.h>
#include <string.h>

#include "error.h"
#include "text.h"
#include "trust_and_go.h"

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

/* An ATECC608B-TNGTLS. */
static const char config_tng[] =
	"0123a23f0000600329f9366a010155006a00000185008200"
	"8520852085200f8f8f0f9f8f0f0f8f0f0f8f0f8f0f8f0f0f"
	"0d1f0f0fffffffff00000000ffffffff00000000000003f7"
	"00697600000000000000000000000000ffff0e6000000000"
	"530053007300730073001c007c001c003c001a001c001000"
	"1c00300012003000";
static const struct {
	const char *name;
	enum sim_part part;
	const char *config;
	/* NULL: blank */
	void (*fill)(struct eeprom *eeprom, struct sim_random *random);
} models[] = {
	{ "508a", PART_508A, config_508a, NULL },
	{ "608a", PART_608A, config_608a, NULL },
	{ "608b", PART_608B, config_608b, NULL },
	{ "tng", PART_608B, config_tng, trust_and_go_fill },
};

static int find_model(const char *name)
{
	for (size_t i = 0; i < sizeof(models) / sizeof(models[0]); i++)
		if (strcmp(models[i].name, name) == 0)
			return (int)i;
	return fail_because(EINVAL,
			    "there is no model \"%s\": 508a, 608a, 608b or "
			    "tng is expected",
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
		 struct sim_random *random)
{
	int index = find_model(model);
	uint8_t unique[6];

	if (index < 0)
		return index;
	memset(eeprom, 0, sizeof(*eeprom));
	hex_decode(models[index].config, eeprom->config,
		   sizeof(eeprom->config));
	memset(eeprom->otp, 0xff, sizeof(eeprom->otp));
	memset(eeprom->data, 0xff, sizeof(eeprom->data));
	sim_random_draw(random, unique, sizeof(unique));
	memcpy(eeprom->config + 2, unique, 2);
	memcpy(eeprom->config + 8, unique + 2, 4);
	if (models[index].fill)
		models[index].fill(eeprom, random);
	return 0;
}
