/* SPDX-License-Identifier: Apache-2.0 */
/* One command: send, wait, check the reply, and repeat what may be repeated. */
#include "execute.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "config_zone.h"
#include "error.h"
#include "frame.h"
#include "session.h"
#include "wake.h"

enum {
	RETRIES = 3,	  /* when the chip could not execute a command */
	BUS_RETRIES = 12, /* when the command or its reply was lost */
	REREADS = 2,	  /* of one reply, without executing again */
	POLL_US = 1000,	  /* the longest time between two polls */
	POLL_MIN_US = 100,
	POLL_SHARE = 16, /* time between two polls: passed time / 16 */
	EARLY_SHARE = 8, /* polls begin early, by 1/8 of the typical time */
	LAST_POLLS = 3,	 /* after the longest time, since one may fail */
	/* The shortest tWATCHDOG; typically it is 1.3 s. */
	WATCHDOG_US = 700000,
	/* A wake, the serial and a nonce on the slowest bus. */
	BEGINNING_US = 200000,
	READ_CONFIG_32 = 0x80, /* param1 of Read */
	OPCODE_WRITE = 0x12,
	OPCODE_NONCE = 0x16,
	OPCODE_GENKEY = 0x40,
};

struct job {
	const struct command_info *info;
	struct duration duration;
	struct request request;
	uint8_t *reply;
};

static int late(const struct atecc *chip, const struct job *job)
{
	return fail_because(ETIMEDOUT,
			    "%s: the chip did not finish within %u ms: try "
			    "again, and check the bus if that fails too",
			    job->info->name, chip->deadline_ms);
}

/*
 * Restart the watchdog if it might expire during the command. This does not help
 * a chip that was just woken: after another wake the serial and a nonce would
 * take the same time again.
 */
static int outrun_watchdog(struct atecc *chip, const struct job *job)
{
	uint64_t awake_us = atecc_now_us(chip) - chip->woken_us;

	if (awake_us + job->duration.max_us < WATCHDOG_US ||
	    (chip->fresh && awake_us < BEGINNING_US))
		return 0;
	return session_renew(chip);
}

/* Check that there is time for the command and that the chip is the same. */
static int prepare(struct atecc *chip, const struct job *job)
{
	int err;

	if (!chip->begun)
		return fail_because(EPROTO, "%s outside begin and end",
				    job->info->name);
	if (session_is_late(chip))
		return late(chip, job);
	err = outrun_watchdog(chip, job);
	/* Reading the serial may cost TempKey: the sequence begins again. */
	if (err == -ESTALE || (err == 0 && chip->unsure)) {
		if (job->info->repeat == REPEAT_SEQUENCE)
			return fail_because(
				ESTALE,
				"%s: the chip had to be woken before it was done",
				job->info->name);
		err = 0;
	}
	if (err == 0 && chip->unsure && !chip->identifying)
		err = session_identify(chip);
	if (err < 0)
		return err;
	/* A command that cannot be repeated needs time for its reply too. */
	if (job->info->repeat == REPEAT_NEVER &&
	    atecc_remaining_us(chip) < job->duration.max_us)
		return late(chip, job);
	return 0;
}

/* Microseconds to the next poll, `passed_us` after the command was sent. */
static unsigned int step_us(uint64_t passed_us)
{
	uint64_t step = passed_us / POLL_SHARE;

	if (step < POLL_MIN_US)
		return POLL_MIN_US;
	return step < POLL_US ? (unsigned int)step : POLL_US;
}

/*
 * Poll until there is a reply. Before the time is over, any error of the
 * adapter and a read of only ff may mean that the chip is busy.
 */
static ssize_t await_reply(struct atecc *chip, const struct job *job,
			   uint8_t *reply, size_t len)
{
	struct transport *bus = chip->bus;
	uint64_t sent_us = atecc_now_us(chip), now_us;
	uint64_t remaining_us = atecc_remaining_us(chip);
	unsigned int first_us = job->duration.typical_us;
	unsigned int overdue = 0;
	bool silent;
	ssize_t got;

	first_us -= first_us / EARLY_SHARE;
	if (first_us > remaining_us)
		first_us = (unsigned int)remaining_us;
	bus->ops->wait_us(bus, first_us);
	for (;;) {
		now_us = atecc_now_us(chip);
		got = bus->ops->receive(bus, reply, len);
		silent = got >= 0 && session_is_silence(reply, (size_t)got);
		if (got >= 0 && !silent)
			return got;
		if (now_us - sent_us >= job->duration.max_us &&
		    ++overdue == LAST_POLLS)
			return silent ? -EAGAIN : got;
		/* The read may have taken long to fail: look at the clock. */
		if (session_is_late(chip))
			return -ETIME;
		bus->ops->wait_us(bus, step_us(now_us - sent_us));
		/* A read that failed may have consumed the reply. */
		if (silent)
			bus->ops->word(bus, WORD_RESET);
	}
}

/* Read the same reply once more. */
static ssize_t reread(struct atecc *chip, uint8_t *reply, size_t len)
{
	struct transport *bus = chip->bus;
	int err;

	err = bus->ops->word(bus, WORD_RESET);
	if (err < 0)
		return err;
	return bus->ops->receive(bus, reply, len);
}

static int no_reply(struct atecc *chip, struct job *job, ssize_t err)
{
	if (err == -ETIME)
		return late(chip, job);
	chip->disturbances++;
	if (err != -EAGAIN && err != -ENXIO)
		return fail_because(EIO,
				    "%s: the bus adapter reports %s: check the "
				    "wiring and the supply",
				    job->info->name, errno_name((int)err));
	chip->stats.naks++;
	if (job->info->opcode == OPCODE_GENKEY)
		chip->lost_in = job->info->name;
	fail_because(EIO,
		     "%s: the chip gave no reply within %u ms: check "
		     "the wiring and the supply",
		     job->info->name, job->duration.max_us / 1000);
	/* Perhaps it is a slower part than expected. */
	job->duration.max_us =
		timing_of((enum command)(job->info - command_table),
			  CLOCK_UNKNOWN)
			.max_us;
	return -EIO;
}

/* Whether the bytes are a valid reply; then set *verdict by it. */
static bool judge(struct job *job, const uint8_t *reply, size_t len,
		  enum frame_verdict *verdict, int *err)
{
	const struct frame_status *status;
	const uint8_t *payload;
	size_t payload_len;

	if (frame_unpack(reply, len, &payload, &payload_len) < 0)
		return false;
	if (payload_len != 1 && payload_len != job->info->reply_len)
		return false;
	if (payload_len != 1) {
		memcpy(job->reply, payload, payload_len);
		*verdict = VERDICT_DONE;
		*err = 0;
		return true;
	}
	/* A status of success instead of the data is an error. */
	if (*payload == 0 && job->info->reply_len != 1)
		return false;
	status = frame_status(*payload);
	*verdict = status->verdict;
	*err = 0;
	if (status->err)
		*err = fail_because(-status->err, "%s: %s (status %02x)",
				    job->info->name, status->meaning, *payload);
	return true;
}

static enum frame_verdict fetch(struct atecc *chip, struct job *job, int *err)
{
	size_t want = job->info->reply_len + FRAME_OVERHEAD;
	enum frame_verdict verdict = VERDICT_LOST;
	uint8_t reply[FRAME_REPLY_MAX];
	ssize_t len;

	len = await_reply(chip, job, reply, want);
	if (len < 0) {
		*err = no_reply(chip, job, len);
		return VERDICT_LOST;
	}
	for (int i = 0; !judge(job, reply, (size_t)len, &verdict, err); i++) {
		*err = fail_because(
			EIO,
			"%s: the chip's reply was damaged on the bus: "
			"check the wiring, the pull-ups and the bus "
			"speed",
			job->info->name);
		chip->stats.crc_errors++;
		if (i == REREADS || session_is_late(chip))
			break;
		len = reread(chip, reply, want);
		if (len < 0)
			break;
	}
	explicit_bzero(reply, sizeof(reply));
	return verdict;
}

/* Write, Lock and GenKey create. The latter two are never repeated. */
static bool wears_eeprom(const struct command_info *info)
{
	return info->opcode == OPCODE_WRITE || info->repeat == REPEAT_NEVER;
}

static enum frame_verdict run(struct atecc *chip, struct job *job, int *err)
{
	uint8_t packet[FRAME_REQUEST_MAX];
	size_t len = frame_pack(&job->request, packet);

	chip->stats.commands++;
	chip->stats.eeprom_writes += wears_eeprom(job->info);
	chip->fresh = chip->fresh &&
		      (chip->identifying || job->info->opcode == OPCODE_NONCE);
	if (chip->disturbances > 1)
		session_shuffle(chip);
	*err = chip->bus->ops->send(chip->bus, packet, len);
	explicit_bzero(packet, sizeof(packet));
	chip->disturbances += *err < 0;
	if (*err == -ENXIO || *err == -EREMOTEIO) {
		chip->stats.naks++;
		*err = fail_because(
			EIO,
			"%s: the chip does not acknowledge the command: "
			"check the wiring and the supply",
			job->info->name);
		return VERDICT_RESTART;
	}
	if (*err < 0) {
		*err = fail_because(EIO,
				    "%s: the bus adapter reports %s: check the "
				    "wiring and the supply",
				    job->info->name, errno_name(*err));
		return VERDICT_LOST;
	}
	return fetch(chip, job, err);
}

static int recover(struct atecc *chip, const struct job *job,
		   enum frame_verdict verdict)
{
	int err;

	if (session_is_late(chip))
		return late(chip, job);
	chip->stats.retries++;
	switch (verdict) {
	case VERDICT_RESEND:
		return 0;
	case VERDICT_RENEW:
		err = session_renew(chip);
		break;
	default:
		err = session_wake(chip);
		if (err == 0)
			err = -ESTALE;
		break;
	}
	if (err == -ESTALE && job->info->repeat != REPEAT_SEQUENCE)
		return 0;
	return err;
}

static int attempt(struct atecc *chip, struct job *job)
{
	unsigned int before = chip->disturbances, disturbances;
	enum frame_verdict verdict;
	bool is_lost;
	int err;

	for (unsigned int tries = 1;; tries++) {
		err = prepare(chip, job);
		if (err < 0)
			return err;
		verdict = run(chip, job, &err);
		if (verdict == VERDICT_DONE)
			return err;
		/* An adapter may report a NAK that was none. */
		is_lost = verdict == VERDICT_LOST ||
			  (verdict == VERDICT_REFUSED &&
			   chip->disturbances != before);
		if (is_lost && job->info->repeat == REPEAT_NEVER)
			return fail_because(
				ENOTRECOVERABLE,
				"%s; it is not known whether it was executed",
				fail_reason());
		if (verdict == VERDICT_REFUSED)
			return err;
		disturbances = chip->disturbances - before;
		if (disturbances > BUS_RETRIES ||
		    tries > RETRIES + disturbances)
			return err;
		err = recover(chip, job, verdict);
		if (err < 0)
			return err;
	}
}

int session_execute(struct atecc *chip, enum command command,
		    const struct request *parameters, uint8_t *reply)
{
	struct job job = {
		.info = &command_table[command],
		.duration = timing_of(command, chip->clock),
		.request = *parameters,
		.reply = reply,
	};

	job.request.opcode = job.info->opcode;
	return attempt(chip, &job);
}

void session_note_identity(struct atecc *chip, const uint8_t block[static 32])
{
	config_serial(block, chip->serial);
	chip->known = true;
	chip->unsure = false;
}

int session_identify(struct atecc *chip)
{
	const struct request request = { .param1 = READ_CONFIG_32 };
	uint8_t block[32], serial[CHIP_SERIAL_SIZE];
	int err;

	chip->identifying = true;
	err = session_execute(chip, COMMAND_READ32, &request, block);
	chip->identifying = false;
	if (err < 0)
		return err;
	config_serial(block, serial);
	if (memcmp(serial, chip->serial, sizeof(serial)) != 0)
		return fail_because(
			ENODEV,
			"another chip has taken the place of the one on "
			"%s: nothing was done, try again",
			chip->bus->name);
	chip->unsure = false;
	return 0;
}
