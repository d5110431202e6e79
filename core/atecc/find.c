/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Finding a chip that may be asleep, idle, awake, executing a command or stuck
 * with a failed self-test. Another program may have left it so.
 *
 * Every chip on the bus sees a wake pulse. One that was asleep then answers
 * 04 11 33 43 to a read. Nothing is written to a guessed address before that
 * answer, because another device may have the address.
 *
 * A chip that executes a command answers with a NAK, like one that is absent. So
 * the search waits for the longest time that any command takes on the part:
 * 0.115 s for a 508A, 0.25 s for a 608 at full clock, 1.3 s while the part is
 * not known. It waits longer in two cases:
 *
 * - The adapter reports another error than a NAK: a chip may be holding the bus
 *   until its watchdog expires.
 * - Something acknowledges its address but does not answer the pulse, or the
 *   adapter reports no NAK: it may be an awake chip that must not be written to.
 *   Its watchdog puts it to sleep, and then the search begins once more.
 *
 * After a search that found nothing the next one takes about 0.1 s.
 */
#include "find.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "error.h"
#include "session.h"
#include "wake.h"

enum {
	PLACES = 5,
	ROUNDS_MIN = 2, /* for a chip that is gone */
	/* For a bus in trouble: three when each 2nd transfer fails. */
	ROUNDS_PATIENT = 5,
	ILL_MAX = 4, /* failed self-tests */
	SECOND_LOOK_US = 1500000,
	/* Two rounds on a slow bus. */
	SECOND_LOOK_TAKES_US = 200000,
};

struct search {
	struct {
		uint8_t address;
		bool taken; /* by a kernel driver or another program */
	} place[PLACES];
	size_t count;
	unsigned int pulses;
	int bus_err;	   /* the adapter's last error, or -ENXIO */
	bool just_freed;   /* the round before had such an error */
	bool acknowledged; /* an address was, but the pulse not answered */
	bool ill;	   /* a chip at a guessed address fails its self-test */
	char others[160];  /* "; SENTENCE" for each address that is taken */

	bool everywhere, second_look;
	unsigned int failed_tests, wrong;
	unsigned int rounds; /* since something changed */
	uint64_t since_us;
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

static void look_everywhere(struct search *search)
{
	search->everywhere = true;
	for (size_t i = 0; i < sizeof(usual_addresses); i++)
		add_place(search, usual_addresses[i]);
}

/*
 * Whether more than the pulse may be written to the bus's address: the user has
 * named it, or the chip answered there the last time.
 */
static bool may_write(const struct atecc *chip)
{
	return chip->named ||
	       (!chip->gone && chip->address == chip->bus->address);
}

/* As round(), but a wrong answer at a guessed address is only noted. */
static int hear(struct search *search, const struct atecc *chip,
		const uint8_t answer[static 4])
{
	int err = session_judge(chip, answer);

	if (err == 0)
		return 0;
	if (!session_is_silence(answer, 4)) {
		if (may_write(chip))
			return err;
		search->ill |= err == -EIO;
	}
	search->acknowledged = true;
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

/* Read at each place; the pulse may have been sent at another one. */
static int look_from(struct search *search, struct atecc *chip, size_t first)
{
	uint8_t answer[4];
	int err = -ENXIO;

	for (size_t i = first; i < search->count && err == -ENXIO; i++) {
		if (session_is_late(chip))
			break;
		err = go_to(search, chip, i);
		if (err < 0)
			continue;
		err = -ENXIO;
		if (chip->bus->ops->receive(chip->bus, answer, 4) == 4)
			err = hear(search, chip, answer);
	}
	return err;
}

/* Read again: a self-test or another program's command may end meanwhile. */
static int wait_and_look(struct search *search, struct atecc *chip)
{
	unsigned int step_us = session_look_us(search->pulses);
	uint64_t start_us = atecc_now_us(chip);
	int err = -ENXIO;

	while (err == -ENXIO && !session_is_late(chip) &&
	       atecc_now_us(chip) - start_us < SESSION_SELF_TEST_US) {
		chip->bus->ops->wait_us(chip->bus, step_us);
		err = look_from(search, chip, 0);
	}
	return err;
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

/*
 * One pulse. 0: a chip is awake at the bus's address. -ENXIO: nothing answers.
 * -EIO: the self-test of the chip failed. -ENOMSG: the answer at an address that
 * is not guessed is wrong. Other errors: the bus or its only address cannot be
 * used.
 */
static int look_once(struct search *search, struct atecc *chip)
{
	uint8_t answer[4];
	uint64_t start_us;
	size_t first = 0;
	int err;

	if (session_is_late(chip))
		return -ENXIO;
	search->just_freed = search->bus_err != -ENXIO;
	search->bus_err = -ENXIO;
	err = first_place(search, chip, &first);
	if (err < 0)
		return err;
	start_us = atecc_now_us(chip);
	err = session_pulse(chip, may_write(chip), answer, &search->bus_err);
	/* Whatever the adapter's error is, it may be a NAK. */
	err = err < 0 ? -ENXIO : hear(search, chip, answer);
	if (err == -ENXIO)
		err = look_from(search, chip, first + 1);
	/* After a transfer that took longer, a chip would be asleep again. */
	if (err == -ENXIO &&
	    atecc_now_us(chip) - start_us < SESSION_WATCHDOG_US)
		err = wait_and_look(search, chip);
	search->pulses++;
	return err;
}

/* Set `text` to the addresses that are not taken: "0x60, 0x35 or 0x36". */
static void describe(const struct search *search, char *text, size_t size)
{
	size_t left = 0, len = 0;

	for (size_t i = 0; i < search->count; i++)
		left += !search->place[i].taken;
	text[0] = '\0';
	for (size_t i = 0; i < search->count; i++) {
		if (search->place[i].taken)
			continue;
		left--;
		len += (size_t)snprintf(text + len, size - len, "0x%02x%s",
					search->place[i].address,
					left > 1    ? ", "
					: left == 1 ? " or "
						    : "");
	}
}

static int nobody_answers(struct atecc *chip, const struct search *search)
{
	const struct transport_ops *ops = chip->bus->ops;
	const char *hint = ops->hint ? ops->hint(chip->bus) : NULL;
	char where[48], rest[400];

	describe(search, where, sizeof(where));
	snprintf(rest, sizeof(rest), "%s%s%s%s",
		 chip->named ? "" : " (BUS:0xNN names another)", search->others,
		 hint ? "; " : "", hint ? hint : "");
	return session_is_absent(chip, search->bus_err, where, rest);
}

/* Whether another round could find the chip. */
static bool is_patient(const struct atecc *chip, const struct search *search)
{
	uint64_t waited_us = atecc_now_us(chip) - search->since_us;
	int bus_err = search->bus_err;

	if (chip->gone)
		return bus_err == -ENXIO && search->rounds < ROUNDS_MIN;
	if (search->rounds < (bus_err == -ENXIO ? ROUNDS_MIN : ROUNDS_PATIENT))
		return true;
	if (search->second_look)
		return false;
	/* The pulse of the last round may have come too early. */
	if (search->just_freed && bus_err == -ENXIO)
		return true;
	return waited_us < session_patience_us(chip, bus_err);
}

/* Widen the search to the usual addresses, or wait and begin it once more. */
static bool tries_otherwise(struct atecc *chip, struct search *search)
{
	if (!search->everywhere && !chip->named && !chip->only) {
		look_everywhere(search);
		search->bus_err = -ENXIO;
		search->acknowledged = false;
		search->ill = false;
		search->rounds = ROUNDS_MIN - 1;
		return true;
	}
	if (!search->acknowledged || search->second_look ||
	    (chip->gone && !chip->only) ||
	    atecc_remaining_us(chip) < SECOND_LOOK_US + SECOND_LOOK_TAKES_US)
		return false;
	chip->bus->ops->wait_us(chip->bus, SECOND_LOOK_US);
	search->second_look = true;
	search->ill = false;
	search->rounds = 0;
	search->since_us = atecc_now_us(chip);
	return true;
}

/* After a round: 0 to go on, else why not. */
static int go_on(struct atecc *chip, struct search *search, int err)
{
	search->rounds++;
	if (err == -EIO && ++search->failed_tests == ILL_MAX)
		return err;
	if (err != -ENXIO && err != -EIO && err != -ENOMSG)
		return err;
	if (err == -ENOMSG && session_is_late(chip))
		return fail_because(
			EIO,
			"the chip on %s does not answer the wake pulse as an "
			"ATECC does",
			chip->bus->name);
	if (session_is_late(chip))
		return nobody_answers(chip, search);
	if (err == -ENXIO) {
		if (is_patient(chip, search) || tries_otherwise(chip, search))
			return 0;
		if (search->ill)
			return fail_because(
				EIO,
				"the chip on %s does not start: its self-test "
				"failed, so switch its power off and on, and "
				"try again",
				chip->bus->name);
		return nobody_answers(chip, search);
	}
	chip->stats.retries++;
	if (err == -ENOMSG)
		session_pause(chip, ++search->wrong);
	return 0;
}

int atecc_find(struct atecc *chip)
{
	struct search search = { .bus_err = -ENXIO,
				 .since_us = atecc_now_us(chip) };
	int err;

	if (chip->only || chip->address)
		add_place(&search, chip->only ? chip->only : chip->address);
	else if (chip->named)
		add_place(&search, chip->bus->address);
	if (!chip->named && !chip->only && (chip->gone || !chip->address))
		look_everywhere(&search);
	do {
		err = look_once(&search, chip);
		if (err == 0) {
			session_is_awake(chip);
			chip->begun = true;
			return 0;
		}
		err = go_on(chip, &search, err);
	} while (err == 0);
	if (err == -EIO && may_write(chip))
		session_sleep(chip);
	return err;
}
