/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The module's one lock, which guards slots, sessions and objects. It is never
 * held across I/O of a mount: what a request needs is copied out first, so that
 * clients wait for the chip and not for each other.
 */
#ifndef NK_PKCS11_MODULE_H
#define NK_PKCS11_MODULE_H

#include <stdbool.h>
#include <stddef.h>

#include "cryptoki.h"

/*
 * CKR_OK with the lock held, or CKR_CRYPTOKI_NOT_INITIALIZED: also in a child
 * after fork(), until it calls C_Initialize itself.
 */
ck_rv_t module_enter(void);
void module_leave(void);

/*
 * For C_Initialize: CKR_OK with the lock held, or
 * CKR_CRYPTOKI_ALREADY_INITIALIZED. From now on forks are watched.
 */
ck_rv_t module_start(void);

/* With the lock held: whether module_enter() lets callers in. */
void module_set_initialized(bool yes);

/* Returns the CKR_ value that says a mount's 0 or -errno best. */
ck_rv_t rv_from_errno(int err);

/*
 * Sets all `size` bytes of a field: the text as UTF-8, cut between characters,
 * and blanks after it.
 */
void pad_text(unsigned char *field, size_t size, const char *text);

#endif
