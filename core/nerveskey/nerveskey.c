/* SPDX-License-Identifier: Apache-2.0 */
/* Open and close, and the session: whose turn it is and who answers. */
#include "key.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "log.h"

/* How long a request waits for those before it. */
#define QUEUE_MS 30000
/*
 * So many can be served in that time; and each keeps one of FUSE's threads.
 * What anybody may read leaves room for those who may do more.
 */
#define QUEUE_MOST  160
#define QUEUE_READS 80
/* Nobody changes a chip on a board in less. */
#define SAME_CHIP_US 1000000
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
	[OP_OPEN] = { "open", 5000 },
	[OP_READ] = { "read", 5000, .everybodys = true },
	[OP_SIGN] = { "sign", 5000 },
	[OP_RANDOM] = { "random", 8000 },
	[OP_ECDH] = { "ecdh", 5000 },
	[OP_ACTIVATE] = { "activate", 3000 },
	[OP_DERIVE] = { "derive", 3000 },
	[OP_SLOT_READ] = { "slot_read", 2000 },
	[OP_SLOT_WRITE] = { "slot_write", 4000, true },
	[OP_SETTINGS_READ] = { "settings_read", 5000 },
	[OP_SETTINGS_WRITE] = { "settings_write", 15000, true },
	[OP_PROVISION] = { "provision", 60000, true },
	[OP_STATUS] = { "status", 2000, .everybodys = true },
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

	if (err >= 0 || err == -ENOENT)
		return err;
	pthread_mutex_lock(&key->cache_lock);
	snprintf(key->last_error, sizeof(key->last_error), "%s: %s",
		 errno_name(err), reason[0] ? reason : strerror(-err));
	pthread_mutex_unlock(&key->cache_lock);
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
	struct operation_stats *stats = &key->stats[operation];
	uint64_t took_us = atecc_now_us(key->chip) - key->entered_us;

	pthread_mutex_lock(&key->cache_lock);
	stats->done++;
	stats->failed += err < 0;
	stats->total_us += took_us;
	if (took_us > stats->longest_us)
		stats->longest_us = took_us;
	key->chip_stats = *atecc_stats(key->chip);
	pthread_mutex_unlock(&key->cache_lock);
}

static void count_unserved(struct nerveskey *key, enum operation operation)
{
	pthread_mutex_lock(&key->cache_lock);
	key->stats[operation].done++;
	key->stats[operation].failed++;
	pthread_mutex_unlock(&key->cache_lock);
}

static void set_present(struct nerveskey *key, bool present)
{
	bool was, seen;

	pthread_mutex_lock(&key->cache_lock);
	was = key->present;
	seen = key->was_seen;
	key->present = present;
	key->was_seen = seen || present;
	/* It may have moved. */
	if (present)
		key->cache.address = atecc_address(key->chip);
	pthread_mutex_unlock(&key->cache_lock);
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

static int leave(struct nerveskey *key, enum operation operation, int err)
{
	if (err == -ENODEV)
		set_present(key, false);
	key->trouble = err == -ENODEV || err == -EIO || err == -ETIMEDOUT ||
		       err == -ENOTRECOVERABLE;
	/* Lost on the way, or refused by the chip: look who is there. */
	key->recheck |= key->trouble || err == -EPERM || err == -EBADE;
	err = explain_refusal(key, operation, err);
	count(key, operation, err);
	fair_lock_give(&key->chip_lock);
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

static int enter_locked(struct nerveskey *key, enum operation operation)
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

static int take_turn(struct nerveskey *key, enum operation operation)
{
	unsigned int most = operation == OP_READ ? QUEUE_READS : QUEUE_MOST;
	int err = fair_lock_take(&key->chip_lock, QUEUE_MS, most);

	if (err == 0)
		return 0;
	count_unserved(key, operation);
	if (err == -EBUSY)
		err = fail_because(ETIMEDOUT,
				   "%u others wait for the chip already", most);
	else
		err = fail_because(ETIMEDOUT,
				   "the chip was busy with others for %d s",
				   QUEUE_MS / 1000);
	/* That is the doing of others, and not the chip's. */
	return operations[operation].everybodys ? err : key_refuse(key, err);
}

int key_enter(struct nerveskey *key, enum operation operation)
{
	int err;

	fail_clear();
	err = take_turn(key, operation);
	return err < 0 ? err : enter_locked(key, operation);
}

int key_enter_surely(struct nerveskey *key, enum operation operation)
{
	int err;

	fail_clear();
	err = take_turn(key, operation);
	if (err < 0)
		return err;
	key->recheck = true;
	return enter_locked(key, operation);
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

int key_try_enter(struct nerveskey *key, enum operation operation)
{
	fail_clear();
	if (!fair_lock_try(&key->chip_lock))
		return -EAGAIN;
	return enter_locked(key, operation);
}

int key_enter_idle(struct nerveskey *key, const uint64_t *seen_us)
{
	uint64_t now_us, wait_us;

	if (!fair_lock_try(&key->chip_lock))
		return -EAGAIN;
	now_us = atecc_now_us(key->chip);
	wait_us = key->trouble && key->present ? TROUBLE_US : SAME_CHIP_US;
	if (key->slow || now_us - *seen_us < SAME_CHIP_US ||
	    (key->trouble && now_us - key->looked_us < wait_us)) {
		fair_lock_give(&key->chip_lock);
		return -EAGAIN;
	}
	return enter_locked(key, OP_STATUS);
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
	int err;

	key = calloc(1, sizeof(*key));
	if (!key)
		return -ENOMEM;
	key->cache.settings_error = -ENODATA; /* not read yet */
	pthread_mutex_init(&key->cache_lock, NULL);
	fair_lock_init(&key->chip_lock);
	err = key_expiry_init(key);
	if (err < 0)
		goto close;
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
	key_expiry_end(key);
	nerveskey_settings_tidy(key);
	atecc_close(key->chip);
	for (size_t i = 0; i < 2; i++)
		provision_free(key->request[i]);
	key_forget_items(key);
	settings_free(key->cache.settings);
	fair_lock_destroy(&key->chip_lock);
	pthread_mutex_destroy(&key->cache_lock);
	free(key->state_dir);
	explicit_bzero(key, sizeof(*key));
	free(key);
}
