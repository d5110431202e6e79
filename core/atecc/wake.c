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
 * that. A chip that has used up this patience is only looked for the next time,
 * which takes about 0.1 s.
 */
#include <errno.h>
#include <stdio.h>

#include "session.h"
#include "error.h"
#include "frame.h"

enum {
	/* A 608 that tests itself at power-on answers up to 20 ms later. */
	SELF_TEST_US = 20000,
	POLL_US = 5000,
	ROUNDS_MIN = 2,
	ANSWERS_MAX = 4, /* that are not "awake", before we give up */
};

/* Blank and NervesKey parts; Trust&Go parts. */
static const uint8_t usual_addresses[] = { 0x60, 0x35 };

/* 0: awake; -EIO: its self-test failed; -ENOMSG: no wake answer at all. */
static int check_answer(const struct atecc *chip,
			const uint8_t answer[static 4])
{
	const struct frame_status *status;
	const uint8_t *payload;
	size_t len;

	if (frame_unpack(answer, 4, &payload, &len) < 0 || len != 1)
		return -ENOMSG;
	if (*payload == FRAME_AWAKE)
		return 0;
	status = frame_status(*payload);
	if (status->verdict != VERDICT_RESTART)
		return -ENOMSG;
	return fail_because(EIO, "the chip on %s does not start: %s",
			    chip->bus->name, status->meaning);
}

/* A late answer: of the self-test, or of the end of somebody's command. */
static int poll_answer(struct atecc *chip, uint8_t answer[static 4])
{
	struct transport *bus = chip->bus;
	uint64_t start_us = atecc_now_us(chip);

	do {
		if (session_is_late(chip))
			break;
		bus->ops->wait_us(bus, POLL_US);
		if (bus->ops->receive(bus, answer, 4) == 4)
			return 0;
	} while (atecc_now_us(chip) - start_us < SELF_TEST_US);
	return -ENXIO;
}

/* An adapter's own word: a bus that has been stuck may be free by now. */
static void note_word(int *bus_err, int err)
{
	if (err < 0 && err != -ENXIO)
		*bus_err = err;
}

/*
 * 0, -EIO and -ENOMSG as above; -ENXIO when nothing answers (*bus_err is then
 * the adapter's word for it, unless that was -ENXIO, too); else why the address
 * cannot be used.
 */
static int wake_at(struct atecc *chip, uint8_t address, int *bus_err)
{
	struct transport *bus = chip->bus;
	uint64_t start_us;
	uint8_t answer[4];
	int err;

	err = bus->ops->set_address(bus, address);
	if (err < 0)
		return err;
	chip->stats.wakes++;
	err = bus->ops->sleep(bus);
	note_word(bus_err, err);
	start_us = atecc_now_us(chip);
	/* A transfer cannot be cut short, but it can be the last. */
	if (!session_is_late(chip))
		err = bus->ops->wake(bus, answer);
	else if (err == 0)
		err = -ETIMEDOUT;
	note_word(bus_err, err);
	/* Whatever the adapter's word for a NAK, it may be one. */
	if (err < 0 && atecc_now_us(chip) - start_us < SESSION_WATCHDOG_US)
		err = poll_answer(chip, answer);
	else if (err < 0)
		err = -ENXIO;
	if (err == 0)
		err = check_answer(chip, answer);
	/* Whatever lives at an address that we only guess is left alone. */
	if (err == -ENOMSG && !chip->named && address != chip->address)
		err = -ENXIO;
	if (err < 0)
		return err;
	chip->address = address;
	chip->gone = false;
	chip->unsure = chip->begun && chip->known;
	chip->fresh = true;
	chip->woken_us = atecc_now_us(chip);
	return 0;
}

static int wake_round(struct atecc *chip, bool everywhere, int *bus_err)
{
	uint8_t first = chip->address;
	int err;

	if (!first)
		first = chip->named ? chip->bus->address : usual_addresses[0];
	err = wake_at(chip, first, bus_err);
	for (size_t i = 0; everywhere && i < sizeof(usual_addresses); i++) {
		if (err != -ENXIO || usual_addresses[i] == first ||
		    session_is_late(chip))
			continue;
		err = wake_at(chip, usual_addresses[i], bus_err);
		/* What is there is somebody else's, and ours is gone. */
		if (err == -EBUSY && chip->address)
			err = -ENXIO;
	}
	return err;
}

static int nobody_answers(struct atecc *chip, int bus_err)
{
	char said[48] = "";

	/* Without the time to be patient nothing is known. */
	if (!session_is_late(chip))
		chip->gone = true;
	chip->stats.naks++;
	if (bus_err != -ENXIO)
		snprintf(said, sizeof(said), " (the adapter says %s)",
			 errno_name(bus_err));
	if (chip->named)
		return fail_because(ENODEV, "no chip answers on %s at 0x%02x%s",
				    chip->bus->name, chip->bus->address, said);
	return fail_because(ENODEV,
			    "no chip answers on %s at 0x%02x or "
			    "0x%02x%s",
			    chip->bus->name, usual_addresses[0],
			    usual_addresses[1], said);
}

/* Whether another round could find the chip. */
static bool is_patient(const struct atecc *chip, unsigned int rounds,
		       uint64_t waited_us, int bus_err)
{
	if (chip->gone)
		return bus_err == -ENXIO && rounds < ROUNDS_MIN;
	if (rounds < ROUNDS_MIN)
		return true;
	if (bus_err == -ENXIO)
		return waited_us < timing_longest_us(chip->clock);
	return waited_us < SESSION_WATCHDOG_US;
}

static int bad_answers(const struct atecc *chip, int err)
{
	if (err == -EIO)
		return err;
	return fail_because(EIO,
			    "the chip on %s answers the wake pulse wrongly",
			    chip->bus->name);
}

int session_wake(struct atecc *chip)
{
	bool everywhere = !chip->named && (chip->gone || !chip->address);
	uint64_t start_us = atecc_now_us(chip);
	unsigned int answers = 0;
	int err, bus_err;

	for (unsigned int rounds = 1;; rounds++) {
		bus_err = -ENXIO;
		err = wake_round(chip, everywhere, &bus_err);
		if (err == 0)
			return 0;
		if (err == -EIO || err == -ENOMSG) {
			if (++answers == ANSWERS_MAX)
				return bad_answers(chip, err);
			chip->stats.retries++;
		} else if (err != -ENXIO) {
			return err;
		}
		if (session_is_late(chip))
			break;
		if (err != -ENXIO ||
		    is_patient(chip, rounds, atecc_now_us(chip) - start_us,
			       bus_err))
			continue;
		if (everywhere || chip->named)
			break;
		everywhere = true; /* one round more */
	}
	return nobody_answers(chip, bus_err);
}

static int no_time_left(void)
{
	return fail_because(ETIMEDOUT, "no time is left to wake the chip");
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
		err = check_answer(chip, answer);
	if (err == 0) {
		chip->unsure = chip->known;
		chip->fresh = true;
		chip->woken_us = atecc_now_us(chip);
		return 0;
	}
	if (session_is_late(chip))
		return no_time_left();
	/* One that does not hear "idle" is asleep, and has lost TempKey. */
	err = session_wake(chip);
	return err < 0 ? err : -ESTALE;
}
