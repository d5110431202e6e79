/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Provisioning: parse what is written to the control file, check it against
 * the chip, apply it. Nothing is written to the chip before everything that
 * can be refused has been refused, and apply can be repeated from every state
 * that a power cut or a bus error can leave.
 */
#ifndef NK_PROVISION_H
#define NK_PROVISION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "bytes.h"

struct atecc;
struct provision; /* one staged request */

/* Which certificates a request is about. */
enum provision_target { PROVISION_PRIMARY, PROVISION_AUX };

/* What a piece of text asked for, beyond being staged. */
enum provision_verb {
	PROVISION_STAGED, /* more may come */
	PROVISION_CHECK,
	PROVISION_COMMIT,
	PROVISION_BEGIN, /* configure and make the key only */
	PROVISION_CLEAR, /* aux: zero the auxiliary certificates */
	PROVISION_RESET, /* already done: nothing is staged any more */
};

int provision_new(enum provision_target target, struct provision **request);
/* Wipes. */
void provision_free(struct provision *request);
void provision_reset(struct provision *request);
/* Nothing is staged. */
bool provision_is_empty(const struct provision *request);

/*
 * Take the next piece of text, which may end anywhere (also inside a line or a
 * PEM block), up to and including the first line that is a verb; *used says
 * how much was taken, *verb what to do. The caller acts and goes on with the
 * rest. -EINVAL: an unknown line or value, with the line in fail_reason() (never
 * key material); nothing of that line is staged. -EFBIG: more than 64 KiB.
 */
int provision_feed(struct provision *request, const char *text, size_t len,
		   size_t *used, enum provision_verb *verb);
/* A last line without its newline is complete (the writer closed the file). */
int provision_finish_line(struct provision *request, enum provision_verb *verb);

/*
 * All that can be checked, on the chip too; nothing is changed. Between
 * atecc_begin() and atecc_end().
 * -EINVAL malformed or missing, -EFBIG too long, -EPERM already provisioned or
 * a foreign locked configuration.
 */
int provision_check(const struct provision *request, struct atecc *chip,
		    time_t now);
/* Check, then do it, then read everything back. 0: the chip is complete. */
int provision_commit(struct provision *request, struct atecc *chip, time_t now);
/* Configuration, lock, device key: for off-device signing. */
int provision_begin(struct provision *request, struct atecc *chip);
/* PROVISION_AUX only: zero slots 9, 14 and 15. */
int provision_clear(struct atecc *chip);

/*
 * Text for a reader, appended: what is staged (never keys) and what is
 * missing. How far the chip is, the caller adds.
 */
int provision_show(const struct provision *request, struct bytes *text);

#endif
