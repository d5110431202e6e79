/* SPDX-License-Identifier: Apache-2.0 */
/* What the chip does, in PKCS #11's terms: one table. */
#ifndef NK_PKCS11_MECHANISM_H
#define NK_PKCS11_MECHANISM_H

#include "cryptoki.h"

#define MECHANISM_COUNT 3

extern const ck_mechanism_type_t mechanism_types[MECHANISM_COUNT];

/* NULL when there is no such mechanism. */
const struct ck_mechanism_info *mechanism_info(ck_mechanism_type_t type);

/*
 * CKR_OK when the mechanism exists and is one of those that do `flag`
 * (CKF_SIGN, CKF_DERIVE), else CKR_MECHANISM_INVALID.
 */
ck_rv_t mechanism_check(ck_mechanism_type_t type, ck_flags_t flag);

#endif
