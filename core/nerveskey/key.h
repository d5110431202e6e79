/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Inside of struct nerveskey, for the files of this folder. One thread uses it.
 */
#ifndef NK_KEY_H
#define NK_KEY_H

#include "atecc.h"
#include "config_kind.h"
#include "enter.h"
#include "nerveskey.h"
#include "key_state.h"
#include "otp.h"
#include "provision.h"
#include "snapshot.h"
#include "settings.h"
#include "settings_store.h"
#include "slots.h"

/* Nobody changes a chip on a board in less. */
#define SAME_CHIP_US 1000000

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
	struct content *item[NERVESKEY_ITEM_COUNT]; /* NULL: not known */
	bool passed_over[NERVESKEY_ITEM_COUNT];	    /* by nerveskey_preload() */
	bool missing[NERVESKEY_ITEM_COUNT];	    /* the chip holds none */
	bool have_public_key;
	uint8_t public_key[64];
	int settings_error; /* -ENODATA: not read yet */
	struct settings *settings;
	struct settings_space space;
	bool aux_looked_for;
	struct certificate_note note[CERTIFICATE_COUNT];
	enum { LATCH_UNKNOWN, LATCH_CLOSED, LATCH_OPEN } latch;
};

/* Of the request that is run, until nerveskey_catch_up() says that it is over. */
struct run {
	enum operation operation; /* that lacked something */
	enum lack lack;
	unsigned int times;   /* that it was run once more */
	bool goes_on;	      /* the session was left open for it */
	bool changes;	      /* something of the chip that was there before */
	bool mismatched;      /* a signature was not by the chip's key */
	uint64_t chip_number; /* when it began */
};

struct nerveskey {
	struct atecc *chip;
	char *state_dir;

	struct provision *request[2];
	struct content *shown[2]; /* the provision files */
	unsigned int step, steps; /* of a commit that runs; 0: none does */

	uint64_t looked_us; /* bus clock, of the last look at who is there */
	uint64_t settings_seen_us; /* when the chip held what is cached */
	uint64_t seen_ms;	   /* CLOCK_MONOTONIC, of the last session */
	bool slow;		   /* the adapter, to find nobody there */
	bool trouble; /* the last session ended in a failure of the bus */
	bool recheck; /* something went wrong: who is there? */
	bool stale;   /* the cache may be behind the chip's zones */
	bool quiet;   /* nobody asked: a failure is nobody's */
	uint64_t entered_us;
	struct run run;

	struct cache cache;
	bool present, was_seen;
	uint64_t chip_number;
	size_t request_serial_len; /* for device.csr, until the chip has one */
	uint8_t request_serial[OTP_SERIAL_MAX];
	char last_error[600];
	struct nerveskey_counts counts;
};

/* Forget what was read from the data zone. In a session. */
void key_forget_items(struct nerveskey *key);
/* A copy out of the cache. */
enum key_state key_state(struct nerveskey *key);

/* -EACCES in the place of -EPERM when it is the closed latch's doing. */
int key_explain_refusal(struct nerveskey *key, int err);

/*
 * Sign, within a session, when the public key is known. -EKEYREJECTED when the
 * signature is not of `digest` by that key: another chip's, or another program
 * came in between.
 */
int key_sign(struct nerveskey *key, const uint8_t digest[static 32],
	     uint8_t signature[static 64]);
/* When that is so again: -EIO, with the sentence. */
int signature_mismatch(void);

/* Load an item within a session, by way of the cache. */
int key_load(struct nerveskey *key, enum nerveskey_item item,
	     struct bytes *out);
/* The device's public key, within a session, by way of the cache. */
int key_public_key(struct nerveskey *key, uint8_t public_key[static 64]);

/* Read the settings, within a session: -EUCLEAN when they are no map. */
int key_settings_load(struct nerveskey *key);
/* The cache takes over `settings`; NULL with an error. In a session. */
void key_settings_keep(struct nerveskey *key, struct settings *settings,
		       int error);
struct settings_place key_settings_place(const struct nerveskey *key);

/* Load what the zones hold; no session. */
void key_load_zones(struct nerveskey *key);

/* A provision file, and the step of a commit that runs; appended. */
int key_provision_text(struct nerveskey *key, enum nerveskey_provision which,
		       struct bytes *text);
int key_step_text(const struct nerveskey *key, struct bytes *text);
/* Text of `status` and `metrics`, after a look at the chip. */
int key_status(struct nerveskey *key, struct bytes *text);
int key_metrics(struct nerveskey *key, struct bytes *text);
/* Ask the chip for what status says beside its zones. In a session. */
int key_note_status(struct nerveskey *key);
/* All that status says is known. */
bool key_is_looked_at(struct nerveskey *key);
/* `status` from what is known, appended. */
int key_status_text(struct nerveskey *key, struct bytes *text);

#endif
