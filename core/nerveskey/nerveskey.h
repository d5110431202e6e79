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

struct nerveskey;

#define NERVESKEY_SLOTS 16
/* In the place of a slot: the key of the files at the top of the mount. */
#define NERVESKEY_MAIN_KEY NERVESKEY_SLOTS

struct nerveskey_options {
	const char *state_dir; /* settings journal; NULL: none */
	bool wait;	       /* open even when no chip answers */
	int key; /* slot of the main key; -1: the first that can be used */
};

/*
 * Open DEVICE and look at the chip: configuration, locks, OTP; finish an
 * interrupted settings update. -ENODEV when nothing answers (unless `wait`).
 */
int nerveskey_open(const char *device, const struct nerveskey_options *options,
		   struct nerveskey **key);
void nerveskey_close(struct nerveskey *key);

/*
 * Start the process that a signer's private key goes to, so that nothing of one
 * stays in this process: see signing.h. Before any thread; `confine` is called
 * in that process. Without it, signers' keys come into this one.
 */
int nerveskey_start_signing(void (*confine)(void));
void nerveskey_stop_signing(void);

/* "3.7.9": the GnuTLS that is in use. */
const char *nerveskey_gnutls_version(void);

#endif
