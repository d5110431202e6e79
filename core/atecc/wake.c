/* SPDX-License-Identifier: Apache-2.0 */
#include "wake.h"

#include <errno.h>
#include <stdio.h>

#include "error.h"
#include "frame.h"
#include "session.h"

enum {
	/* Reads in the time of a self-test. Their number changes from round to round, so that
	 * a bus that spoils each Nth transfer does not spoil each pulse. */
	LOOKS = 4,
	LOOKS_MORE = 4,
	/* However slow they are. When each 2nd transfer fails, it takes three. */
	ROUNDS_MIN = 5,
	ILL_MAX = 4,	 /* failed self-tests */
	PAUSE_US = 1000, /* after a wrong answer; doubled each time */
	PAUSE_MAX_US = 64000,
	SLEEP_TRIES = 3,
	SLEEP_AGAIN_US = 1000,
};

void session_is_awake(struct atecc *chip)
{
	chip->address = chip->bus->address;
	chip->gone = false;
	chip->lost_in = NULL;
	chip->unsure = chip->begun && chip->known;
	chip->fresh = true;
	chip->woken_us = atecc_now_us(chip);
}

int session_judge(const struct atecc *chip, const uint8_t answer[static 4])
{
	const struct frame_status *status;

	status = frame_wake_status(answer);
	if (!status)
		return -ENOMSG;
	if (status->code == FRAME_AWAKE)
		return 0;
	if (status->verdict != VERDICT_RESTART)
		return -ENOMSG;
	return fail_because(EIO, "the chip on %s does not start: %s",
			    chip->bus->name, status->meaning);
}

int session_pulse(struct atecc *chip, bool may, uint8_t answer[static 4],
		  int *word)
{
	struct transport *bus = chip->bus;
	int slept = may ? bus->ops->word(bus, WORD_SLEEP) : 0, err = slept;

	chip->stats.wakes++;
	/* A transfer cannot be cut short, but no other one need follow. */
	if (!session_is_late(chip))
		err = bus->ops->wake(bus, answer);
	else if (err == 0)
		err = -ETIMEDOUT;
	if (slept < 0 && slept != -ENXIO && slept != -EAGAIN)
		*word = slept;
	if (err < 0 && err != -ENXIO && err != -EAGAIN)
		*word = err;
	return err;
}

void session_pause(struct atecc *chip, unsigned int wrong)
{
	unsigned int us = PAUSE_MAX_US;

	if (wrong < 7)
		us = (unsigned int)PAUSE_US << (wrong - 1);
	if (us > atecc_remaining_us(chip))
		us = (unsigned int)atecc_remaining_us(chip);
	chip->bus->ops->wait_us(chip->bus, us);
}

unsigned int session_look_us(unsigned int number)
{
	return SESSION_SELF_TEST_US / (LOOKS + number % LOOKS_MORE);
}

/* As session_judge(), but -ENXIO for silence. */
static int hear(const struct atecc *chip, const uint8_t answer[static 4])
{
	return session_is_silence(answer, 4) ? -ENXIO
					     : session_judge(chip, answer);
}

/* Read again: a self-test or another program's command may end meanwhile. */
static int listen(struct atecc *chip, unsigned int number)
{
	struct transport *bus = chip->bus;
	uint64_t start_us = atecc_now_us(chip);
	uint8_t answer[4];
	int err = -ENXIO;

	while (err == -ENXIO && !session_is_late(chip) &&
	       atecc_now_us(chip) - start_us < SESSION_SELF_TEST_US) {
		bus->ops->wait_us(bus, session_look_us(number));
		if (bus->ops->receive(bus, answer, 4) == 4)
			err = hear(chip, answer);
	}
	return err;
}

int session_wake_once(struct atecc *chip, unsigned int number, int *word)
{
	uint64_t start_us = atecc_now_us(chip);
	uint8_t answer[4];
	int err;

	*word = -ENXIO;
	err = session_pulse(chip, true, answer, word);
	/* Whatever the adapter's error is, it may be a NAK. */
	if (err == 0 && session_is_silence(answer, 4))
		*word = -ENOMSG;
	err = err < 0 ? -ENXIO : hear(chip, answer);
	/* After a transfer that took longer, a chip would be asleep again. */
	if (err == -ENXIO &&
	    atecc_now_us(chip) - start_us < SESSION_WATCHDOG_US)
		err = listen(chip, number);
	if (err == 0)
		session_is_awake(chip);
	return err;
}

int session_is_absent(struct atecc *chip, int bus_err, const char *where,
		      const char *rest)
{
	char said[48] = "";

	if (bus_err != -ENXIO && bus_err != -ENOMSG)
		snprintf(said, sizeof(said), " (the adapter says %s)",
			 errno_name(bus_err));
	/* When the deadline cut this short, the chip may be there. */
	if (!session_is_late(chip))
		chip->gone = true;
	chip->stats.naks++;
	if (chip->lost_in)
		return fail_because(ENODEV,
				    "no chip answers on %s at %s since %s, "
				    "which needs the most current: check its "
				    "supply%s",
				    chip->bus->name, where, chip->lost_in,
				    said);
	return fail_because(ENODEV, "no chip answers on %s at %s%s%s",
			    chip->bus->name, where, said, rest);
}

uint64_t session_patience_us(const struct atecc *chip, int bus_err)
{
	return bus_err == -ENXIO ? timing_longest_us(chip->clock)
				 : SESSION_WATCHDOG_US;
}

int session_wake(struct atecc *chip)
{
	uint64_t since_us = atecc_now_us(chip);
	unsigned int ill = 0, wrong = 0;
	int err, word, before = -ENXIO;
	char where[24];

	for (unsigned int i = 0;; i++, before = word) {
		err = session_wake_once(chip, i, &word);
		if (err == 0 || (err == -EIO && ++ill == ILL_MAX))
			return err;
		if (err == -ENOMSG)
			session_pause(chip, ++wrong);
		chip->stats.retries += err != -ENXIO;
		/* The bus may not have been free at the last pulse. */
		if (word != before)
			since_us = atecc_now_us(chip);
		if (session_is_late(chip) ||
		    (err == -ENXIO && i + 1 >= ROUNDS_MIN &&
		     atecc_now_us(chip) - since_us >=
			     session_patience_us(chip, word)))
			break;
	}
	snprintf(where, sizeof(where), "0x%02x any more", chip->bus->address);
	return session_is_absent(chip, word, where, "");
}

/*
 * A chip does not receive Sleep while it executes, and the bus may lose a byte,
 * so try more than once. When the deadline and the watchdog's time have both
 * passed, the chip sleeps already.
 */
void session_sleep(struct atecc *chip)
{
	struct transport *bus = chip->bus;

	if (session_is_late(chip) &&
	    atecc_now_us(chip) - chip->woken_us > SESSION_WATCHDOG_US)
		return;
	for (int i = 1; bus->ops->word(bus, WORD_SLEEP) < 0; i++) {
		if (i == SLEEP_TRIES || session_is_late(chip))
			return; /* the watchdog will */
		bus->ops->wait_us(bus, SLEEP_AGAIN_US);
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

	err = bus->ops->word(bus, WORD_IDLE);
	if (session_is_late(chip))
		return no_time_left();
	if (err == 0) {
		chip->stats.wakes++;
		err = bus->ops->wake(bus, answer);
	}
	if (err == 0)
		err = session_judge(chip, answer);
	if (err == 0) {
		session_is_awake(chip);
		return 0;
	}
	if (session_is_late(chip))
		return no_time_left();
	/* A chip that does not answer to Idle is asleep. TempKey is lost. */
	err = session_wake(chip);
	return err < 0 ? err : -ESTALE;
}
