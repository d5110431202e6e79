/* SPDX-License-Identifier: Apache-2.0 */
#include "atecc.h"

#include <errno.h>
#include <stdlib.h>

#include "error.h"
#include "session.h"
#include "wake.h"

int atecc_open(const char *device, struct atecc **chip)
{
	struct atecc *fresh = calloc(1, sizeof(*fresh));
	int err;

	if (!fresh)
		return -ENOMEM;
	err = transport_open(device, &fresh->bus);
	if (err < 0) {
		free(fresh);
		return err;
	}
	fresh->named = fresh->bus->address != 0;
	fresh->clock = CLOCK_UNKNOWN;
	*chip = fresh;
	return 0;
}

void atecc_close(struct atecc *chip)
{
	if (!chip)
		return;
	transport_close(chip->bus);
	free(chip);
}

uint8_t atecc_address(const struct atecc *chip)
{
	return chip->address;
}

void atecc_look_only_at(struct atecc *chip, uint8_t address)
{
	chip->only = address;
	chip->gone = true;
}

const char *atecc_bus_name(const struct atecc *chip)
{
	return chip->bus->name;
}

const struct atecc_stats *atecc_stats(const struct atecc *chip)
{
	return &chip->stats;
}

/* The chip is perhaps still at its address, and may be written to. */
static bool is_at_hand(const struct atecc *chip)
{
	return !chip->gone && chip->address &&
	       chip->address == chip->bus->address;
}

int atecc_begin(struct atecc *chip, unsigned int deadline_ms)
{
	int word;

	if (chip->begun)
		return fail_because(EPROTO, "the chip is in use already");
	chip->deadline_us = atecc_now_us(chip) + (uint64_t)deadline_ms * 1000;
	chip->deadline_ms = deadline_ms;
	chip->known = chip->known && !chip->unsure;
	chip->unsure = false;
	chip->disturbances = 0;
	if (!is_at_hand(chip) || session_wake_once(chip, 0, &word) < 0)
		return -EAGAIN;
	chip->begun = true;
	return 0;
}

void atecc_end(struct atecc *chip)
{
	if (chip->begun)
		session_sleep(chip);
	chip->begun = false;
}
