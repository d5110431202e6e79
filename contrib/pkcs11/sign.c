/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "mechanism.h"
#include "module.h"
#include "session.h"
#include "slot.h"

#define DIGEST_SIZE    32
#define SIGNATURE_SIZE 64

static ck_rv_t sign_init(struct session *session, const struct slot *slot,
			 const struct ck_mechanism *mechanism,
			 ck_object_handle_t key)
{
	struct signing *signing = &session->signing;
	ck_rv_t rv;

	if (signing->mechanism)
		return CKR_OPERATION_ACTIVE;
	if (!mechanism)
		return CKR_ARGUMENTS_BAD;
	rv = mechanism_check(mechanism->mechanism, CKF_SIGN);
	if (rv != CKR_OK)
		return rv;
	if (mechanism->parameter_len)
		return CKR_MECHANISM_PARAM_INVALID;
	if (!session_object(session, slot, key))
		return CKR_KEY_HANDLE_INVALID;
	if (key != slot->token->objects[TOKEN_PRIVATE_KEY].handle)
		return CKR_KEY_TYPE_INCONSISTENT;
	memset(signing, 0, sizeof(*signing));
	signing->mechanism = mechanism->mechanism;
	sha256_init(&signing->sha256);
	return CKR_OK;
}

ck_rv_t C_SignInit(ck_session_handle_t session, struct ck_mechanism *mechanism,
		   ck_object_handle_t key)
{
	struct session *s;
	struct slot *slot;
	ck_rv_t rv;

	rv = session_enter(session, &s, &slot);
	if (rv != CKR_OK)
		return rv;
	rv = sign_init(s, slot, mechanism, key);
	module_leave();
	return rv;
}

static ck_rv_t update(struct signing *signing, const unsigned char *part,
		      unsigned long len)
{
	if (!part && len)
		return CKR_ARGUMENTS_BAD;
	if (signing->mechanism == CKM_ECDSA_SHA256) {
		sha256_update(&signing->sha256, len, part);
		return CKR_OK;
	}
	if (len > sizeof(signing->raw) - signing->raw_len)
		return CKR_DATA_LEN_RANGE;
	if (len)
		memcpy(signing->raw + signing->raw_len, part, len);
	signing->raw_len += len;
	return CKR_OK;
}

/*
 * The 256 bits that ECDSA signs. Of a longer digest they are the leftmost ones;
 * a shorter one is a smaller number (FIPS 186-4, 6.4).
 */
static ck_rv_t finish(struct signing *signing, uint8_t digest[DIGEST_SIZE])
{
	size_t len = signing->raw_len;

	if (signing->mechanism == CKM_ECDSA_SHA256) {
		sha256_digest(&signing->sha256, DIGEST_SIZE, digest);
		return CKR_OK;
	}
	if (!len)
		return CKR_DATA_LEN_RANGE;
	if (len > DIGEST_SIZE)
		len = DIGEST_SIZE;
	memset(digest, 0, DIGEST_SIZE);
	memcpy(digest + DIGEST_SIZE - len, signing->raw, len);
	return CKR_OK;
}

/* Too little room, or a question of how much is needed, ends no operation. */
static ck_rv_t check_room(struct signing *signing,
			  const unsigned char *signature, unsigned long *len)
{
	unsigned long room;

	if (!signing->mechanism)
		return CKR_OPERATION_NOT_INITIALIZED;
	if (!len) {
		memset(signing, 0, sizeof(*signing));
		return CKR_ARGUMENTS_BAD;
	}
	room = *len;
	*len = SIGNATURE_SIZE;
	return signature && room < SIGNATURE_SIZE ? CKR_BUFFER_TOO_SMALL
						  : CKR_OK;
}

/*
 * Ends the operation in any case, then lets the chip sign without the lock. The
 * session may be gone by the time the signature is there, which is no harm.
 */
static ck_rv_t complete(struct session *session, const unsigned char *data,
			unsigned long data_len, unsigned char *signature)
{
	struct signing signing = session->signing;
	ck_slot_id_t id = session->slot_id;
	uint8_t digest[DIGEST_SIZE], made[SIGNATURE_SIZE];
	ck_rv_t rv;

	memset(&session->signing, 0, sizeof(session->signing));
	module_leave();
	rv = update(&signing, data, data_len);
	if (rv == CKR_OK)
		rv = finish(&signing, digest);
	if (rv == CKR_OK)
		rv = slot_ask(id, "sign", digest, sizeof(digest), made,
			      sizeof(made));
	if (rv == CKR_OK)
		memcpy(signature, made, sizeof(made));
	return rv;
}

ck_rv_t C_Sign(ck_session_handle_t session, unsigned char *data,
	       unsigned long data_len, unsigned char *signature,
	       unsigned long *signature_len)
{
	struct session *s;
	ck_rv_t rv;

	rv = session_enter(session, &s, NULL);
	if (rv != CKR_OK)
		return rv;
	rv = check_room(&s->signing, signature, signature_len);
	if (rv == CKR_OK && s->signing.updated)
		rv = CKR_OPERATION_ACTIVE;
	if (rv == CKR_OK && signature)
		return complete(s, data, data_len, signature);
	module_leave();
	return rv;
}

ck_rv_t C_SignUpdate(ck_session_handle_t session, unsigned char *part,
		     unsigned long part_len)
{
	struct session *s;
	ck_rv_t rv;

	rv = session_enter(session, &s, NULL);
	if (rv != CKR_OK)
		return rv;
	if (!s->signing.mechanism) {
		rv = CKR_OPERATION_NOT_INITIALIZED;
	} else {
		s->signing.updated = true;
		rv = update(&s->signing, part, part_len);
		if (rv != CKR_OK)
			memset(&s->signing, 0, sizeof(s->signing));
	}
	module_leave();
	return rv;
}

ck_rv_t C_SignFinal(ck_session_handle_t session, unsigned char *signature,
		    unsigned long *signature_len)
{
	struct session *s;
	ck_rv_t rv;

	rv = session_enter(session, &s, NULL);
	if (rv != CKR_OK)
		return rv;
	rv = check_room(&s->signing, signature, signature_len);
	if (rv == CKR_OK && signature)
		return complete(s, NULL, 0, signature);
	module_leave();
	return rv;
}
