/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sessions, each with its search, its signature in progress and the keys that
 * were derived in it.
 */
#ifndef NK_PKCS11_SESSION_H
#define NK_PKCS11_SESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <nettle/sha2.h>

#include "cryptoki.h"
#include "object.h"
#include "slot.h"

#define SESSIONS_MAX 4096

/* The longest digest there is, SHA-512's. */
#define RAW_DIGEST_MAX 64

struct search {
	bool active;
	ck_object_handle_t *handles;
	size_t count, next;
};

/* A signature in progress; `mechanism` is 0 when there is none. */
struct signing {
	ck_mechanism_type_t mechanism;
	bool updated; /* has been given a part */
	struct sha256_ctx sha256;
	uint8_t raw[RAW_DIGEST_MAX];
	size_t raw_len;
};

/* A derived key. */
struct secret_key {
	struct object object;
	struct secret_key *next;
};

struct session {
	ck_session_handle_t handle;
	ck_slot_id_t slot_id;
	ck_flags_t flags;
	struct search search;
	struct signing signing;
	struct secret_key *keys;
};

/*
 * CKR_OK with the lock held and `session` and `slot` (may be NULL) set. When
 * the slot's token has gone, it is looked for first: CKR_DEVICE_REMOVED when it
 * is not back.
 */
ck_rv_t session_enter(ck_session_handle_t handle, struct session **session,
		      struct slot **slot);

/* A function that this module does not have: `rv`, when the session exists. */
ck_rv_t session_refuse(ck_session_handle_t handle, ck_rv_t rv);

/* With the lock held. */
void sessions_close_slot(ck_slot_id_t id);
void sessions_close_all(void);

/* The next session of a slot after `after` (NULL: the first), or NULL. */
struct session *session_next(ck_slot_id_t id, const struct session *after);

/* With the lock held. */
void search_end(struct search *search);

/* Token and session objects by handle; NULL when there is none. */
const struct object *session_object(const struct session *session,
				    const struct slot *slot,
				    ck_object_handle_t handle);

#endif
