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
_Static_assert(SESSIONS_MAX == 1 << PLACE_BITS, "places fit their bits");

static struct session *sessions[SESSIONS_MAX];
static ck_session_handle_t opened;

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
	return handle & (SESSIONS_MAX - 1);
}

static bool is_stale(const struct session *session)
{
	return session->chip != session->slot->chip;
}

static bool has_sessions(const struct slot *slot)
{
	for (size_t i = 0; i < SESSIONS_MAX; i++)
		if (sessions[i] && sessions[i]->slot == slot &&
		    !is_stale(sessions[i]))
			return true;
	return false;
}

static void close_session(struct session *session)
{
	struct slot *slot = session->slot;

	sessions[place_of(session->handle)] = NULL;
	search_end(&session->search);
	objects_free(session->keys);
	explicit_bzero(session, sizeof(*session));
	free(session);
	if (slot->login && !has_sessions(slot))
		slot->login = 0;
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

struct session *session_next(const struct slot *slot,
			     const struct session *after)
{
	size_t first = after ? place_of(after->handle) + 1 : 0;
	struct session *session;

	for (size_t i = first; i < SESSIONS_MAX; i++) {
		session = session_at(i);
		if (session && session->slot == slot)
			return session;
	}
	return NULL;
}

void session_leave(struct session **session)
{
	if (*session)
		module_leave();
	*session = NULL;
}

static ck_rv_t enter(ck_session_handle_t handle, struct session **session)
{
	ck_rv_t rv = module_enter();

	if (rv != CKR_OK)
		return rv;
	*session = session_at(place_of(handle));
	if (*session && (*session)->handle == handle)
		return CKR_OK;
	*session = NULL;
	module_leave();
	return CKR_SESSION_HANDLE_INVALID;
}

ck_rv_t session_enter(ck_session_handle_t handle, struct session **session)
{
	ck_rv_t rv = enter(handle, session);
	ck_slot_id_t id;

	if (rv != CKR_OK || (*session)->slot->present)
		return rv;
	id = (*session)->slot->id;
	session_leave(session);
	rv = slot_look(id, SLOT_ASK);
	if (rv != CKR_OK)
		return rv == CKR_TOKEN_NOT_PRESENT ? CKR_DEVICE_REMOVED : rv;
	return enter(handle, session);
}

ck_rv_t session_refuse(ck_session_handle_t handle, ck_rv_t rv)
{
	SESSION_LOCAL(session);
	ck_rv_t found = enter(handle, &session);

	return found == CKR_OK ? rv : found;
}

const struct object *session_object(const struct session *session,
				    ck_object_handle_t handle)
{
	const struct token *token = session->slot->token;
	const struct object *object = NULL;
	const struct session *s = NULL;

	if (token)
		object = objects_find(token->objects, handle);
	while (!object && (s = session_next(session->slot, s)))
		object = objects_find(s->keys, handle);
	return object;
}

ck_rv_t session_private_key(const struct session *session,
			    ck_object_handle_t handle,
			    const struct object **key)
{
	const struct object *object = session_object(session, handle);

	if (!object)
		return CKR_KEY_HANDLE_INVALID;
	if (!object->is_private_key)
		return CKR_KEY_TYPE_INCONSISTENT;
	*key = object;
	return CKR_OK;
}

static ck_rv_t add_session(struct slot *slot, ck_flags_t flags,
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
	session->slot = slot;
	session->chip = slot->chip;
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
	SLOT_LOCAL(slot);
	ck_rv_t rv = slot_look(slot_id, SLOT_READ);

	if (rv != CKR_OK)
		return rv;
	if (!session)
		return CKR_ARGUMENTS_BAD;
	if (!(flags & CKF_SERIAL_SESSION))
		return CKR_SESSION_PARALLEL_NOT_SUPPORTED;
	rv = slot_enter(slot_id, &slot);
	return rv == CKR_OK ? add_session(slot, flags, session) : rv;
}

ck_rv_t C_CloseSession(ck_session_handle_t session)
{
	SESSION_LOCAL(s);
	ck_rv_t rv = enter(session, &s);

	if (rv == CKR_OK)
		close_session(s);
	return rv;
}

ck_rv_t C_CloseAllSessions(ck_slot_id_t slot_id)
{
	SLOT_LOCAL(slot);
	struct session *s;
	ck_rv_t rv = slot_enter(slot_id, &slot);

	if (rv != CKR_OK)
		return rv;
	while ((s = session_next(slot, NULL)))
		close_session(s);
	return CKR_OK;
}

static bool is_logged_in(const struct session *session)
{
	return session->slot->login == session->chip;
}

static ck_state_t state_of(const struct session *session)
{
	bool user = is_logged_in(session);

	if (session->flags & CKF_RW_SESSION)
		return user ? CKS_RW_USER_FUNCTIONS : CKS_RW_PUBLIC_SESSION;
	return user ? CKS_RO_USER_FUNCTIONS : CKS_RO_PUBLIC_SESSION;
}

ck_rv_t C_GetSessionInfo(ck_session_handle_t session,
			 struct ck_session_info *info)
{
	SESSION_LOCAL(s);
	ck_rv_t rv = session_enter(session, &s);

	if (rv != CKR_OK)
		return rv;
	if (!info)
		return CKR_ARGUMENTS_BAD;
	info->slot_id = s->slot->id;
	info->flags = s->flags;
	info->device_error = 0;
	info->state = state_of(s);
	return CKR_OK;
}

ck_rv_t C_SessionCancel(ck_session_handle_t session, ck_flags_t flags)
{
	SESSION_LOCAL(s);
	ck_rv_t rv = session_enter(session, &s);

	if (rv != CKR_OK)
		return rv;
	if (flags & CKF_SIGN)
		memset(&s->signing, 0, sizeof(s->signing));
	if (flags & CKF_FIND_OBJECTS)
		search_end(&s->search);
	return CKR_OK;
}

/*
 * A login changes only what C_GetSessionInfo reports. The mount's permissions
 * decide who may use the key, and there is no PIN to compare. Many programs log
 * in even when the token does not ask for it, so any PIN is accepted.
 */
ck_rv_t C_Login(ck_session_handle_t session, ck_user_type_t user_type,
		unsigned char *pin, unsigned long pin_len)
{
	SESSION_LOCAL(s);
	ck_rv_t rv = session_enter(session, &s);

	if (rv != CKR_OK)
		return rv;
	switch (user_type) {
	case CKU_USER:
		if (is_logged_in(s))
			return CKR_USER_ALREADY_LOGGED_IN;
		s->slot->login = s->chip;
		return CKR_OK;
	case CKU_SO:
		return is_logged_in(s) ? CKR_USER_ANOTHER_ALREADY_LOGGED_IN
				       : CKR_PIN_INCORRECT;
	case CKU_CONTEXT_SPECIFIC: /* no key is CKA_ALWAYS_AUTHENTICATE */
		return CKR_OPERATION_NOT_INITIALIZED;
	default:
		return CKR_USER_TYPE_INVALID;
	}
}

ck_rv_t C_LoginUser(ck_session_handle_t session, ck_user_type_t user_type,
		    unsigned char *pin, unsigned long pin_len,
		    unsigned char *name, unsigned long name_len)
{
	return C_Login(session, user_type, pin, pin_len);
}

ck_rv_t C_Logout(ck_session_handle_t session)
{
	SESSION_LOCAL(s);
	ck_rv_t rv = session_enter(session, &s);

	if (rv != CKR_OK)
		return rv;
	if (!is_logged_in(s))
		return CKR_USER_NOT_LOGGED_IN;
	s->slot->login = 0;
	return CKR_OK;
}
