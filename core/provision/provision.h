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
/*
 * A commit has ended (provision_commit() calls it by itself; for a caller that
 * did not get that far, because the chip was gone): everything is wiped, so
 * that the same request can be written again. After a failure the lines that
 * were there for provision_begin() stay.
 */
void provision_done(struct provision *request, int err);
/* Nothing is staged. */
bool provision_is_empty(const struct provision *request);

/*
 * To be called when it is due: key material that was staged five minutes ago
 * is wiped. `now_s` is CLOCK_BOOTTIME's. Seconds until it is due again; 0: no
 * key material is staged.
 */
unsigned int provision_expire(struct provision *request, int64_t now_s);

/*
 * Who writes what is fed from now on; nobody is root before this is called. The
 * daemon opens files as itself, so only root may name some: `pin-file=`, and
 * URLs that a file belongs to.
 */
void provision_writer(struct provision *request, bool is_root);

/*
 * Take the next piece of text, which may end anywhere (also inside a line or a
 * PEM block), up to and including the first line that is a verb; *used says
 * how much was taken, *verb what to do. The caller acts and goes on with the
 * rest. -EINVAL: an unknown line or value, with the line in fail_reason() (never
 * key material). -EFBIG: more than 64 KiB, or a value too long for its place.
 * -ENOMEM: a key, and memory cannot be locked.
 *
 * A line that is refused takes its whole open with it: what this open staged
 * is forgotten and the rest of it refused, commit included, up to a "reset" or
 * provision_closed(). A shell goes on after a failed echo, and must not commit
 * with a default in the place of the line that was refused.
 */
int provision_feed(struct provision *request, const char *text, size_t len,
		   size_t *used, enum provision_verb *verb);
/*
 * A write(2) is over. Where it ended in a verb, or in the last line of a PEM
 * block, with the whole of that line in it, the newline is not waited for:
 * nothing that is known begins like that and goes on.
 */
int provision_written(struct provision *request, enum provision_verb *verb);
/*
 * The writer has closed the file, or was killed. -EINVAL when that was in the
 * middle of a line or a PEM block: all that this open staged is forgotten, and
 * nobody sees the errors of close(2), so everything is refused from now on, up
 * to a "reset".
 */
int provision_closed(struct provision *request);

/*
 * All that can be checked, on the chip too; nothing is changed. Between
 * atecc_begin() and atecc_end().
 * -EINVAL malformed, missing, or for another chip; -EPERM already provisioned,
 * a foreign locked configuration, or data locked that are not this request's;
 * -ENODATA: a device certificate before provision_begin(), or auxiliary
 * certificates before the chip is complete.
 */
int provision_check(const struct provision *request, struct atecc *chip,
		    time_t now);
/*
 * Check, then do it, then read everything back. 0: the chip is complete. The
 * request is done with, whatever comes of it: see provision_done(). Errors as
 * provision_check(), and those of the bus, after which the same request
 * completes the chip.
 */
int provision_commit(struct provision *request, struct atecc *chip, time_t now);
/*
 * Configuration, lock, device key: for off-device signing. The key is new each
 * time: one that was there before may be known to others. Lines stay staged
 * for the commit, on this chip, and may be written again. -EINVAL for
 * mode=volatile: its key signs no request before activation.
 */
int provision_begin(struct provision *request, struct atecc *chip);
/*
 * It was not tried, because the chip was gone (provision_begin() calls it by
 * itself when it cannot see who the chip is): all stays staged for the next
 * time, and may be written again.
 */
void provision_put_off(struct provision *request);
/* Auxiliary certificates: zero slots 9, 14 and 15. */
int provision_clear(struct atecc *chip);

/*
 * The serial that a certificate request carries while the chip has none of its
 * own: the staged one (also from before provision_begin(), on that chip), else
 * the chip's in Base32.
 */
void provision_serial(const struct provision *request,
		      const uint8_t chip_serial[static 9],
		      uint8_t serial[static 48], size_t *len);

/*
 * Text for a reader, appended: what is staged (never keys) and what is
 * missing. How far the chip is, the caller adds.
 */
int provision_show(const struct provision *request, struct bytes *text);

#endif
