/* SPDX-License-Identifier: Apache-2.0 */
/* struct nerveskey. Only files of this folder use it, and only one thread. */
#pragma once

#include "atecc.h"
#include "config_kind.h"
#include "enter.h"
#include "key_state.h"
#include "otp.h"
#include "provision.h"
#include "settings.h"
#include "settings_store.h"
#include "slot_rules.h"
#include "slots.h"
#include "snapshot.h"

/* A chip that was seen within this time is still the same. */
#define SAME_CHIP_US 1000000
/* After a bus failure, background checks pause this long. */
#define TROUBLE_MS	  30000

#define CERTIFICATE_COUNT (NERVESKEY_AUX_DEVICE_CERT + 1)

/* A note about a certificate, made when it was loaded. */
struct certificate_note {
	bool known;	    /* false: `flaw` is the one that was logged last */
	char flaw[400];	    /* why it does not verify, or cannot be rebuilt */
	const char *elixir; /* why the Elixir library cannot; NULL: it can */
};

/* What is known of the chip that answers. Dropped when another one answers. */
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
	bool passed_over[NERVESKEY_ITEM_COUNT];	    /* preload has tried */
	bool missing[NERVESKEY_ITEM_COUNT];	    /* the chip has none */
	/* Of private keys. `listed` and `keys` are bits for slots. */
	const struct slot_rule *rule[SLOT_USE_COUNT][SLOT_COUNT];
	uint16_t listed;	/* in keys/, if they hold a key */
	uint16_t keys;		/* of those, which hold one */
	unsigned int first_key; /* usable one; SLOT_COUNT: there is none */
	uint16_t public_keys;	/* bits: slots whose public key is known */
	uint8_t public_key[SLOT_COUNT][64];
	int settings_error;  /* -ENODATA: not read yet */
	struct content *etf; /* the map; NULL: not known */
	struct settings_space space;
	bool aux_half_written; /* perhaps another program is writing it */
	uint16_t seen;	       /* bits: slots whose first block follows */
	uint8_t first_block[SLOT_COUNT][32];
	enum { LATCH_UNKNOWN, LATCH_CLOSED, LATCH_OPEN } latch;
};

/* The request that is run, until nerveskey_catch_up() ends it. */
struct run {
	enum operation operation; /* the one that lacked something */
	enum lack lack;
	unsigned int slot;    /* that of the public key that it lacked */
	unsigned int times;   /* how often it was run once more */
	bool goes_on;	      /* the session was left open for it */
	bool changes;	      /* it changes the chip that was there before */
	bool mismatched;      /* a signature was not by the chip's key */
	uint64_t chip_number; /* that of the chip when it began */
};

struct nerveskey {
	struct atecc *chip;
	const char *state_dir; /* the caller's */
	int wanted_key; /* slot of the main key, for the top files; -1: any */

	struct provision *request[2];
	struct content *shown[2]; /* what the provision files show */
	struct content *status;	  /* what that file shows */
	unsigned int step, steps; /* of a running commit; 0: none runs */

	uint64_t looked_us; /* bus clock: serial and locks were read last */
	uint64_t slots_us;  /* bus clock: the slots were compared last */
	uint64_t keys_us;   /* bus clock: slots were asked for keys last */
	uint64_t settings_seen_us; /* bus clock: the cached map was seen */
	uint64_t seen_ms;	   /* CLOCK_MONOTONIC: the last session */
	bool slow;		   /* the adapter takes long to find no chip */
	bool trouble; /* the last session ended in a failure of the bus */
	bool recheck; /* after an error: read the serial next time */
	bool stale;   /* the zones may have changed since they were read */
	bool quiet;   /* no request waits, so no failure is noted */
	struct certificate_note note[CERTIFICATE_COUNT];
	unsigned int doubts; /* reads of the whole chip for a bad certificate */
	uint64_t entered_us;
	struct run run;

	struct cache cache;
	bool present, was_seen;
	uint64_t chip_number;
	size_t request_serial_len; /* what cached requests are for */
	uint8_t request_serial[OTP_SERIAL_MAX];
	char last_error[1100];
	struct nerveskey_counts counts;
};

/*
 * Microchip configures these parts, and has templates for their certificates. A
 * TrustFLEX part is foreign until its owner has locked its data.
 */
static inline bool is_makers(const struct nerveskey *key)
{
	return key->cache.state != KEY_FOREIGN &&
	       (key->cache.kind == CONFIG_TRUST_AND_GO ||
		key->cache.kind == CONFIG_TRUSTFLEX);
}

/* Configured as a NervesKey, or it may become one. */
static inline bool is_ours(const struct nerveskey *key)
{
	return key->cache.state != KEY_FOREIGN && !is_makers(key);
}

static inline uint16_t slot_bit(unsigned int slot)
{
	return (uint16_t)(1u << slot);
}

/* A part with volatile keys, which needs activation. */
static inline bool has_latch(const struct cache *cache)
{
	return cache->kind == CONFIG_VOLATILE && cache->state >= KEY_CONFIGURED;
}

/* Both certificates of status were loaded, or cannot be. */
static inline bool certificates_are_noted(const struct nerveskey *key)
{
	return key->note[NERVESKEY_SIGNER_CERT].known &&
	       key->note[NERVESKEY_DEVICE_CERT].known;
}
