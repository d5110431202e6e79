/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Signatures by a signer's private key, which a process of its own holds.
 *
 * Nobody can wipe what libraries copy of a key: GnuTLS of a PEM text, GMP of its
 * numbers, libc of what is freed, a PKCS #11 module of whatever it likes. A
 * program that runs on, as the daemon does, therefore gives no key, PIN or URL to
 * a library. It sends them to a process that reads them, signs, and ends; then
 * nothing is left of them in user space.
 *
 *	program --socket--> keeper, forked by signing_start()
 *	   |                   | forks for each signing_open()
 *	   +------socket--> worker: one key, ends with signing_close()
 *
 * The keeper is forked while the program has no thread, no system call filter
 * and no secret, and never sees a key itself, so its children begin clean. It
 * is forked and not executed anew because the filter forbids execve(2), and
 * because an update may have replaced the program's file meanwhile. The worker
 * parses PEM and loads PKCS #11 modules: one that crashes or hangs takes down
 * nothing else. Its memory is locked where a limit allows that.
 *
 * In a program that has not called signing_start() the key is in the program
 * itself. That is for those which end when they have signed.
 */
#ifndef NK_SIGNING_H
#define NK_SIGNING_H

#include <stdint.h>

#include "signer.h"

struct signing;

/*
 * Start the keeper, before any thread. `confine` is called in it, and may be
 * NULL: what it gives up, the workers do not have. The keeper ends with this
 * process, or with signing_stop(), and not by SIGINT, SIGTERM or SIGHUP: those
 * are this process' to obey. -errno of fork(2), with the reason.
 */
int signing_start(void (*confine)(void));
void signing_stop(void);

/*
 * Sets *signing to the key of `source`, which has proved by a signature that it
 * is the one of `public_key`; to NULL when `source` has none. The caller closes
 * it. -EINVAL with the reason: another key, no key, a URL that cannot be opened.
 * -ETIMEDOUT: no answer within 20 seconds. -EIO: the worker has died.
 */
int signing_open(const struct signer_source *source,
		 const uint8_t public_key[static 64], struct signing **signing);
/* A sign_digest whose context is a struct signing. Errors as above. */
int signing_sign(void *signing, const uint8_t digest[static 32],
		 uint8_t signature[static 64]);
void signing_close(struct signing *signing);

#endif
