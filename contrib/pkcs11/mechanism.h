/* SPDX-License-Identifier: Apache-2.0 */
/* What the chip does, in PKCS #11's terms: one table. */
#ifndef NK_PKCS11_MECHANISM_H
#define NK_PKCS11_MECHANISM_H

#include <nettle/nettle-meta.h>

#include "cryptoki.h"

#define MECHANISM_COUNT 8

extern const ck_mechanism_type_t mechanism_types[MECHANISM_COUNT];

struct mechanism {
	ck_flags_t does; /* CKF_SIGN or CKF_DERIVE */
	/* Of what is signed, computed here; NULL: the caller has done so. */
	const struct nettle_hash *hash;
};

/* NULL when there is no such mechanism, or it does not do `does`. */
const struct mechanism *mechanism_find(ck_mechanism_type_t type,
				       ck_flags_t does);

/* CKR_OK with `info` set, or CKR_MECHANISM_INVALID. */
ck_rv_t mechanism_info(ck_mechanism_type_t type,
		       struct ck_mechanism_info *info);

#endif
