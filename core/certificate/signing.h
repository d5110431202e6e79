/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Signatures by a signer's private key, which a separate process holds.
 *
 * Libraries copy keys and do not wipe the copies: GnuTLS, GMP, libc, a PKCS #11
 * module. A long-running
 * program such as the daemon must therefore give no key, PIN or URL to a
 * library. It sends them to a process that parses them, signs and ends. The
 * kernel then discards that memory.
 *
 *	program --socket--> keeper, forked by signing_start()
 *	   |                   | forks for each signing_open()
 *	   +------socket--> worker: one key, ends with signing_close()
 *
 * The keeper is forked while the program has no thread, no system call filter
 * and no secret, and it never sees a key. Its children therefore start clean. A
 * new execve(2) is not possible: the filter forbids it, and an upgrade may have
 * replaced the program's file. Only the worker parses PEM and loads PKCS #11
 * modules, so a crash or hang there affects nothing else. Its memory is locked
 * where a limit allows that.
 *
 * Without signing_start() the key stays in the program itself. That suits
 * programs that end when they have signed.
 */
#pragma once

#include <stdint.h>

#include "signer.h"

struct signing;

/*
 * Starts the keeper. Call it before any thread starts. The keeper calls
 * `confine`, which may be NULL, and its workers inherit the limits. The keeper
 * ends with this process or with signing_stop(). It ignores SIGINT, SIGTERM and
 * SIGHUP, which are meant for this process. Returns 0, or -errno of fork(2)
 * with the reason.
 */
int signing_start(void (*confine)(void));
void signing_stop(void);

/*
 * Sets `*signing` to the key of `source`, after a signature has proved that it
 * belongs to `public_key`, or to NULL when `source` has none. The caller closes
 * it. -EINVAL with the reason: another key, no key, or a URL that cannot be
 * opened. -ETIMEDOUT: no answer within 20 seconds. -EIO: the worker died.
 */
int signing_open(const struct signer_source *source,
		 const uint8_t public_key[static 64], struct signing **signing);
/* A sign_digest whose context is a struct signing. Errors as above. */
int signing_sign(void *signing, const uint8_t digest[static 32],
		 uint8_t signature[static 64]);
void signing_close(struct signing *signing);
