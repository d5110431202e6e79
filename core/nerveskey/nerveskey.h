/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One open NervesKey: the chip and a cache of its content. Only one thread uses
 * it; other threads use snapshot.h. No operation takes longer than its deadline.
 *
 * Errors are those of the table in mnt-layout.md, negative. fail_reason() has
 * the sentence; when an operation failed, last_error in status has it too.
 */
#pragma once

#include <stdbool.h>

struct nerveskey;

#define NERVESKEY_SLOTS 16
/* In the place of a slot: the key of the files at the top of the mount. */
#define NERVESKEY_MAIN_KEY NERVESKEY_SLOTS

struct nerveskey_options {
	/* For a journal of settings, valid until the close; NULL: none. */
	const char *state_dir;
	bool wait; /* open even when no chip answers */
	int key;   /* slot of the main key; -1: the first that can be used */
};

/*
 * Open DEVICE, read configuration and OTP, and finish an interrupted settings
 * update. Sets *key, which the caller closes. -ENODEV: no chip answers, and not
 * `wait`.
 */
int nerveskey_open(const char *device, const struct nerveskey_options *options,
		   struct nerveskey **key);
void nerveskey_close(struct nerveskey *key);

/*
 * Start the process that uses signers' private keys, so that they never come
 * into this process: see signing.h. Call it before any thread starts. `confine`
 * is called in the new process. Without this call, this process uses the keys.
 */
int nerveskey_start_signing(void (*confine)(void));
void nerveskey_stop_signing(void);
