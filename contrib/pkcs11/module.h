/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The module's only lock. It guards slots, sessions and objects. It is never
 * held during I/O on a mount: requests copy what they need first, so clients
 * wait for the chip, not for each other.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "cryptoki.h"

/*
 * Returns CKR_OK and takes the lock, or CKR_CRYPTOKI_NOT_INITIALIZED. A child
 * after fork() gets the latter until it calls C_Initialize.
 */
ck_rv_t module_enter(void);
void module_leave(void);

/*
 * For C_Initialize. Returns CKR_OK and takes the lock, or
 * CKR_CRYPTOKI_ALREADY_INITIALIZED.
 */
ck_rv_t module_start(void);

/* Sets whether module_enter() succeeds. Call it with the lock held. */
void module_set_initialized(bool yes);

/* Converts a mount's 0 or -errno to a CKR_ value. */
ck_rv_t rv_from_errno(int err);

/*
 * Sets all `size` bytes of a field to the text in UTF-8, cut at a character
 * boundary and padded with blanks.
 */
void pad_text(unsigned char *field, size_t size, const char *text);
