/* SPDX-License-Identifier: Apache-2.0 */
#include "survey.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "atecc.h"
#include "config_kind.h"
#include "error.h"
#include "find.h"
#include "key_state.h"
#include "text.h"

enum { LOOK_MS = 5000 };

struct survey {
	const char *device;
	survey_found found;
	void *context;
	bool any; /* chip was found, or address was skipped */
};

static void describe(const struct atecc *chip, const uint8_t *config,
		     struct survey_chip *made)
{
	enum key_state state = key_state_of(config);
	uint8_t serial[CHIP_SERIAL_SIZE];

	made->address = atecc_address(chip);
	config_part_name(config, made->part);
	config_serial(config, serial);
	hex_encode(serial, sizeof(serial), made->serial);
	made->state = key_state_name(state);
	made->type = key_type_name(state, config_kind(config));
}

/* Wake a chip, read it, and let it sleep. */
static int look(struct survey *survey, struct atecc *chip)
{
	uint8_t config[CONFIG_SIZE];
	struct survey_chip made;
	int err;

	err = atecc_begin(chip, LOOK_MS);
	if (err == -EAGAIN)
		err = atecc_find(chip);
	if (err < 0)
		return err;
	survey->any = true;
	err = atecc_read_config(chip, config);
	atecc_end(chip);
	if (err < 0)
		return err;
	describe(chip, config, &made);
	survey->found(survey->context, &made);
	return 0;
}

/*
 * Look at one address; 0 is the one that DEVICE names, or all. Returns only
 * errors of opening.
 */
static int look_at(struct survey *survey, uint8_t address)
{
	struct atecc *chip;
	int err;

	fail_clear();
	err = atecc_open(survey->device, &chip);
	if (err < 0)
		return err;
	if (address)
		atecc_look_only_at(chip, address);
	err = look(survey, chip);
	if (err < 0 && err != -ENODEV)
		survey->found(survey->context, NULL);
	atecc_close(chip);
	return 0;
}

static bool names_address(const char *device)
{
	const char *colon = strrchr(device, ':');

	return strncmp(device, "sim:", 4) == 0 ||
	       (colon && strncmp(colon, ":0x", 3) == 0);
}

int survey_bus(const char *device, const uint8_t *skipped, size_t count,
	       survey_found found, void *context)
{
	struct survey survey = {
		.device = device,
		.found = found,
		.context = context,
		.any = count > 0,
	};
	const uint8_t *addresses;
	size_t usual = atecc_usual_addresses(&addresses);
	int err = 0;

	if (names_address(device))
		return count > 0 ? 0 : look_at(&survey, 0);
	for (size_t i = 0; i < usual && err == 0; i++)
		if (!count || !memchr(skipped, addresses[i], count))
			err = look_at(&survey, addresses[i]);
	/* A chip may be executing another program's command: look once more. */
	if (err == 0 && !survey.any)
		err = look_at(&survey, 0);
	return err;
}
