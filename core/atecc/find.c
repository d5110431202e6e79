/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Finding a chip that may be asleep, idle, awake, executing a command or stuck
 * with a failed self-test. Another program may have left it so.
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

#include "error.h"
#include "search.h"
#include "session.h"
#include "wake.h"

enum {
	ROUNDS_MIN = 2, /* for a chip that is gone */
	/* For a bus in trouble: three when each 2nd transfer fails. */
	ROUNDS_PATIENT = 5,
	ILL_MAX = 4, /* failed self-tests */
	SECOND_LOOK_US = 1500000,
	/* Two rounds on a slow bus. */
	SECOND_LOOK_TAKES_US = 200000,
};

/* The state of the search. */
struct waking {
	struct search search;
	bool everywhere, second_look;
	unsigned int ill, wrong;
	unsigned int rounds; /* since something changed */
	uint64_t since_us;
};

static void begin_rounds(struct waking *waking, const struct atecc *chip)
{
	waking->rounds = 0;
	waking->since_us = session_now_us(chip);
}

static int nobody_answers(struct atecc *chip, const struct waking *waking)
{
	const struct search *search = &waking->search;
	const struct transport_ops *ops = chip->bus->ops;
	const char *hint = ops->hint ? ops->hint(chip->bus) : NULL;
	char where[48], said[48] = "";

	/* When the deadline cut the search short, the chip may be there. */
	if (!session_is_late(chip))
		chip->gone = true;
	chip->stats.naks++;
	search_describe(search, where, sizeof(where));
	if (search->bus_err != -ENXIO)
		snprintf(said, sizeof(said), " (the adapter says %s)",
			 errno_name(search->bus_err));
	if (chip->lost_in)
		return fail_because(ENODEV,
				    "no chip answers on %s at %s since %s, "
				    "which needs the most current: check its "
				    "supply%s",
				    chip->bus->name, where, chip->lost_in,
				    said);
	return fail_because(ENODEV, "no chip answers on %s at %s%s%s%s%s%s",
			    chip->bus->name, where, said,
			    chip->named ? "" : " (BUS:0xNN names another)",
			    search->others, hint ? "; " : "", hint ? hint : "");
}

/* Whether another round could find the chip. */
static bool is_patient(const struct atecc *chip, const struct waking *waking)
{
	uint64_t waited_us = session_now_us(chip) - waking->since_us;
	int bus_err = waking->search.bus_err;

	if (chip->gone)
		return bus_err == -ENXIO && waking->rounds < ROUNDS_MIN;
	if (waking->rounds < (bus_err == -ENXIO ? ROUNDS_MIN : ROUNDS_PATIENT))
		return true;
	if (waking->second_look)
		return false;
	/* The pulse of the last round may have come too early. */
	if (waking->search.just_freed && bus_err == -ENXIO)
		return true;
	if (bus_err == -ENXIO)
		return waited_us < timing_longest_us(chip->clock);
	return waited_us < SESSION_WATCHDOG_US;
}

/* Widen the search to the usual addresses, or wait and begin it once more. */
static bool tries_otherwise(struct atecc *chip, struct waking *waking)
{
	if (!waking->everywhere && !chip->named && !chip->only) {
		waking->everywhere = true;
		search_begin(&waking->search, chip, true);
		waking->rounds = ROUNDS_MIN - 1;
		return true;
	}
	if (!waking->search.acknowledged || waking->second_look ||
	    (chip->gone && !chip->only) ||
	    session_remaining_us(chip) < SECOND_LOOK_US + SECOND_LOOK_TAKES_US)
		return false;
	chip->bus->ops->wait_us(chip->bus, SECOND_LOOK_US);
	waking->second_look = true;
	waking->search.ill = false;
	begin_rounds(waking, chip);
	return true;
}

static int answers_wrongly(const struct atecc *chip)
{
	return fail_because(
		EIO,
		"the chip on %s does not answer the wake pulse as an "
		"ATECC does",
		chip->bus->name);
}

/* After a round: 0 to go on, else why not. */
static int go_on(struct atecc *chip, struct waking *waking, int err)
{
	waking->rounds++;
	if (err == -EIO && ++waking->ill == ILL_MAX)
		return err;
	if (err != -ENXIO && err != -EIO && err != -ENOMSG)
		return err;
	if (session_is_late(chip))
		return err == -ENOMSG ? answers_wrongly(chip)
				      : nobody_answers(chip, waking);
	if (err == -ENXIO) {
		if (is_patient(chip, waking) || tries_otherwise(chip, waking))
			return 0;
		if (waking->search.ill)
			return fail_because(
				EIO,
				"the chip on %s does not start: its self-test failed, "
				"so switch its power off and on, and try again",
				chip->bus->name);
		return nobody_answers(chip, waking);
	}
	chip->stats.retries++;
	if (err == -ENOMSG)
		session_pause(chip, ++waking->wrong);
	return 0;
}

static int look_for(struct atecc *chip)
{
	struct waking waking = {
		.everywhere = !chip->named && !chip->only &&
			      (chip->gone || !chip->address),
	};
	int err;

	search_begin(&waking.search, chip, waking.everywhere);
	begin_rounds(&waking, chip);
	do {
		err = session_is_late(chip)
			      ? -ENXIO
			      : search_round(&waking.search, chip);
		if (err == 0)
			return 0;
		err = go_on(chip, &waking, err);
	} while (err == 0);
	return err;
}

int atecc_find(struct atecc *chip)
{
	int err = look_for(chip);

	if (err == -EIO && search_may_write(chip))
		session_sleep(chip);
	if (err < 0)
		return err;
	session_is_awake(chip);
	chip->begun = true;
	return 0;
}
