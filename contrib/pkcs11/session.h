/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sessions, each with its search, its signature in progress and its derived
 * keys.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <nettle/nettle-meta.h>
#include <nettle/sha1.h>
#include <nettle/sha2.h>

#include "cryptoki.h"
#include "object.h"
#include "slot.h"

#define SESSIONS_MAX 4096

/* The length of the longest digest, SHA-512. */
#define SIGNING_DIGEST_MAX 64

struct search {
	bool active;
	ck_object_handle_t *handles;
	size_t count, next;
};

/* A signature in progress. `mechanism` is 0 when there is none. */
struct signing {
	ck_mechanism_type_t mechanism;
	char key_path[KEY_PATH_SIZE];
	bool updated;			/* got a first part */
	const struct nettle_hash *hash; /* NULL: the input is the digest */
	union {
		struct sha1_ctx sha1;
		struct sha256_ctx sha256; /* also for SHA-224 */
		struct sha512_ctx sha512; /* also for SHA-384 */
	} context;
	uint8_t digest[SIGNING_DIGEST_MAX];
	size_t digest_len;
};

/* A derived key. */
struct secret_key {
	struct object object;
	struct secret_key *next;
};

void secret_key_free(struct secret_key *key);

struct session {
	ck_session_handle_t handle;
	ck_slot_id_t slot_id;
	unsigned long chip; /* the slot's `chip` at C_OpenSession */
	ck_flags_t flags;
	struct search search;
	struct signing signing;
	struct secret_key *keys;
};

/*
 * Returns CKR_OK, takes the lock and sets `session` and `slot` (may be NULL).
 * Looks again for a token that was gone; CKR_DEVICE_REMOVED: it still is.
 */
ck_rv_t session_enter(ck_session_handle_t handle, struct session **session,
		      struct slot **slot);

/* For unsupported functions: returns `rv` when the session exists. */
ck_rv_t session_refuse(ck_session_handle_t handle, ck_rv_t rv);

/* With the lock held. */
void sessions_close_all(void);

/*
 * Whether the user is logged in to the session's token. All sessions of a token
 * share one login, which ends with the last of them. Call it with the lock
 * held.
 */
bool session_logged_in(const struct session *session);
void session_set_login(const struct session *session, bool on);

/* Returns the slot's next session after `after` (NULL: the first), or NULL. */
struct session *session_next(ck_slot_id_t id, const struct session *after);

/* With the lock held. */
void search_end(struct search *search);

/* Finds a token or session object by handle, or returns NULL. */
const struct object *session_object(const struct session *session,
				    const struct slot *slot,
				    ck_object_handle_t handle);

/*
 * Sets `key` when the handle is a private key's; else returns
 * CKR_KEY_HANDLE_INVALID or CKR_KEY_TYPE_INCONSISTENT. Call it with the lock
 * held.
 */
ck_rv_t session_private_key(const struct session *session,
			    const struct slot *slot, ck_object_handle_t handle,
			    const struct object **key);
