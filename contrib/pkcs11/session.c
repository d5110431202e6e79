/* SPDX-License-Identifier: Apache-2.0 */
#include "session.h"

#include <stdlib.h>
#include <string.h>

#include "module.h"

/*
 * A handle is a table index, with a counter above it, so handles are never
 * reused.
 */
#define PLACE_BITS 12
_Static_assert(SESSIONS_MAX <= 1 << PLACE_BITS, "places fit their bits");

static struct session *sessions[SESSIONS_MAX];
static ck_session_handle_t opened;

/* For each slot, the `chip` that the user is logged in to; 0: none. */
static unsigned long logins[SLOTS_MAX];

static ck_session_handle_t new_handle(size_t place)
{
	ck_session_handle_t handle;

	do
		handle = ++opened << PLACE_BITS | place;
	while (handle >> PLACE_BITS == 0);
	return handle;
}

static size_t place_of(ck_session_handle_t handle)
{
	return handle & ((1UL << PLACE_BITS) - 1);
}

static bool is_stale(const struct session *session)
{
	return session->chip != slot_of(session->slot_id)->chip;
}

static bool has_sessions(ck_slot_id_t id)
{
	for (size_t i = 0; i < SESSIONS_MAX; i++)
		if (sessions[i] && sessions[i]->slot_id == id &&
		    !is_stale(sessions[i]))
			return true;
	return false;
}

void secret_key_free(struct secret_key *key)
{
	object_clear(&key->object);
	free(key);
}

static void close_session(struct session *session)
{
	ck_slot_id_t id = session->slot_id;
	struct secret_key *key;

	sessions[place_of(session->handle)] = NULL;
	search_end(&session->search);
	while (session->keys) {
		key = session->keys;
		session->keys = key->next;
		secret_key_free(key);
	}
	explicit_bzero(session, sizeof(*session));
	free(session);
	if (logins[id] && !has_sessions(id))
		logins[id] = 0;
}

/*
 * Returns the session at an index. Closes it first when its chip was replaced.
 */
static struct session *session_at(size_t place)
{
	struct session *session = sessions[place];

	if (!session || !is_stale(session))
		return session;
	close_session(session);
	return NULL;
}

static struct session *find(ck_session_handle_t handle)
{
	size_t place = place_of(handle);
	struct session *session;

	session = place < SESSIONS_MAX ? session_at(place) : NULL;
	return session && session->handle == handle ? session : NULL;
}

void search_end(struct search *search)
{
	free(search->handles);
	memset(search, 0, sizeof(*search));
}

void sessions_close_all(void)
{
	for (size_t i = 0; i < SESSIONS_MAX; i++)
		if (sessions[i])
			close_session(sessions[i]);
}

struct session *session_next(ck_slot_id_t id, const struct session *after)
{
	size_t first = after ? place_of(after->handle) + 1 : 0;

	struct session *session;

	for (size_t i = first; i < SESSIONS_MAX; i++) {
		session = session_at(i);
		if (session && session->slot_id == id)
			return session;
	}
	return NULL;
}

bool session_logged_in(const struct session *session)
{
	return logins[session->slot_id] == session->chip;
}

void session_set_login(const struct session *session, bool on)
{
	logins[session->slot_id] = on ? session->chip : 0;
}

static ck_rv_t enter(ck_session_handle_t handle, struct session **session,
		     struct slot **slot)
{
	struct session *found;
	ck_rv_t rv;

	rv = module_enter();
	if (rv != CKR_OK)
		return rv;
	found = find(handle);
	if (!found) {
		module_leave();
		return CKR_SESSION_HANDLE_INVALID;
	}
	*session = found;
	*slot = slot_of(found->slot_id);
	return CKR_OK;
}

ck_rv_t session_enter(ck_session_handle_t handle, struct session **session,
		      struct slot **slot)
{
	struct slot *place;
	ck_slot_id_t id;
	ck_rv_t rv;

	if (!slot)
		slot = &place;
	rv = enter(handle, session, slot);
	if (rv != CKR_OK || (*slot)->present)
		return rv;
	id = (*session)->slot_id;
	module_leave();
	rv = slot_refresh(id);
	if (rv != CKR_OK)
		return rv == CKR_TOKEN_NOT_PRESENT ? CKR_DEVICE_REMOVED : rv;
	return enter(handle, session, slot);
}

ck_rv_t session_refuse(ck_session_handle_t handle, ck_rv_t rv)
{
	struct session *session;
	struct slot *slot;
	ck_rv_t found = enter(handle, &session, &slot);

	if (found != CKR_OK)
		return found;
	module_leave();
	return rv;
}

const struct object *session_object(const struct session *session,
				    const struct slot *slot,
				    ck_object_handle_t handle)
{
	const struct object *object = NULL;
	const struct session *s = NULL;

	if (slot->token)
		object = token_object(slot->token, handle);
	while (!object && (s = session_next(session->slot_id, s)))
		for (const struct secret_key *k = s->keys; k; k = k->next)
			if (k->object.handle == handle)
				object = &k->object;
	return object;
}

ck_rv_t session_private_key(const struct session *session,
			    const struct slot *slot, ck_object_handle_t handle,
			    const struct object **key)
{
	const struct object *object = session_object(session, slot, handle);

	if (!object)
		return CKR_KEY_HANDLE_INVALID;
	if (!object->is_private_key)
		return CKR_KEY_TYPE_INCONSISTENT;
	*key = object;
	return CKR_OK;
}

static ck_rv_t add_session(ck_slot_id_t id, ck_flags_t flags,
			   ck_session_handle_t *handle)
{
	struct session *session;
	size_t place = SESSIONS_MAX;

	/* Visits all sessions, so that those of replaced chips are closed. */
	for (size_t i = SESSIONS_MAX; i-- > 0;)
		if (!session_at(i))
			place = i;
	if (place == SESSIONS_MAX)
		return CKR_SESSION_COUNT;
	session = calloc(1, sizeof(*session));
	if (!session)
		return CKR_HOST_MEMORY;
	session->handle = new_handle(place);
	session->slot_id = id;
	session->chip = slot_of(id)->chip;
	session->flags = flags;
	sessions[place] = session;
	*handle = session->handle;
	return CKR_OK;
}

/*
 * Accepts read-write sessions, although nothing can be written: ssh opens only
 * those.
 */
ck_rv_t C_OpenSession(ck_slot_id_t slot_id, ck_flags_t flags, void *application,
		      ck_notify_t notify, ck_session_handle_t *session)
{
	struct slot *slot;
	ck_rv_t rv;

	rv = slot_reread(slot_id);
	if (rv != CKR_OK)
		return rv;
	if (!session)
		return CKR_ARGUMENTS_BAD;
	if (!(flags & CKF_SERIAL_SESSION))
		return CKR_SESSION_PARALLEL_NOT_SUPPORTED;
	rv = slot_enter(slot_id, &slot);
	if (rv != CKR_OK)
		return rv;
	rv = add_session(slot_id, flags, session);
	module_leave();
	return rv;
}

ck_rv_t C_CloseSession(ck_session_handle_t session)
{
	struct session *s;
	struct slot *slot;
	ck_rv_t rv;

	rv = enter(session, &s, &slot);
	if (rv != CKR_OK)
		return rv;
	close_session(s);
	module_leave();
	return CKR_OK;
}

ck_rv_t C_CloseAllSessions(ck_slot_id_t slot_id)
{
	struct session *s;
	struct slot *slot;
	ck_rv_t rv;

	rv = slot_enter(slot_id, &slot);
	if (rv != CKR_OK)
		return rv;
	while ((s = session_next(slot_id, NULL)))
		close_session(s);
	module_leave();
	return CKR_OK;
}

static ck_state_t state_of(const struct session *session)
{
	bool user = session_logged_in(session);

	if (session->flags & CKF_RW_SESSION)
		return user ? CKS_RW_USER_FUNCTIONS : CKS_RW_PUBLIC_SESSION;
	return user ? CKS_RO_USER_FUNCTIONS : CKS_RO_PUBLIC_SESSION;
}

ck_rv_t C_GetSessionInfo(ck_session_handle_t session,
			 struct ck_session_info *info)
{
	struct session *s;
	ck_rv_t rv;

	rv = session_enter(session, &s, NULL);
	if (rv != CKR_OK)
		return rv;
	if (!info) {
		rv = CKR_ARGUMENTS_BAD;
	} else {
		info->slot_id = s->slot_id;
		info->flags = s->flags;
		info->device_error = 0;
		info->state = state_of(s);
	}
	module_leave();
	return rv;
}

ck_rv_t C_SessionCancel(ck_session_handle_t session, ck_flags_t flags)
{
	struct session *s;
	ck_rv_t rv;

	rv = session_enter(session, &s, NULL);
	if (rv != CKR_OK)
		return rv;
	if (flags & CKF_SIGN)
		memset(&s->signing, 0, sizeof(s->signing));
	if (flags & CKF_FIND_OBJECTS)
		search_end(&s->search);
	module_leave();
	return rv;
}
