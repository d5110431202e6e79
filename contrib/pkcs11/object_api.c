/* SPDX-License-Identifier: Apache-2.0 */
/* Object management of PKCS #11: search and read. Nothing is written. */
#include <stdlib.h>
#include <string.h>

#include "module.h"
#include "session.h"
#include "slot.h"

/* Returns CKR_OK and takes the lock. */
static ck_rv_t object_enter(ck_session_handle_t session,
			    ck_object_handle_t handle,
			    const struct object **object)
{
	struct session *s;
	struct slot *slot;
	ck_rv_t rv;

	rv = session_enter(session, &s, &slot);
	if (rv != CKR_OK)
		return rv;
	*object = session_object(s, slot, handle);
	if (*object)
		return CKR_OK;
	module_leave();
	return CKR_OBJECT_HANDLE_INVALID;
}

ck_rv_t C_GetAttributeValue(ck_session_handle_t session,
			    ck_object_handle_t object,
			    struct ck_attribute *templ, unsigned long count)
{
	const struct object *found;
	ck_rv_t rv;

	rv = object_enter(session, object, &found);
	if (rv != CKR_OK)
		return rv;
	rv = !templ && count ? CKR_ARGUMENTS_BAD
			     : object_tell(found, templ, count);
	module_leave();
	return rv;
}

ck_rv_t C_GetObjectSize(ck_session_handle_t session, ck_object_handle_t object,
			unsigned long *size)
{
	const struct object *found;
	ck_rv_t rv;

	rv = object_enter(session, object, &found);
	if (rv != CKR_OK)
		return rv;
	if (!size)
		rv = CKR_ARGUMENTS_BAD;
	else
		*size = object_size(found);
	module_leave();
	return rv;
}

static int add_result(struct search *search, const struct object *object,
		      const struct ck_attribute *templ, unsigned long count)
{
	ck_object_handle_t *handles;

	if (!object_matches(object, templ, count))
		return 0;
	handles = reallocarray(search->handles, search->count + 1,
			       sizeof(*handles));
	if (!handles)
		return -1;
	handles[search->count++] = object->handle;
	search->handles = handles;
	return 0;
}

static ck_rv_t search(struct session *session, const struct token *token,
		      const struct ck_attribute *templ, unsigned long count)
{
	struct search *result = &session->search;
	const struct session *s = NULL;
	int err = 0;

	for (size_t i = 0; i < token->count && !err; i++)
		err = add_result(result, token->objects[i], templ, count);
	while (!err && (s = session_next(session->slot_id, s)))
		for (const struct secret_key *k = s->keys; k && !err;
		     k = k->next)
			err = add_result(result, &k->object, templ, count);
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
	struct session *s;
	ck_slot_id_t id;
	ck_rv_t rv;

	rv = session_enter(session, &s, NULL);
	if (rv != CKR_OK)
		return rv;
	id = s->slot_id;
	module_leave();
	rv = slot_reread(id);
	return rv == CKR_TOKEN_NOT_PRESENT ? CKR_DEVICE_REMOVED : rv;
}

ck_rv_t C_FindObjectsInit(ck_session_handle_t session,
			  struct ck_attribute *templ, unsigned long count)
{
	struct session *s;
	struct slot *slot;
	ck_rv_t rv;

	rv = reread(session);
	if (rv != CKR_OK)
		return rv;
	rv = session_enter(session, &s, &slot);
	if (rv != CKR_OK)
		return rv;
	if (s->search.active)
		rv = CKR_OPERATION_ACTIVE;
	else if (!templ && count)
		rv = CKR_ARGUMENTS_BAD;
	else
		rv = search(s, slot->token, templ, count);
	module_leave();
	return rv;
}

ck_rv_t C_FindObjects(ck_session_handle_t session, ck_object_handle_t *object,
		      unsigned long max_object_count,
		      unsigned long *object_count)
{
	struct session *s;
	struct search *result;
	unsigned long n = 0;
	ck_rv_t rv;

	rv = session_enter(session, &s, NULL);
	if (rv != CKR_OK)
		return rv;
	result = &s->search;
	if (!result->active) {
		rv = CKR_OPERATION_NOT_INITIALIZED;
	} else if (!object_count || (!object && max_object_count)) {
		rv = CKR_ARGUMENTS_BAD;
	} else {
		while (n < max_object_count && result->next < result->count)
			object[n++] = result->handles[result->next++];
		*object_count = n;
	}
	module_leave();
	return rv;
}

ck_rv_t C_FindObjectsFinal(ck_session_handle_t session)
{
	struct session *s;
	ck_rv_t rv;

	rv = session_enter(session, &s, NULL);
	if (rv != CKR_OK)
		return rv;
	if (s->search.active)
		search_end(&s->search);
	else
		rv = CKR_OPERATION_NOT_INITIALIZED;
	module_leave();
	return rv;
}

/* Drops a derived key. Objects of the chip cannot be destroyed. */
static ck_rv_t destroy(struct session *session, ck_object_handle_t handle)
{
	struct session *s = NULL;
	struct secret_key **link, *key;

	while ((s = session_next(session->slot_id, s)))
		for (link = &s->keys; *link; link = &(*link)->next) {
			key = *link;
			if (key->object.handle != handle)
				continue;
			*link = key->next;
			secret_key_free(key);
			return CKR_OK;
		}
	return CKR_ACTION_PROHIBITED;
}

ck_rv_t C_DestroyObject(ck_session_handle_t session, ck_object_handle_t object)
{
	struct session *s;
	struct slot *slot;
	ck_rv_t rv;

	rv = session_enter(session, &s, &slot);
	if (rv != CKR_OK)
		return rv;
	if (session_object(s, slot, object))
		rv = destroy(s, object);
	else
		rv = CKR_OBJECT_HANDLE_INVALID;
	module_leave();
	return rv;
}

static ck_rv_t refuse(ck_session_handle_t session, ck_object_handle_t object)
{
	const struct object *found;
	ck_rv_t rv = object_enter(session, object, &found);

	if (rv != CKR_OK)
		return rv;
	module_leave();
	return CKR_ACTION_PROHIBITED;
}

ck_rv_t C_SetAttributeValue(ck_session_handle_t session,
			    ck_object_handle_t object,
			    struct ck_attribute *templ, unsigned long count)
{
	return refuse(session, object);
}

ck_rv_t C_CopyObject(ck_session_handle_t session, ck_object_handle_t object,
		     struct ck_attribute *templ, unsigned long count,
		     ck_object_handle_t *new_object)
{
	return refuse(session, object);
}
