/* SPDX-License-Identifier: Apache-2.0 */
#include "session.h"
#include "slot.h"

ck_rv_t C_GenerateRandom(ck_session_handle_t session,
			 unsigned char *random_data, unsigned long random_len)
{
	SESSION_LOCAL(s);
	ck_rv_t rv = session_enter(session, &s);
	ck_slot_id_t id;

	if (rv != CKR_OK)
		return rv;
	id = s->slot->id;
	session_leave(&s);
	if (!random_data && random_len)
		return CKR_ARGUMENTS_BAD;
	rv = random_len ? slot_random(id, random_data, random_len) : CKR_OK;
	/* A caller that may not open `random` has no generator. */
	return rv == CKR_KEY_FUNCTION_NOT_PERMITTED ? CKR_RANDOM_NO_RNG : rv;
}

ck_rv_t C_SeedRandom(ck_session_handle_t session, unsigned char *seed,
		     unsigned long seed_len)
{
	return session_refuse(session, !seed && seed_len
					       ? CKR_ARGUMENTS_BAD
					       : CKR_RANDOM_SEED_NOT_SUPPORTED);
}
