/* SPDX-License-Identifier: Apache-2.0 */
#include "mechanism.h"

#include "module.h"

#define EC_FLAGS (CKF_HW | CKF_EC_F_P | CKF_EC_NAMEDCURVE | CKF_EC_UNCOMPRESS)

const ck_mechanism_type_t mechanism_types[MECHANISM_COUNT] = {
	CKM_ECDSA,
	CKM_ECDSA_SHA256,
	CKM_ECDH1_DERIVE,
};

/* By place in mechanism_types; sizes in bits. */
static const struct ck_mechanism_info infos[MECHANISM_COUNT] = {
	{ 256, 256, CKF_SIGN | EC_FLAGS },
	{ 256, 256, CKF_SIGN | EC_FLAGS },
	{ 256, 256, CKF_DERIVE | EC_FLAGS },
};

const struct ck_mechanism_info *mechanism_info(ck_mechanism_type_t type)
{
	for (size_t i = 0; i < MECHANISM_COUNT; i++)
		if (mechanism_types[i] == type)
			return &infos[i];
	return NULL;
}

ck_rv_t mechanism_check(ck_mechanism_type_t type, ck_flags_t flag)
{
	const struct ck_mechanism_info *info = mechanism_info(type);

	return info && info->flags & flag ? CKR_OK : CKR_MECHANISM_INVALID;
}
