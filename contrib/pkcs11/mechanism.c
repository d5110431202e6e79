/* SPDX-License-Identifier: Apache-2.0 */
#include "mechanism.h"

const ck_mechanism_type_t mechanism_types[MECHANISM_COUNT] = {
	CKM_ECDSA,	  CKM_ECDSA_SHA1,
	CKM_ECDSA_SHA224, CKM_ECDSA_SHA256,
	CKM_ECDSA_SHA384, CKM_ECDSA_SHA512,
	CKM_ECDH1_DERIVE, CKM_ECDH1_COFACTOR_DERIVE,
};

/* In the order of mechanism_types. The cofactor of P-256 is 1. */
static const struct mechanism mechanisms[MECHANISM_COUNT] = {
	{ CKF_SIGN, NULL },	      { CKF_SIGN, &nettle_sha1 },
	{ CKF_SIGN, &nettle_sha224 }, { CKF_SIGN, &nettle_sha256 },
	{ CKF_SIGN, &nettle_sha384 }, { CKF_SIGN, &nettle_sha512 },
	{ CKF_DERIVE, NULL },	      { CKF_DERIVE, NULL },
};

const struct mechanism *mechanism_find(ck_mechanism_type_t type,
				       ck_flags_t does)
{
	for (size_t i = 0; i < MECHANISM_COUNT; i++)
		if (mechanism_types[i] == type && mechanisms[i].does & does)
			return &mechanisms[i];
	return NULL;
}
