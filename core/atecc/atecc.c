/* SPDX-License-Identifier: Apache-2.0 */
#include "atecc.h"

#include <errno.h>
#include <stdlib.h>

#include "error.h"
#include "search.h"
#include "session.h"
#include "wake.h"

enum { SLEEP_TRIES = 3, SLEEP_AGAIN_US = 1000 };

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

const char *atecc_bus_name(const struct atecc *chip)
{
	return chip->bus->name;
}

const struct atecc_stats *atecc_stats(const struct atecc *chip)
{
	return &chip->stats;
}

uint64_t atecc_now_us(const struct atecc *chip)
{
	return session_now_us(chip);
}

uint64_t atecc_remaining_us(const struct atecc *chip)
{
	return session_remaining_us(chip);
}

/*
 * The chip does not hear while it executes, and a bus may lose a byte. One that
 * has taken all the time, and more than the watchdog's, gets no more of it.
 */
static void put_to_sleep(struct atecc *chip)
{
	struct transport *bus = chip->bus;

	if (session_is_late(chip) &&
	    session_now_us(chip) - chip->woken_us > SESSION_WATCHDOG_US)
		return;
	for (int i = 1; bus->ops->sleep(bus) < 0; i++) {
		if (i == SLEEP_TRIES || session_is_late(chip))
			return; /* the watchdog will */
		bus->ops->wait_us(bus, SLEEP_AGAIN_US);
	}
}

static void account(struct atecc *chip)
{
	chip->stats.busy_us += session_now_us(chip) - chip->began_us;
}

int atecc_begin(struct atecc *chip, unsigned int deadline_ms)
{
	int err;

	if (chip->begun)
		return fail_because(EPROTO, "the chip is in use already");
	chip->began_us = session_now_us(chip);
	chip->deadline_us = chip->began_us + (uint64_t)deadline_ms * 1000;
	chip->deadline_ms = deadline_ms;
	chip->known = chip->known && !chip->unsure;
	chip->unsure = false;
	chip->disturbances = 0;
	err = session_wake(chip);
	if (err < 0) {
		if (err == -EIO && search_may_write(chip))
			put_to_sleep(chip);
		chip->stats.failures++;
		account(chip);
		return err;
	}
	chip->begun = true;
	return 0;
}

void atecc_end(struct atecc *chip)
{
	if (!chip->begun)
		return;
	put_to_sleep(chip);
	chip->begun = false;
	account(chip);
}
