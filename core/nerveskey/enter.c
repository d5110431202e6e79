/* SPDX-License-Identifier: Apache-2.0 */
/* Sessions: which chip answers, and what the result was. */
#include "enter.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "error.h"
#include "key.h"
#include "log.h"
#include "system_clock.h"

/* A lock may forbid it, and it has made sure that -EPERM means that. */
#define LOCKABLE 1
/* See nerveskey_note_failure(). */
#define EVERYBODYS 2

/*
 * `deadline_ms` is the longest time that the commands of one operation may take,
 * with their retries.
 */
static const struct {
	const char *name;
	unsigned int deadline_ms, flags;
} operations[OP_COUNT] = {
	[OP_OPEN] = { "open", 5000, 0 },
	[OP_READ] = { "read", 5000, EVERYBODYS },
	[OP_SIGN] = { "sign", 5000, 0 },
	[OP_RANDOM] = { "random", 8000, 0 },
	[OP_ECDH] = { "ecdh", 5000, 0 },
	[OP_ACTIVATE] = { "activate", 3000, 0 },
	[OP_DERIVE] = { "derive", 3000, 0 },
	[OP_SLOT_READ] = { "slot_read", 2000, 0 },
	[OP_SLOT_WRITE] = { "slot_write", 4000, LOCKABLE },
	[OP_SETTINGS_READ] = { "settings_read", 5000, 0 },
	[OP_SETTINGS_WRITE] = { "settings_write", 15000, LOCKABLE },
	[OP_PROVISION] = { "provision", 60000, LOCKABLE },
	/* It reads certificates and settings. */
	[OP_STATUS] = { "status", 5000, EVERYBODYS },
};

const char *operation_name(enum operation operation)
{
	return operations[operation].name;
}

/*
 * The errno that a file shows for an error of the layers below. Where no lock of
 * a NervesKey forbids an operation, status 0F is false.
 */
static int to_user_errno(const struct nerveskey *key, enum operation operation,
			 int err)
{
	switch (err) {
	case -EPERM:
		if (operations[operation].flags & LOCKABLE ||
		    key->cache.kind == CONFIG_OTHER)
			return err;
		return fail_because(
			EIO, "%s, but on this chip nothing does: try again",
			fail_reason());
	case -EKEYREVOKED:
		return -EPERM;
	case -EBADE:
	case -EKEYREJECTED:
	case -ENOTRECOVERABLE:
	case -EOPNOTSUPP:
	case -EPROTO:
	case -ESTALE:
		return -EIO;
	default:
		return err;
	}
}

int refuse(struct nerveskey *key, int err)
{
	const char *reason = fail_reason();

	if (err >= 0 || err == -ENOENT || key->quiet)
		return err;
	snprintf(key->last_error, sizeof(key->last_error), "%s: %s",
		 errno_name(err), reason[0] ? reason : strerror(-err));
	return err;
}

void nerveskey_note_failure(struct nerveskey *key, bool everybodys, int err)
{
	/* The chip or its bus caused the error, not the caller. */
	bool chips = err == -ENODEV || err == -EIO || err == -ETIMEDOUT ||
		     err == -EUCLEAN;

	if (!everybodys || chips)
		refuse(key, err);
}

/* Count an operation for metrics. */
static void count(struct nerveskey *key, enum operation operation, int err)
{
	struct operation_stats *stats = &key->counts.operations[operation];
	const struct atecc_stats *chip = atecc_stats(key->chip);
	uint64_t took_us = atecc_now_us(key->chip) - key->entered_us;

	stats->done++;
	stats->failed += err < 0;
	stats->total_us += took_us;
	if (took_us > stats->longest_us)
		stats->longest_us = took_us;
	key->counts.commands = chip->commands;
	key->counts.eeprom_writes = chip->eeprom_writes;
	key->counts.retries = chip->retries;
	key->counts.wakes = chip->wakes;
	key->counts.crc_errors = chip->crc_errors;
	key->counts.naks = chip->naks;
}

static void set_present(struct nerveskey *key, bool present)
{
	bool is_news = key->present != present && key->was_seen;

	key->present = present;
	key->was_seen |= present;
	if (is_news)
		log_write(present ? LOG_LEVEL_INFO : LOG_LEVEL_WARNING,
			  "%s: the chip is %s", atecc_bus_name(key->chip),
			  present ? "back" : "gone");
}

/*
 * What is compared of the configuration zone, by its blocks of 32 bytes: all but
 * counters, which the use of a key can change. Of a complete chip only the serial
 * and the locks can change, and soon after a look only the serial is read.
 */
static const struct {
	uint8_t from, len;
	bool when_complete;
} compared[] = {
	{ 0, 32, true }, { 0, 20, false }, { 20, 12, true }, { 0, 32, false }
};

/*
 * Read the serial and the locks again if there was time or cause for a change.
 * -EREMCHG: the zones must be read.
 */
static int check_identity(struct nerveskey *key)
{
	const uint8_t *known = key->cache.config;
	bool recent = key->entered_us - key->looked_us < SAME_CHIP_US;
	bool complete = key->cache.state == KEY_COMPLETE ||
			key->cache.state == KEY_TRUSTFLEX;
	uint8_t block[32];
	int err;

	if (key->cache.state == KEY_ABSENT || key->stale)
		return -EREMCHG;
	if (!key->recheck && recent &&
	    atecc_address(key->chip) == key->cache.address)
		return 0;
	for (unsigned int i = 0; i < (recent ? 1 : 4); i++, known += 32) {
		if (complete && !compared[i].when_complete)
			continue;
		err = atecc_read32(key->chip, ATECC_CONFIG, (uint16_t)(i << 3),
				   block);
		if (err < 0)
			return err;
		if (memcmp(block + compared[i].from, known + compared[i].from,
			   compared[i].len) == 0)
			continue;
		log_write(LOG_LEVEL_WARNING, "%s: another %s",
			  atecc_bus_name(key->chip),
			  i == 0 && memcmp(block, known, 13) != 0
				  ? "chip answers now"
				  : "program has configured or locked it");
		return -EREMCHG;
	}
	if (!recent)
		key->looked_us = atecc_now_us(key->chip);
	key->recheck = false;
	return 0;
}

int leave(struct nerveskey *key, enum operation operation, int err)
{
	bool lost = err == -ENODEV || err == -EIO || err == -ETIMEDOUT ||
		    err == -ENOTRECOVERABLE;

	if (err == -EREMCHG)
		return err;
	atecc_end(key->chip);
	if (err == -ENODEV)
		set_present(key, false);
	if (!key->quiet)
		key->trouble = lost;
	/* The reply was lost, or the chip refused: check which chip it is. */
	key->recheck |= lost || err == -EPERM || err == -EBADE;
	count(key, operation, err);
	key->seen_ms = now_ms();
	err = to_user_errno(key, operation, err);
	nerveskey_note_failure(key, operations[operation].flags & EVERYBODYS,
			       err);
	return err;
}

int enter_lacks(struct nerveskey *key, enum operation operation, enum lack lack)
{
	key->run.operation = operation;
	key->run.lack = lack;
	return -EREMCHG;
}

int enter(struct nerveskey *key, enum operation operation)
{
	/* nerveskey_catch_up() has left the session open. */
	bool goes_on = key->run.goes_on;
	int err = 0;

	fail_clear();
	key->run.goes_on = false;
	if (!goes_on) {
		key->entered_us = atecc_now_us(key->chip);
		err = atecc_begin(key->chip, operations[operation].deadline_ms);
	}
	if (err == -EAGAIN)
		return enter_lacks(key, operation, LACKS_CHIP);
	if (err == 0)
		err = check_identity(key);
	if (err == -EREMCHG)
		return enter_lacks(key, operation, LACKS_ZONES);
	if (err < 0) {
		key->recheck = true;
		key->looked_us = atecc_now_us(key->chip);
		return leave(key, operation, err);
	}
	key->slow = false;
	set_present(key, true);
	return 0;
}

int enter_verified(struct nerveskey *key, enum operation operation)
{
	key->recheck |= !key->run.goes_on;
	return enter(key, operation);
}

int refuse_another(struct nerveskey *key, enum operation operation)
{
	leave(key, operation, 0);
	return refuse(key, fail_because(ENODEV,
					"another chip answers now: nothing was "
					"changed on it"));
}

int enter_to_change(struct nerveskey *key, enum operation operation)
{
	int err;

	key->run.changes = true;
	err = enter_verified(key, operation);
	if (err == 0 && key->chip_number != key->run.chip_number)
		return refuse_another(key, operation);
	return err;
}

int enter_to_look(struct nerveskey *key)
{
	uint64_t wait_us =
		key->trouble && key->present ? TROUBLE_MS * 1000 : SAME_CHIP_US;

	if (key->slow || atecc_now_us(key->chip) - key->looked_us < wait_us)
		return -EAGAIN;
	return enter(key, OP_STATUS);
}
