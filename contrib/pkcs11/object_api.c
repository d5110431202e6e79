/* SPDX-License-Identifier: Apache-2.0 */
/* Object management of PKCS #11: search and read. Nothing is written. */
#include <stdlib.h>
#include <string.h>

#include "session.h"
#include "slot.h"

/* Returns CKR_OK, takes the lock, and sets both. */
static ck_rv_t object_enter(ck_session_handle_t handle, struct session **s,
			    ck_object_handle_t object_handle,
			    const struct object **object)
{
	ck_rv_t rv = session_enter(handle, s);

	if (rv != CKR_OK)
		return rv;
	*object = session_object(*s, object_handle);
	return *object ? CKR_OK : CKR_OBJECT_HANDLE_INVALID;
}

ck_rv_t C_GetAttributeValue(ck_session_handle_t session,
			    ck_object_handle_t object,
			    struct ck_attribute *templ, unsigned long count)
{
	SESSION_LOCAL(s);
	const struct object *found;
	ck_rv_t rv = object_enter(session, &s, object, &found);

	if (rv != CKR_OK)
		return rv;
	return !templ && count ? CKR_ARGUMENTS_BAD
			       : object_tell(found, templ, count);
}

ck_rv_t C_GetObjectSize(ck_session_handle_t session, ck_object_handle_t object,
			unsigned long *size)
{
	SESSION_LOCAL(s);
	const struct object *found;
	ck_rv_t rv = object_enter(session, &s, object, &found);

	if (rv != CKR_OK)
		return rv;
	if (!size)
		return CKR_ARGUMENTS_BAD;
	*size = object_size(found);
	return CKR_OK;
}

/* Appends the matching objects of a list. */
static int add_results(struct search *search, const struct object *list,
		       const struct ck_attribute *templ, unsigned long count)
{
	ck_object_handle_t *handles;

	for (; list; list = list->next) {
		if (!object_matches(list, templ, count))
			continue;
		handles = reallocarray(search->handles, search->count + 1,
				       sizeof(*handles));
		if (!handles)
			return -1;
		handles[search->count++] = list->handle;
		search->handles = handles;
	}
	return 0;
}

static ck_rv_t search(struct session *session, const struct ck_attribute *templ,
		      unsigned long count)
{
	struct search *result = &session->search;
	const struct session *s = NULL;
	int err;

	err = add_results(result, session->slot->token->objects, templ, count);
	while (!err && (s = session_next(session->slot, s)))
		err = add_results(result, s->keys, templ, count);
	if (err) {
		search_end(result);
		return CKR_HOST_MEMORY;
	}
	result->active = true;
	return CKR_OK;
}

/* Reads the mount again: the chip may have been provisioned since. */
static ck_rv_t reread(ck_session_handle_t session)
{
	SESSION_LOCAL(s);
	ck_rv_t rv = session_enter(session, &s);
	ck_slot_id_t id;

	if (rv != CKR_OK)
		return rv;
	id = s->slot->id;
	session_leave(&s);
	rv = slot_look(id, SLOT_READ);
	return rv == CKR_TOKEN_NOT_PRESENT ? CKR_DEVICE_REMOVED : rv;
}

ck_rv_t C_FindObjectsInit(ck_session_handle_t session,
			  struct ck_attribute *templ, unsigned long count)
{
	SESSION_LOCAL(s);
	ck_rv_t rv = reread(session);

	if (rv == CKR_OK)
		rv = session_enter(session, &s);
	if (rv != CKR_OK)
		return rv;
	if (s->search.active)
		return CKR_OPERATION_ACTIVE;
	if (!templ && count)
		return CKR_ARGUMENTS_BAD;
	return search(s, templ, count);
}

ck_rv_t C_FindObjects(ck_session_handle_t session, ck_object_handle_t *object,
		      unsigned long max_object_count,
		      unsigned long *object_count)
{
	SESSION_LOCAL(s);
	ck_rv_t rv = session_enter(session, &s);
	struct search *result;
	unsigned long n = 0;

	if (rv != CKR_OK)
		return rv;
	result = &s->search;
	if (!result->active)
		return CKR_OPERATION_NOT_INITIALIZED;
	if (!object_count || (!object && max_object_count))
		return CKR_ARGUMENTS_BAD;
	while (n < max_object_count && result->next < result->count)
		object[n++] = result->handles[result->next++];
	*object_count = n;
	return CKR_OK;
}

ck_rv_t C_FindObjectsFinal(ck_session_handle_t session)
{
	SESSION_LOCAL(s);
	ck_rv_t rv = session_enter(session, &s);

	if (rv != CKR_OK)
		return rv;
	if (!s->search.active)
		return CKR_OPERATION_NOT_INITIALIZED;
	search_end(&s->search);
	return CKR_OK;
}

/* Drops a derived key. Objects of the chip cannot be destroyed. */
ck_rv_t C_DestroyObject(ck_session_handle_t session, ck_object_handle_t object)
{
	SESSION_LOCAL(s);
	const struct object *found;
	struct session *owner = NULL;
	ck_rv_t rv = object_enter(session, &s, object, &found);

	if (rv != CKR_OK)
		return rv;
	while ((owner = session_next(s->slot, owner)))
		if (objects_remove(&owner->keys, object))
			return CKR_OK;
	return CKR_ACTION_PROHIBITED;
}

ck_rv_t C_SetAttributeValue(ck_session_handle_t session,
			    ck_object_handle_t object,
			    struct ck_attribute *templ, unsigned long count)
{
	SESSION_LOCAL(s);
	const struct object *found;
	ck_rv_t rv = object_enter(session, &s, object, &found);

	return rv == CKR_OK ? CKR_ACTION_PROHIBITED : rv;
}

ck_rv_t C_CopyObject(ck_session_handle_t session, ck_object_handle_t object,
		     struct ck_attribute *templ, unsigned long count,
		     ck_object_handle_t *new_object)
{
	return C_SetAttributeValue(session, object, templ, count);
}
