/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "mechanism.h"
#include "session.h"
#include "slot.h"

#define SIGNED_SIZE    32
#define SIGNATURE_SIZE 64

static void cancel(struct signing *signing)
{
	memset(signing, 0, sizeof(*signing));
}

ck_rv_t C_SignInit(ck_session_handle_t session, struct ck_mechanism *mechanism,
		   ck_object_handle_t key)
{
	SESSION_LOCAL(s);
	const struct mechanism *found;
	const struct object *object;
	ck_rv_t rv = session_enter(session, &s);

	if (rv != CKR_OK)
		return rv;
	/* v3.0: a NULL mechanism cancels the signature in progress. */
	if (s->signing.mechanism && mechanism)
		return CKR_OPERATION_ACTIVE;
	if (s->signing.mechanism) {
		cancel(&s->signing);
		return CKR_OK;
	}
	if (!mechanism)
		return CKR_ARGUMENTS_BAD;
	found = mechanism_find(mechanism->mechanism, CKF_SIGN);
	if (!found)
		return CKR_MECHANISM_INVALID;
	if (mechanism->parameter_len)
		return CKR_MECHANISM_PARAM_INVALID;
	rv = session_private_key(s, key, &object);
	if (rv != CKR_OK)
		return rv;
	s->signing = (struct signing){ .mechanism = mechanism->mechanism,
				       .hash = found->hash };
	memcpy(s->signing.key_path, object->key_path, KEY_PATH_SIZE);
	if (found->hash)
		found->hash->init(&s->signing.context);
	return CKR_OK;
}

static ck_rv_t update(struct signing *signing, const unsigned char *part,
		      unsigned long len)
{
	if (!part && len)
		return CKR_ARGUMENTS_BAD;
	if (signing->hash) {
		signing->hash->update(&signing->context, len, part);
		return CKR_OK;
	}
	if (len > sizeof(signing->digest) - signing->digest_len)
		return CKR_DATA_LEN_RANGE;
	if (len)
		memcpy(signing->digest + signing->digest_len, part, len);
	signing->digest_len += len;
	return CKR_OK;
}

/*
 * Sets the 256 bits that ECDSA signs: the leftmost bits of a longer digest, or
 * a shorter digest with leading zeros (FIPS 186-4, 6.4).
 */
static ck_rv_t finish(struct signing *signing, uint8_t bits[SIGNED_SIZE])
{
	const struct nettle_hash *hash = signing->hash;
	size_t len;

	if (hash) {
		hash->digest(&signing->context, hash->digest_size,
			     signing->digest);
		signing->digest_len = hash->digest_size;
	}
	len = signing->digest_len;
	if (!len)
		return CKR_DATA_LEN_RANGE;
	if (len > SIGNED_SIZE)
		len = SIGNED_SIZE;
	memset(bits, 0, SIGNED_SIZE);
	memcpy(bits + SIGNED_SIZE - len, signing->digest, len);
	return CKR_OK;
}

/* A short buffer or a query of the length does not end the operation. */
static ck_rv_t check_room(struct signing *signing,
			  const unsigned char *signature, unsigned long *len)
{
	unsigned long room;

	if (!signing->mechanism)
		return CKR_OPERATION_NOT_INITIALIZED;
	if (!len) {
		cancel(signing);
		return CKR_ARGUMENTS_BAD;
	}
	room = *len;
	*len = SIGNATURE_SIZE;
	return signature && room < SIGNATURE_SIZE ? CKR_BUFFER_TOO_SMALL
						  : CKR_OK;
}

/*
 * Ends the operation, then lets the chip sign without the lock. The session may
 * be closed meanwhile; that does no harm.
 */
static ck_rv_t complete(struct session **session, const unsigned char *data,
			unsigned long data_len, unsigned char *signature)
{
	struct signing signing = (*session)->signing;
	ck_slot_id_t id = (*session)->slot->id;
	uint8_t bits[SIGNED_SIZE], made[SIGNATURE_SIZE];
	char name[KEY_PATH_SIZE + 8];
	const struct question question = { name, bits, SIGNED_SIZE, made,
					   SIGNATURE_SIZE };
	ck_rv_t rv;

	snprintf(name, sizeof(name), "%ssign", signing.key_path);
	cancel(&(*session)->signing);
	session_leave(session);
	rv = update(&signing, data, data_len);
	if (rv == CKR_OK)
		rv = finish(&signing, bits);
	if (rv == CKR_OK)
		rv = slot_ask(id, &question);
	if (rv == CKR_OK)
		memcpy(signature, made, sizeof(made));
	return rv;
}

ck_rv_t C_Sign(ck_session_handle_t session, unsigned char *data,
	       unsigned long data_len, unsigned char *signature,
	       unsigned long *signature_len)
{
	SESSION_LOCAL(s);
	ck_rv_t rv = session_enter(session, &s);

	if (rv == CKR_OK)
		rv = check_room(&s->signing, signature, signature_len);
	if (rv != CKR_OK)
		return rv;
	if (s->signing.updated)
		return CKR_OPERATION_ACTIVE;
	return signature ? complete(&s, data, data_len, signature) : CKR_OK;
}

ck_rv_t C_SignUpdate(ck_session_handle_t session, unsigned char *part,
		     unsigned long part_len)
{
	SESSION_LOCAL(s);
	ck_rv_t rv = session_enter(session, &s);

	if (rv != CKR_OK)
		return rv;
	if (!s->signing.mechanism)
		return CKR_OPERATION_NOT_INITIALIZED;
	s->signing.updated = true;
	rv = update(&s->signing, part, part_len);
	if (rv != CKR_OK)
		cancel(&s->signing);
	return rv;
}

ck_rv_t C_SignFinal(ck_session_handle_t session, unsigned char *signature,
		    unsigned long *signature_len)
{
	SESSION_LOCAL(s);
	ck_rv_t rv = session_enter(session, &s);

	if (rv == CKR_OK)
		rv = check_room(&s->signing, signature, signature_len);
	if (rv != CKR_OK)
		return rv;
	return signature ? complete(&s, NULL, 0, signature) : CKR_OK;
}
