/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Inside of struct nerveskey, for the files of this folder.
 *
 * Locks, in this order: `staging`, `chip_lock`, `cache_lock`. The chip is
 * used, and the cache changed, only under the chip lock; the cache lock spans a
 * copy and never any I/O.
 */
#ifndef NK_KEY_H
#define NK_KEY_H

#include <pthread.h>
#include <time.h>

#include "atecc.h"
#include "fair_lock.h"
#include "config_kind.h"
#include "nerveskey.h"
#include "key_state.h"
#include "otp.h"
#include "provision.h"
#include "settings.h"
#include "settings_store.h"
#include "slots.h"

/* What people and metrics call the things that are done with a chip. */
enum operation {
	OP_OPEN,
	OP_READ,
	OP_SIGN,
	OP_RANDOM,
	OP_ECDH,
	OP_ACTIVATE,
	OP_DERIVE,
	OP_SLOT_READ,
	OP_SLOT_WRITE,
	OP_SETTINGS_READ,
	OP_SETTINGS_WRITE,
	OP_PROVISION,
	OP_STATUS,
	OP_COUNT
};

struct operation_stats {
	uint64_t done, failed, total_us, longest_us;
};

enum certificate_number {
	CERTIFICATE_SIGNER,
	CERTIFICATE_DEVICE,
	CERTIFICATE_AUX_SIGNER,
	CERTIFICATE_AUX_DEVICE,
	CERTIFICATE_COUNT
};

/* What is said of a certificate, since it was loaded. */
struct certificate_note {
	bool known;
	char flaw[400];	    /* why it does not verify, or cannot be rebuilt */
	const char *elixir; /* why the Elixir library cannot; NULL: it can */
};

/* All that is known of the chip that answers. Dropped when another one does. */
struct cache {
	enum key_state state;
	enum config_kind kind;
	uint8_t address; /* on the bus, 7-bit */
	bool has_otp;
	uint8_t config[CONFIG_SIZE];
	uint8_t chip_serial[CHIP_SERIAL_SIZE];
	uint8_t otp_raw[OTP_SIZE];
	struct otp otp;
	bool have[NERVESKEY_ITEM_COUNT];
	struct bytes item[NERVESKEY_ITEM_COUNT];
	bool have_public_key;
	uint8_t public_key[64];
	int settings_error; /* -ENODATA: not read yet */
	struct settings *settings;
	struct settings_space space;
	bool aux_looked_for;
	struct certificate_note note[CERTIFICATE_COUNT];
	enum { LATCH_UNKNOWN, LATCH_CLOSED, LATCH_OPEN } latch;
};

struct nerveskey {
	struct atecc *chip;
	char *state_dir;

	pthread_mutex_t staging; /* of provision requests */
	struct provision *request[2];
	pthread_t expiry; /* wipes what was staged too long ago */
	int expiry_timer; /* a timerfd: due, or a look is wanted */
	bool expiry_runs, closing;

	struct fair_lock chip_lock;
	uint64_t looked_us; /* bus clock, of the last look at who is there */
	uint64_t settings_seen_us; /* when the chip held what is cached */
	bool slow;		   /* the adapter, to find nobody there */
	bool trouble; /* the last session ended in a failure of the bus */
	bool recheck; /* something went wrong: who is there? */
	bool stale;   /* the cache may be behind the chip's zones */
	uint64_t entered_us;

	pthread_mutex_t cache_lock;
	struct cache cache;
	bool present, was_seen;
	uint64_t generation, chip_number;
	size_t request_serial_len; /* for device.csr, until the chip has one */
	uint8_t request_serial[OTP_SERIAL_MAX];
	char last_error[600];
	struct operation_stats stats[OP_COUNT];
	struct atecc_stats chip_stats;
	uint64_t cache_hits, cache_misses;
};

/*
 * A session: wait for the turn, wake the chip, make sure that it is still the
 * chip that the cache is about. Between the two the thread owns the chip.
 * key_leave() sleeps the chip, counts, notes the error with its sentence and
 * returns what the file system shows of it.
 */
int key_enter(struct nerveskey *key, enum operation operation);
/*
 * The same, and its serial is always read: for replies that do not show which
 * chip they come from.
 */
int key_enter_surely(struct nerveskey *key, enum operation operation);
/*
 * The same for what changes something of the chip that the caller knows: one
 * that is another since is left alone, -ENODEV.
 */
int key_enter_to_change(struct nerveskey *key, enum operation operation);
/* The same as key_enter(), or -EAGAIN when another has the chip. */
int key_try_enter(struct nerveskey *key, enum operation operation);
int key_leave(struct nerveskey *key, enum operation operation, int err);
/*
 * Before the cache is believed: see who is there, unless that was done within a
 * second, or another has the chip.
 */
void key_look_around(struct nerveskey *key);
/*
 * The same for what was seen at *seen_us, one of the key's times: a session of
 * OP_STATUS, or -EAGAIN when a second is not over or another has the chip.
 */
int key_enter_idle(struct nerveskey *key, const uint64_t *seen_us);
const char *operation_name(enum operation operation);

/* Note a failure that needed no session; returns `err`. */
int key_refuse(struct nerveskey *key, int err);

/* Read the zones anew, after something has changed them. In a session. */
int key_look(struct nerveskey *key);
/* Forget what was read from the data zone. In a session. */
void key_forget_items(struct nerveskey *key);
/* A copy out of the cache. */
enum key_state key_state(struct nerveskey *key);

/* -ENODATA unless the chip is far enough to be used. In a session. */
int key_require(struct nerveskey *key);
/* -EACCES in the place of -EPERM when it is the closed latch's doing. */
int key_explain_refusal(struct nerveskey *key, int err);

/*
 * Sign, within a session. -EKEYREJECTED when the signature is not of `digest` by
 * the key that is shown: another chip's, or another program came in between.
 */
int key_sign(struct nerveskey *key, const uint8_t digest[static 32],
	     uint8_t signature[static 64]);
/* When that is so again: -EIO, with the sentence. */
int key_misfit(void);

/* Load an item within a session, by way of the cache. */
int key_load(struct nerveskey *key, enum nerveskey_item item,
	     struct bytes *out);
/* The device's public key, within a session, by way of the cache. */
int key_public_key(struct nerveskey *key, uint8_t public_key[static 64]);

/* The settings, within a session: read them unless they are cached. */
int key_settings_load(struct nerveskey *key);
/* The cache takes over `settings`; NULL with an error. In a session. */
void key_settings_keep(struct nerveskey *key, struct settings *settings,
		       int error);
struct settings_place key_settings_place(const struct nerveskey *key);

/* Begin and end of the thread that wipes staged keys. */
int key_expiry_init(struct nerveskey *key);
void key_expiry_end(struct nerveskey *key);

/* Text of `status` and `metrics`; no session. */
int key_status(struct nerveskey *key, struct bytes *text);
int key_metrics(struct nerveskey *key, struct bytes *text);

#endif
