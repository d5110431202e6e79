/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A login changes only what C_GetSessionInfo reports. The mount's permissions
 * decide who may use the key, and there is no PIN to compare. Many programs log
 * in even when the token does not ask for it, so any PIN is accepted.
 */
#include "module.h"
#include "session.h"

static ck_rv_t log_in(const struct session *session, ck_user_type_t user_type)
{
	switch (user_type) {
	case CKU_USER:
		if (session_logged_in(session))
			return CKR_USER_ALREADY_LOGGED_IN;
		session_set_login(session, true);
		return CKR_OK;
	case CKU_SO:
		if (session_logged_in(session))
			return CKR_USER_ANOTHER_ALREADY_LOGGED_IN;
		return CKR_PIN_INCORRECT;
	case CKU_CONTEXT_SPECIFIC: /* no key is CKA_ALWAYS_AUTHENTICATE */
		return CKR_OPERATION_NOT_INITIALIZED;
	default:
		return CKR_USER_TYPE_INVALID;
	}
}

ck_rv_t C_Login(ck_session_handle_t session, ck_user_type_t user_type,
		unsigned char *pin, unsigned long pin_len)
{
	struct session *s;
	ck_rv_t rv;

	rv = session_enter(session, &s, NULL);
	if (rv != CKR_OK)
		return rv;
	rv = log_in(s, user_type);
	module_leave();
	return rv;
}

ck_rv_t C_LoginUser(ck_session_handle_t session, ck_user_type_t user_type,
		    unsigned char *pin, unsigned long pin_len,
		    unsigned char *name, unsigned long name_len)
{
	return C_Login(session, user_type, pin, pin_len);
}

ck_rv_t C_Logout(ck_session_handle_t session)
{
	struct session *s;
	ck_rv_t rv;

	rv = session_enter(session, &s, NULL);
	if (rv != CKR_OK)
		return rv;
	if (session_logged_in(s))
		session_set_login(s, false);
	else
		rv = CKR_USER_NOT_LOGGED_IN;
	module_leave();
	return rv;
}
