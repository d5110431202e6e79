/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The module's one lock, which guards slots, sessions and objects. It is never
 * held across I/O of a mount: what a request needs is copied out first, so that
 * clients wait for the chip and not for each other.
 */
#ifndef NK_PKCS11_MODULE_H
#define NK_PKCS11_MODULE_H

#include <stddef.h>

#include "cryptoki.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

/*
 * CKR_OK with the lock held, or CKR_CRYPTOKI_NOT_INITIALIZED: also in a child
 * after fork(), until it calls C_Initialize itself.
 */
ck_rv_t module_enter(void);
void module_leave(void);

/* Every -errno of the files as the return value that says it best. */
ck_rv_t rv_from_errno(int err);

/* Text into a blank-padded field, as UTF-8 that is cut between characters. */
void pad_text(unsigned char *field, size_t size, const char *text);

#endif
