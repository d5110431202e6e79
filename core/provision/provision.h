/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Provisioning: parse what is written to the control file, check it against the
 * chip, apply it. All checks are made before anything is written to the chip.
 * Applying can be repeated after a power cut or a bus error at any point.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "bytes.h"

struct atecc;
struct provision; /* one staged request */

/* Which certificates a request is about. */
enum provision_target { PROVISION_PRIMARY, PROVISION_AUX };

/* The verb that a piece of text ended in. */
enum provision_verb {
	PROVISION_STAGED, /* none yet: the text was staged */
	PROVISION_CHECK,
	PROVISION_COMMIT,
	PROVISION_BEGIN, /* configure the chip and make the key only */
	PROVISION_CLEAR, /* zero the auxiliary certificates */
	PROVISION_RESET, /* already done: nothing is staged any more */
};

/* Set *request, which the caller frees. -ENOMEM. */
int provision_new(enum provision_target target, struct provision **request);
/* Wipe and free the request; NULL does nothing. */
void provision_free(struct provision *request);
/* Wipe and forget all that is staged. */
void provision_reset(struct provision *request);
/* Nothing is staged. */
bool provision_is_empty(const struct provision *request);

/*
 * Wipe key material that was staged at least five minutes ago. `now_s` is
 * CLOCK_BOOTTIME in seconds. Returns the seconds after which to call it again;
 * 0: no key material is staged.
 */
unsigned int provision_expire(struct provision *request, int64_t now_s);

/*
 * Tell whether root writes the text that is fed from now on; before the first
 * call it is not root. The daemon opens files with its own rights, so only root
 * may name files: in `pin-file=`, and in URLs that refer to a file.
 */
void provision_writer(struct provision *request, bool is_root);

/*
 * Take the next piece of text, up to and including the first line that is a
 * verb. The piece may end anywhere, also inside a line or a PEM block. Sets *used
 * to the bytes taken, and *verb to what the caller is to do before it goes on
 * with the rest. -EINVAL: an unknown line or value; fail_reason() has the line,
 * but never key material. -EFBIG: more than 64 KiB, or a value longer than its
 * place. -ENOMEM: a key, and memory cannot be locked.
 *
 * After a line is refused, all that was staged since the file was opened is
 * forgotten. Further lines are refused, also commit, until "reset" or
 * provision_closed(). For a shell goes on after a failed echo, and must not
 * commit with a default in the place of the refused line.
 */
int provision_feed(struct provision *request, const char *text, size_t len,
		   size_t *used, enum provision_verb *verb);
/*
 * Tell that a write(2) has ended. If it ended in a whole verb, or in the whole
 * END line of a PEM block, its newline may be missing. Sets *verb as
 * provision_feed(), and returns its errors.
 */
int provision_written(struct provision *request, enum provision_verb *verb);
/*
 * Tell that the writer has closed the file or was killed. -EINVAL: that was
 * inside a line or a PEM block. All that was staged since the file was opened
 * is forgotten. The writer does not see this error, so everything is refused
 * until "reset".
 */
int provision_closed(struct provision *request);

/*
 * Do what a verb says. Call it between atecc_begin() and atecc_end(). All checks
 * are made before the chip is changed. `now` is the time of a new certificate.
 *
 *	check	checks, on the chip too, and changes nothing
 *	commit	checks, applies, then reads everything back. 0: the chip is
 *		complete. Ends the request in any case, but after a failure what
 *		`begin` kept stays. After a bus error, writing the same request
 *		completes the chip.
 *	begin	writes and locks the configuration and makes the device key, for
 *		a certificate that is signed elsewhere. The key is new each time,
 *		because one that was there before may be known to others. Lines
 *		stay staged for the commit on this chip, and may be written again.
 *	clear	zeros the slots of the auxiliary certificates
 *
 * -EINVAL: something is malformed, missing or for another chip; begin with
 * mode=volatile, whose key cannot sign a request before activation. -EPERM: the
 * chip is provisioned, has a foreign configuration that is locked, or has other
 * data locked than the request's. -ENODATA: a device certificate before begin,
 * or auxiliary certificates before the chip is complete. Errors of the bus.
 */
int provision_act(struct provision *request, enum provision_verb verb,
		  struct atecc *chip, time_t now);
/*
 * Tell that the verb finds no chip to act on. A commit ends as after a failure.
 * What is staged for a begin stays, and may also be written again.
 */
void provision_no_chip(struct provision *request, enum provision_verb verb);

/*
 * Set `serial` and *len to the serial of a certificate request, while the chip
 * has none in OTP: the staged one (also if provision_begin() kept it for this
 * chip), else the chip's in Base32.
 */
void provision_serial(const struct provision *request,
		      const uint8_t chip_serial[static 9],
		      uint8_t serial[static 48], size_t *len);

/*
 * Append to `text` what is staged (but no keys) and what is missing. The caller
 * adds how far the chip is. -ENOMEM.
 */
int provision_show(const struct provision *request, struct bytes *text);
