/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Inside of struct nerveskey, for the files of this folder. One thread uses it.
 */
#ifndef NK_KEY_H
#define NK_KEY_H

#include "atecc.h"
#include "config_kind.h"
#include "enter.h"
#include "key_state.h"
#include "otp.h"
#include "provision.h"
#include "settings.h"
#include "settings_store.h"
#include "slots.h"
#include "snapshot.h"

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
	uint16_t
		keys; /* bits: slots that hold a key, of those that keys/ has */
	uint16_t public_keys; /* bits: which of these are known */
	uint8_t public_key[SLOT_COUNT][64];
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
	unsigned int slot;    /* of the public key that it lacked */
	unsigned int times;   /* that it was run once more */
	bool goes_on;	      /* the session was left open for it */
	bool changes;	      /* something of the chip that was there before */
	bool mismatched;      /* a signature was not by the chip's key */
	uint64_t chip_number; /* when it began */
};

struct nerveskey {
	struct atecc *chip;
	char *state_dir;
	int wanted_key; /* slot of the key for the files at the top; -1: any */

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
	char last_error[1100];
	struct nerveskey_counts counts;
};

/* Microchip has configured it, and has templates for its certificates. */
static inline bool is_makers(const struct nerveskey *key)
{
	return key->cache.kind == CONFIG_TRUST_AND_GO ||
	       key->cache.kind == CONFIG_TRUSTFLEX;
}

/* Configured as a NervesKey, or it may become one. */
static inline bool is_ours(const struct nerveskey *key)
{
	return key->cache.state != KEY_FOREIGN && !is_makers(key);
}

#endif
