/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sessions, each with its search, its signature in progress and its derived
 * keys.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cryptoki.h"
#include "mechanism.h"
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
	union hash_context context;
	uint8_t digest[SIGNING_DIGEST_MAX];
	size_t digest_len;
};

struct session {
	ck_session_handle_t handle;
	struct slot *slot;
	unsigned long chip; /* the slot's `chip` at C_OpenSession */
	ck_flags_t flags;
	struct search search;
	struct signing signing;
	struct object *keys; /* derived */
};

/* Drops the lock if the pointer is set, and clears it. */
void session_leave(struct session **session);

/* A pointer for session_enter(), whose lock is dropped where the block ends. */
#define SESSION_LOCAL(name) \
	struct session *name __attribute__((cleanup(session_leave))) = NULL

/*
 * Returns CKR_OK, takes the lock and sets `session`. Looks again for a token
 * that was gone; CKR_DEVICE_REMOVED: it still is.
 */
ck_rv_t session_enter(ck_session_handle_t handle, struct session **session);

/* For unsupported functions: returns `rv` when the session exists. */
ck_rv_t session_refuse(ck_session_handle_t handle, ck_rv_t rv);

/* With the lock held. */
void sessions_close_all(void);

/* Returns the slot's next session after `after` (NULL: the first), or NULL. */
struct session *session_next(const struct slot *slot,
			     const struct session *after);

/* With the lock held. */
void search_end(struct search *search);

/* Finds a token or session object by handle, or returns NULL. */
const struct object *session_object(const struct session *session,
				    ck_object_handle_t handle);

/*
 * Sets `key` when the handle is a private key's; else returns
 * CKR_KEY_HANDLE_INVALID or CKR_KEY_TYPE_INCONSISTENT. Call it with the lock
 * held.
 */
ck_rv_t session_private_key(const struct session *session,
			    ck_object_handle_t handle,
			    const struct object **key);
