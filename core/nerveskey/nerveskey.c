/* SPDX-License-Identifier: Apache-2.0 */
/* Open and close, and the session: who answers, and what became of it. */
#include "key.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "certificate.h"
#include "error.h"
#include "log.h"

/* So long a bus in trouble is left to those who cannot do without. */
#define TROUBLE_US 30000000
/* A chip that is gone is missed in 1.7 s; then in 0.1 s. */
#define SLOW_US	      3000000
#define SLOW_AGAIN_US 500000

/*
 * `deadline_ms` is the longest legal time of the commands of one operation,
 * with the retries that go with them. `lockable`: a lock may forbid it, and the
 * operation has seen to it that -EPERM says so. `everybodys`: anybody may ask
 * for it, see nerveskey_note_failure().
 */
static const struct {
	const char *name;
	unsigned int deadline_ms;
	bool lockable;
	bool everybodys;
} operations[OP_COUNT] = {
	[OP_OPEN] = { .name = "open", .deadline_ms = 5000 },
	[OP_READ] = { .name = "read", .deadline_ms = 5000, .everybodys = true },
	[OP_SIGN] = { .name = "sign", .deadline_ms = 5000 },
	[OP_RANDOM] = { .name = "random", .deadline_ms = 8000 },
	[OP_ECDH] = { .name = "ecdh", .deadline_ms = 5000 },
	[OP_ACTIVATE] = { .name = "activate", .deadline_ms = 3000 },
	[OP_DERIVE] = { .name = "derive", .deadline_ms = 3000 },
	[OP_SLOT_READ] = { .name = "slot_read", .deadline_ms = 2000 },
	[OP_SLOT_WRITE] = { .name = "slot_write",
			    .deadline_ms = 4000,
			    .lockable = true },
	[OP_SETTINGS_READ] = { .name = "settings_read", .deadline_ms = 5000 },
	[OP_SETTINGS_WRITE] = { .name = "settings_write",
				.deadline_ms = 15000,
				.lockable = true },
	[OP_PROVISION] = { .name = "provision",
			   .deadline_ms = 60000,
			   .lockable = true },
	[OP_STATUS] = { .name = "status",
			.deadline_ms = 2000,
			.everybodys = true },
};

const char *operation_name(enum operation operation)
{
	return operations[operation].name;
}

/* The errno that a file shows for one of the layers below. */
static int shown(int err)
{
	switch (err) {
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

int key_refuse(struct nerveskey *key, int err)
{
	const char *reason = fail_reason();

	if (err >= 0 || err == -ENOENT || key->quiet)
		return err;
	snprintf(key->last_error, sizeof(key->last_error), "%s: %s",
		 errno_name(err), reason[0] ? reason : strerror(-err));
	return err;
}

/* The cause is the chip or its bus, and not the one who asked. */
static bool is_chips_failure(int err)
{
	return err == -ENODEV || err == -EIO || err == -ETIMEDOUT ||
	       err == -EUCLEAN;
}

void nerveskey_note_failure(struct nerveskey *key, bool everybodys, int err)
{
	if (!everybodys || is_chips_failure(err))
		key_refuse(key, err);
}

/* An operation that had its turn. */
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

/* It may have moved. */
static void note_address(struct nerveskey *key)
{
	uint8_t address = atecc_address(key->chip);

	if (key->cache.address == address)
		return;
	key->cache.address = address;
	content_replace(&key->cache.item[NERVESKEY_CHIP_ADDRESS], NULL);
	key_load_zones(key);
}

static void set_present(struct nerveskey *key, bool present)
{
	bool was = key->present, seen = key->was_seen;

	key->present = present;
	key->was_seen = seen || present;
	if (present)
		note_address(key);
	if (was && !present)
		log_write(LOG_LEVEL_WARNING, "%s: the chip is gone",
			  atecc_bus_name(key->chip));
	else if (seen && !was && present)
		log_write(LOG_LEVEL_INFO, "%s: the chip is back",
			  atecc_bus_name(key->chip));
}

static int look_anew(struct nerveskey *key)
{
	int err = key_look(key);

	if (err == 0)
		key->recheck = false;
	return err;
}

/* A second look at the serial number when there was time or cause for a swap. */
static int check_identity(struct nerveskey *key)
{
	uint8_t block[CONFIG_SIZE] = { 0 }, serial[CHIP_SERIAL_SIZE];
	int err;

	if (key->cache.state == KEY_ABSENT || key->stale)
		return look_anew(key);
	if (!key->recheck && key->entered_us - key->looked_us < SAME_CHIP_US &&
	    atecc_address(key->chip) == key->cache.address)
		return 0;
	err = atecc_read32(key->chip, ATECC_CONFIG, 0, block);
	if (err < 0)
		return err;
	key->looked_us = atecc_now_us(key->chip);
	config_serial(block, serial);
	if (memcmp(serial, key->cache.chip_serial, sizeof(serial)) == 0) {
		key->recheck = false;
		return 0;
	}
	log_write(LOG_LEVEL_WARNING, "%s: another chip answers now",
		  atecc_bus_name(key->chip));
	return look_anew(key);
}

/* Status 0F of a NervesKey that has nothing to refuse there is a false one. */
static int explain_refusal(const struct nerveskey *key,
			   enum operation operation, int err)
{
	if (err != -EPERM || operations[operation].lockable ||
	    key->cache.kind == CONFIG_OTHER)
		return err;
	return fail_because(EIO, "%s, but on this chip nothing does: try again",
			    fail_reason());
}

static uint64_t monotonic_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static int leave(struct nerveskey *key, enum operation operation, int err)
{
	bool lost = err == -ENODEV || err == -EIO || err == -ETIMEDOUT ||
		    err == -ENOTRECOVERABLE;

	if (err == -ENODEV)
		set_present(key, false);
	if (!key->quiet)
		key->trouble = lost;
	/* Lost on the way, or refused by the chip: look who is there. */
	key->recheck |= lost || err == -EPERM || err == -EBADE;
	err = explain_refusal(key, operation, err);
	count(key, operation, err);
	key->seen_ms = monotonic_ms();
	err = shown(err);
	nerveskey_note_failure(key, operations[operation].everybodys, err);
	return err;
}

/* It took longer to find nobody than any chip is waited for. */
static bool is_slow(const struct nerveskey *key, int err)
{
	uint64_t took_us = atecc_now_us(key->chip) - key->entered_us;

	return err == -ENODEV &&
	       took_us > (key->present ? SLOW_US : SLOW_AGAIN_US);
}

static int enter(struct nerveskey *key, enum operation operation)
{
	int err;

	key->entered_us = atecc_now_us(key->chip);
	err = atecc_begin(key->chip, operations[operation].deadline_ms);
	key->slow = is_slow(key, err);
	if (err == 0)
		err = check_identity(key);
	if (err < 0) {
		atecc_end(key->chip);
		key->looked_us = atecc_now_us(key->chip);
		key->recheck = true;
		return leave(key, operation, err);
	}
	set_present(key, true);
	return 0;
}

int key_enter(struct nerveskey *key, enum operation operation)
{
	fail_clear();
	return enter(key, operation);
}

int key_enter_surely(struct nerveskey *key, enum operation operation)
{
	fail_clear();
	key->recheck = true;
	return enter(key, operation);
}

int key_enter_to_change(struct nerveskey *key, enum operation operation)
{
	uint64_t known = nerveskey_chip_number(key);
	int err;

	err = key_enter_surely(key, operation);
	if (err < 0 || nerveskey_chip_number(key) == known)
		return err;
	key_leave(key, operation, 0);
	return key_refuse(key, fail_because(ENODEV,
					    "another chip answers now: nothing "
					    "was changed on it"));
}

int key_enter_idle(struct nerveskey *key, const uint64_t *seen_us)
{
	uint64_t now_us, wait_us;

	now_us = atecc_now_us(key->chip);
	wait_us = key->trouble && key->present ? TROUBLE_US : SAME_CHIP_US;
	if (key->slow || now_us - *seen_us < SAME_CHIP_US ||
	    (key->trouble && now_us - key->looked_us < wait_us))
		return -EAGAIN;
	return enter(key, OP_STATUS);
}

void key_look_around(struct nerveskey *key)
{
	if (key_enter_idle(key, &key->looked_us) == 0)
		key_leave(key, OP_STATUS, 0);
}

int key_leave(struct nerveskey *key, enum operation operation, int err)
{
	atecc_end(key->chip);
	return leave(key, operation, err);
}

/* A chip that is not there is no failure for one who waits for it. */
static int first_look(struct nerveskey *key, bool wait)
{
	int err;

	err = key_enter(key, OP_OPEN);
	if (err == 0)
		err = key_leave(key, OP_OPEN, 0);
	if (err < 0 && wait) {
		log_write(LOG_LEVEL_WARNING, "%s; waiting for it",
			  fail_reason());
		return 0;
	}
	return err;
}

int nerveskey_open(const char *device, const struct nerveskey_options *options,
		   struct nerveskey **out)
{
	struct nerveskey *key;
	int err = 0;

	key = calloc(1, sizeof(*key));
	if (!key)
		return -ENOMEM;
	key->cache.settings_error = -ENODATA; /* not read yet */
	if (options->state_dir) {
		key->state_dir = strdup(options->state_dir);
		err = key->state_dir ? 0 : -ENOMEM;
	}
	if (err < 0)
		goto close;
	err = provision_new(PROVISION_PRIMARY, &key->request[0]);
	if (err < 0)
		goto close;
	err = provision_new(PROVISION_AUX, &key->request[1]);
	if (err < 0)
		goto close;
	err = atecc_open(device, &key->chip);
	if (err < 0)
		goto close;
	err = first_look(key, options->wait);
	if (err < 0)
		goto close;
	*out = key;
	return 0;

close:
	nerveskey_close(key);
	return err;
}

void nerveskey_close(struct nerveskey *key)
{
	nerveskey_settings_tidy(key);
	atecc_close(key->chip);
	for (size_t i = 0; i < 2; i++)
		provision_free(key->request[i]);
	for (size_t i = 0; i < 2; i++)
		content_unref(key->shown[i]);
	key_forget_items(key);
	settings_free(key->cache.settings);
	free(key->state_dir);
	explicit_bzero(key, sizeof(*key));
	free(key);
}

const char *nerveskey_gnutls_version(void)
{
	return certificate_gnutls_version();
}
