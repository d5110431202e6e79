/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Waking a chip that may be asleep, idle, awake, mid-command or stuck with a
 * failed self-test, perhaps by another program.
 *
 * A NAK does not tell a chip that executes from one that is gone. So a chip
 * that answered the last time, or was never asked, is given the longest time
 * that any command takes on its part (0.115 s for a 508A, 0.25 s for a 608 at
 * full clock, 1.3 s while the part is not known). Where the adapter does not
 * speak of a NAK, a chip may be holding the bus, and only its watchdog will end
 * that. Where something acknowledged but did not answer the pulse, or where the
 * adapter reports no NAK, it may be an awake chip that may not be written to:
 * its watchdog ends that too, and then it is looked for once more. A chip that
 * has used up this patience is only looked for the next time, which takes about
 * 0.1 s.
 */
#include "wake.h"

#include <errno.h>
#include <stdio.h>

#include "error.h"
#include "search.h"
#include "session.h"

enum {
	ROUNDS_MIN = 2,
	ILL_MAX = 4,	 /* failed self-tests */
	PAUSE_US = 1000, /* after a wrong answer; then twice that */
	PAUSE_MAX_US = 64000,
	SECOND_LOOK_US = 1500000,
	/* Of two rounds, on a slow bus. */
	SECOND_LOOK_TAKES_US = 200000,
};

/* How it went, so far. */
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

static int is_awake(struct atecc *chip)
{
	chip->address = chip->bus->address;
	chip->gone = false;
	chip->lost_in = NULL;
	chip->unsure = chip->begun && chip->known;
	chip->fresh = true;
	chip->woken_us = session_now_us(chip);
	return 0;
}

static int nobody_answers(struct atecc *chip, const struct waking *waking)
{
	const struct search *search = &waking->search;
	const struct transport_ops *ops = chip->bus->ops;
	const char *hint = ops->hint ? ops->hint(chip->bus) : NULL;
	char where[48], said[48] = "";

	/* Without the time to be patient nothing is known. */
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
				    "which needs the most current: look at its "
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
	if (waking->rounds < ROUNDS_MIN)
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

/* There is something left to be tried. */
static bool tries_otherwise(struct atecc *chip, struct waking *waking)
{
	if (!waking->everywhere && !chip->named) {
		waking->everywhere = true;
		search_begin(&waking->search, chip, true);
		waking->rounds = ROUNDS_MIN - 1;
		return true;
	}
	if (!waking->search.acknowledged || waking->second_look || chip->gone ||
	    session_remaining_us(chip) < SECOND_LOOK_US + SECOND_LOOK_TAKES_US)
		return false;
	chip->bus->ops->wait_us(chip->bus, SECOND_LOOK_US);
	waking->second_look = true;
	waking->search.ill = false;
	begin_rounds(waking, chip);
	return true;
}

/* Another program's words, or a damaged answer: later it may be right. */
static void pause_a_little(struct atecc *chip, unsigned int wrong)
{
	unsigned int us = PAUSE_MAX_US;

	if (wrong < 7)
		us = (unsigned int)PAUSE_US << (wrong - 1);
	if (us > session_remaining_us(chip))
		us = (unsigned int)session_remaining_us(chip);
	chip->bus->ops->wait_us(chip->bus, us);
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
				"so take its power away and try again",
				chip->bus->name);
		return nobody_answers(chip, waking);
	}
	chip->stats.retries++;
	if (err == -ENOMSG)
		pause_a_little(chip, ++waking->wrong);
	return 0;
}

int session_wake(struct atecc *chip)
{
	struct waking waking = {
		.everywhere = !chip->named && (chip->gone || !chip->address),
	};
	int err;

	search_begin(&waking.search, chip, waking.everywhere);
	begin_rounds(&waking, chip);
	for (;;) {
		err = search_round(&waking.search, chip);
		if (err == 0)
			return is_awake(chip);
		err = go_on(chip, &waking, err);
		if (err < 0)
			return err;
	}
}

static int no_time_left(void)
{
	return fail_because(
		ETIMEDOUT, "no time is left to wake the chip: the request took "
			   "too long");
}

int session_renew(struct atecc *chip)
{
	struct transport *bus = chip->bus;
	uint8_t answer[4];
	int err;

	err = bus->ops->idle(bus);
	if (session_is_late(chip))
		return no_time_left();
	if (err == 0) {
		chip->stats.wakes++;
		err = bus->ops->wake(bus, answer);
	}
	if (err == 0)
		err = search_judge(chip, answer);
	if (err == 0) {
		chip->unsure = chip->known;
		chip->fresh = true;
		chip->woken_us = session_now_us(chip);
		return 0;
	}
	if (session_is_late(chip))
		return no_time_left();
	/* One that does not hear "idle" is asleep, and has lost TempKey. */
	err = session_wake(chip);
	return err < 0 ? err : -ESTALE;
}
