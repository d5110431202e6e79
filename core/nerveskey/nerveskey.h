/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One open NervesKey: the chip, and a cache of what it holds. It is one
 * thread's; what others may know of it is in snapshot.h. Nothing takes longer
 * than its deadline.
 *
 * Errors are those of the table in mnt-layout.md, negative; the sentence is in
 * fail_reason() and, when an operation failed, in status' last_error.
 */
#ifndef NK_NERVESKEY_H
#define NK_NERVESKEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "bytes.h"

struct nerveskey;
struct settings;

struct nerveskey_options {
	const char *state_dir; /* settings journal; NULL: none */
	bool wait;	       /* open even when no chip answers */
};

/* Things that are read as a whole. */
enum nerveskey_item {
	NERVESKEY_DEVICE_CERT,
	NERVESKEY_SIGNER_CERT,
	NERVESKEY_CHAIN,
	NERVESKEY_PUBLIC_KEY,
	NERVESKEY_REQUEST, /* device.csr */
	NERVESKEY_SERIAL,
	NERVESKEY_BOARD,
	NERVESKEY_USER,
	NERVESKEY_EUI48,
	NERVESKEY_AUX_DEVICE_CERT,
	NERVESKEY_AUX_SIGNER_CERT,
	NERVESKEY_AUX_CHAIN,
	NERVESKEY_CHIP_SERIAL,
	NERVESKEY_CHIP_MODEL,
	NERVESKEY_CHIP_REVISION,
	NERVESKEY_CHIP_ADDRESS,
	NERVESKEY_CHIP_CONFIG,
	NERVESKEY_CHIP_OTP,
	NERVESKEY_CHIP_LOCKS,
	NERVESKEY_STATUS,
	NERVESKEY_METRICS,
	NERVESKEY_ITEM_COUNT
};

/* Groups of names that exist on some parts only. */
enum nerveskey_feature {
	NERVESKEY_HAS_EUI48,	/* Trust&Go */
	NERVESKEY_HAS_OTP,	/* board, user: not on Trust&Go */
	NERVESKEY_HAS_AUX,	/* slots 9, 14, 15 can hold certificates */
	NERVESKEY_HAS_VOLATILE, /* activate, derive */
	NERVESKEY_HAS_SLOTS,	/* free slots 1 to 4 */
	NERVESKEY_FEATURE_COUNT
};

/*
 * Start the process that a signer's private key goes to, so that nothing of one
 * stays in this process: see signing.h. Before any thread; `confine` is called
 * in that process. Without it, signers' keys come into this one.
 */
int nerveskey_start_signing(void (*confine)(void));
void nerveskey_stop_signing(void);

/*
 * Open DEVICE and look at the chip: configuration, locks, OTP; finish an
 * interrupted settings update. -ENODEV when nothing answers (unless `wait`).
 */
int nerveskey_open(const char *device, const struct nerveskey_options *options,
		   struct nerveskey **key);
void nerveskey_close(struct nerveskey *key);

/* "3.7.9": the GnuTLS that is in use. */
const char *nerveskey_gnutls_version(void);

/*
 * A request is a call of some of the functions below, and is run as
 *
 *	do
 *		err = run(...);
 *	while (nerveskey_catch_up(key, &err));
 *
 * Those that sign, draw, agree, activate, derive, and those of slots and of
 * settings look for no chip and read nothing anew of who is there: when no chip
 * answers at once, when another one does, or when something that they need of it
 * is not known, they report -EREMCHG, nothing has changed, and what they lack is
 * read here. Then the request is run once more (true), or has ended: *err is
 * what came of it. All other functions, nerveskey_settings_tidy() too, do this
 * by themselves.
 */
bool nerveskey_catch_up(struct nerveskey *key, int *err);
/* Another chip answers than when the request that is run began. */
bool nerveskey_is_another(const struct nerveskey *key);

/* A fresh copy of an item, `out` is set. -ENODATA when it has no content yet. */
int nerveskey_get(struct nerveskey *key, enum nerveskey_item item,
		  struct bytes *out);
bool nerveskey_has(struct nerveskey *key, enum nerveskey_feature feature);

/* See who is there, and in which state. Its failure is what `status` shows. */
void nerveskey_look(struct nerveskey *key);
/*
 * For a time in which nobody asks: load one thing that is cached for good.
 * False when there is nothing left to do.
 */
bool nerveskey_preload(struct nerveskey *key);
/*
 * Forget staged keys that are due. Seconds until it is to be called again; 0:
 * there are none.
 */
unsigned int nerveskey_expire(struct nerveskey *key);
/* A commit has done so many of its steps; 0 of 0: none runs. */
void nerveskey_note_step(struct nerveskey *key, unsigned int step,
			 unsigned int steps);

/*
 * Grows when another chip answers than before: what is remembered above this
 * layer is not its. Changes to settings and slots that find another chip are
 * refused with -ENODEV, once.
 */
uint64_t nerveskey_chip_number(struct nerveskey *key);

/*
 * Show a failure found above this layer as last_error, with fail_reason().
 * `everybodys`: of a file that everybody may open. Of such, only failures of the
 * chip or its bus are shown, or any local user could hide from the operator
 * what went wrong.
 */
void nerveskey_note_failure(struct nerveskey *key, bool everybodys, int err);

/*
 * Each signature is checked against the cached public key, so that a reply of
 * another chip, or a broken one, is noticed and asked for again; -EIO when that is
 * no better.
 */
int nerveskey_sign(struct nerveskey *key, const uint8_t digest[static 32],
		   uint8_t signature[static 64]);
/* `len` bytes of the chip's generator. */
int nerveskey_random(struct nerveskey *key, uint8_t *random, size_t len);
int nerveskey_ecdh(struct nerveskey *key, const uint8_t peer[static 64],
		   uint8_t secret[static 32]);
/* A peer public key as 64 raw bytes or PEM. -EINVAL when it is no P-256 point. */
int nerveskey_parse_peer(const struct bytes *text, uint8_t peer[static 64]);
/* The same as DER (appended), which always has this length. */
#define NERVESKEY_DER_SIZE 71
int nerveskey_sign_der(struct nerveskey *key, const uint8_t digest[static 32],
		       struct bytes *der);

/* Volatile parts. -EACCES: a wrong activation key, or the latch is closed. */
int nerveskey_activate(struct nerveskey *key,
		       const uint8_t activation_key[static 16]);
int nerveskey_derive(struct nerveskey *key, const uint8_t data[static 32],
		     uint8_t mac[static 32]);

/* Free slots, 36 bytes each: 1 to 4, or 3 and 4 on volatile parts. Only words that change are written. */
#define NERVESKEY_SLOT_SIZE 36
bool nerveskey_slot_is_free(struct nerveskey *key, unsigned int slot);
int nerveskey_slot_get(struct nerveskey *key, unsigned int slot,
		       uint8_t data[static NERVESKEY_SLOT_SIZE]);
int nerveskey_slot_put(struct nerveskey *key, unsigned int slot, size_t offset,
		       const uint8_t *data, size_t len);

/*
 * The map that the chip holds, `fresh`: not older than a second; else what is
 * known of it will do. It is the key's, and good until the next call of a
 * function of this header. -ENODATA before the chip has a place for it, -EUCLEAN
 * when what is there is no map.
 */
int nerveskey_settings(struct nerveskey *key, bool fresh,
		       const struct settings **settings);
/*
 * Make the chip hold `settings`, by one update; on 0 they are the key's. They
 * are made of what nerveskey_settings() gave in this request: when the chip holds
 * something else by now, it is run once more. -ENOSPC: they do not fit. No map
 * on the chip (-EUCLEAN) is replaced.
 */
int nerveskey_settings_write(struct nerveskey *key, struct settings *settings);
/*
 * When nobody waits for the chip, and before it is closed: wipe what updates
 * have left behind the map. Does nothing when there is nothing to wipe.
 */
int nerveskey_settings_tidy(struct nerveskey *key);

/*
 * Text for the provision files: staged, and acted on as its lines come. What is
 * staged outlives the open file, so a request may come in many opens. `by_root`:
 * root has opened the file and writes to it. A program of root that somebody
 * has made to write into a file of his choice is not enough: what the line
 * names is opened as root.
 */
enum nerveskey_provision { NERVESKEY_PROVISION, NERVESKEY_PROVISION_AUX };
int nerveskey_provision_write(struct nerveskey *key,
			      enum nerveskey_provision which, bool by_root,
			      const char *text, size_t len);
/*
 * The writer has closed, or was killed. -EINVAL in the middle of a line: nothing
 * more counts before a reset.
 */
int nerveskey_provision_end(struct nerveskey *key,
			    enum nerveskey_provision which);
/* What is staged, what is missing, how far the chip is. */
int nerveskey_provision_show(struct nerveskey *key,
			     enum nerveskey_provision which,
			     struct bytes *text);

#endif
