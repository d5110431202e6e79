/* SPDX-License-Identifier: Apache-2.0 */
#include "search.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "error.h"
#include "session.h"
#include "wake.h"

enum {
	/* A 608 that tests itself at power-on answers up to 20 ms later. */
	SELF_TEST_US = 20000,
	/* Reads in that time. Their number changes from round to round, so that
	 * a bus that spoils each Nth transfer does not spoil each pulse. */
	LOOKS = 4,
	LOOKS_MORE = 4,
};

/* Blank and NervesKey parts; Trust&Go; TrustFLEX; TrustMANAGER. */
static const uint8_t usual_addresses[] = { 0x60, 0x35, 0x36, 0x38 };

size_t atecc_usual_addresses(const uint8_t **addresses)
{
	*addresses = usual_addresses;
	return sizeof(usual_addresses);
}

static void add_place(struct search *search, uint8_t address)
{
	for (size_t i = 0; i < search->count; i++)
		if (search->place[i].address == address)
			return;
	search->place[search->count++].address = address;
}

void search_begin(struct search *search, const struct atecc *chip,
		  bool everywhere)
{
	*search = (struct search){ .bus_err = -ENXIO };
	if (chip->only)
		add_place(search, chip->only);
	else if (chip->address)
		add_place(search, chip->address);
	else if (chip->named)
		add_place(search, chip->bus->address);
	for (size_t i = 0; everywhere && i < sizeof(usual_addresses); i++)
		add_place(search, usual_addresses[i]);
}

bool search_may_write(const struct atecc *chip)
{
	return chip->named ||
	       (!chip->gone && chip->address == chip->bus->address);
}

/* As search_round(), but a wrong answer at a guessed address is only noted. */
static int hear(struct search *search, const struct atecc *chip,
		const uint8_t answer[static 4])
{
	int err = session_judge(chip, answer);

	if (err == 0)
		return 0;
	if (session_is_silence(answer, 4)) {
		search->acknowledged = true;
		return -ENXIO;
	}
	if (search_may_write(chip))
		return err;
	search->acknowledged = true;
	search->ill |= err == -EIO;
	return -ENXIO;
}

/* -ENXIO: the address is taken, and there are other places to look at. */
static int go_to(struct search *search, struct atecc *chip, size_t i)
{
	size_t len = strlen(search->others);
	int err;

	if (search->place[i].taken)
		return -ENXIO;
	err = chip->bus->ops->set_address(chip->bus, search->place[i].address);
	if (err != -EBUSY || search->count == 1)
		return err;
	search->place[i].taken = true;
	snprintf(search->others + len, sizeof(search->others) - len, "; %s",
		 fail_reason());
	return -ENXIO;
}

/* Read at a place; the pulse may have been sent at another one. */
static int look_at(struct search *search, struct atecc *chip, size_t i)
{
	uint8_t answer[4];
	ssize_t got;
	int err;

	err = go_to(search, chip, i);
	if (err < 0)
		return err;
	got = chip->bus->ops->receive(chip->bus, answer, sizeof(answer));
	if (got != sizeof(answer))
		return -ENXIO;
	return hear(search, chip, answer);
}

static int look_from(struct search *search, struct atecc *chip, size_t first)
{
	int err = -ENXIO;

	for (size_t i = first; i < search->count && err == -ENXIO; i++)
		if (!session_is_late(chip))
			err = look_at(search, chip, i);
	return err;
}

/* Read again: a self-test or another program's command may end meanwhile. */
static int wait_and_look(struct search *search, struct atecc *chip)
{
	unsigned int looks = LOOKS + search->rounds % LOOKS_MORE;
	uint64_t start_us = session_now_us(chip);
	int err = -ENXIO;

	do {
		if (session_is_late(chip))
			break;
		chip->bus->ops->wait_us(chip->bus, SELF_TEST_US / looks);
		err = look_from(search, chip, 0);
	} while (err == -ENXIO &&
		 session_now_us(chip) - start_us < SELF_TEST_US);
	return err;
}

/* At the bus's address. Whatever the adapter's error is, it may be a NAK. */
static int pulse(struct search *search, struct atecc *chip)
{
	uint8_t answer[4];
	int err = session_pulse(chip, search_may_write(chip), answer,
				&search->bus_err);

	return err < 0 ? -ENXIO : hear(search, chip, answer);
}

/* The first place that is not taken. */
static int first_place(struct search *search, struct atecc *chip, size_t *first)
{
	int err = -ENXIO;

	for (size_t i = 0; i < search->count && err == -ENXIO; i++) {
		*first = i;
		err = go_to(search, chip, i);
	}
	if (err == -ENXIO)
		return fail_because(EBUSY, "%s", search->others + 2);
	return err;
}

int search_round(struct search *search, struct atecc *chip)
{
	uint64_t start_us;
	size_t first = 0;
	int err;

	search->just_freed = search->bus_err != -ENXIO;
	search->bus_err = -ENXIO;
	err = first_place(search, chip, &first);
	if (err < 0)
		return err;
	start_us = session_now_us(chip);
	err = pulse(search, chip);
	if (err == -ENXIO)
		err = look_from(search, chip, first + 1);
	/* After a transfer that took longer, a chip would be asleep again. */
	if (err == -ENXIO &&
	    session_now_us(chip) - start_us < SESSION_WATCHDOG_US)
		err = wait_and_look(search, chip);
	search->rounds++;
	return err;
}

void search_describe(const struct search *search, char *text, size_t size)
{
	size_t left = 0, len = 0;

	for (size_t i = 0; i < search->count; i++)
		left += !search->place[i].taken;
	text[0] = '\0';
	for (size_t i = 0; i < search->count; i++) {
		if (search->place[i].taken || len >= size)
			continue;
		left--;
		len += (size_t)snprintf(text + len, size - len, "0x%02x%s",
					search->place[i].address,
					left > 1    ? ", "
					: left == 1 ? " or "
						    : "");
	}
}
