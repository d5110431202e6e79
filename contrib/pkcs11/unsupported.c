/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Functions that the chip lacks or the host can do itself. A caller that is not
 * initialized or has no session gets that error first.
 */
#include "session.h"

/* clang-format off */

/* Defines one function with the given arguments after the session. */
#define REFUSE(rv, name, ...) \
	ck_rv_t name(ck_session_handle_t session __VA_ARGS__) \
	{ \
		return session_refuse(session, rv); \
	}
#define LACK(...)    REFUSE(CKR_FUNCTION_NOT_SUPPORTED, __VA_ARGS__)
#define PROTECT(...) REFUSE(CKR_TOKEN_WRITE_PROTECTED, __VA_ARGS__)

#define MECHANISM , struct ck_mechanism *mechanism
#define KEY(name) , ck_object_handle_t name
#define MADE(name) , ck_object_handle_t *name
#define TEMPLATE(name) , struct ck_attribute *name, unsigned long name##_count

/* There are no PINs, and nothing is written to the chip from here. */
PROTECT(C_InitPIN, CK_IN(pin))
PROTECT(C_SetPIN, CK_IN(old) CK_IN(new))
PROTECT(C_CreateObject, TEMPLATE(object) MADE(handle))

LACK(C_GenerateKey, MECHANISM TEMPLATE(key) MADE(handle))
LACK(C_GenerateKeyPair, MECHANISM TEMPLATE(public) TEMPLATE(private)
     MADE(public_key) MADE(private_key))
LACK(C_WrapKey, MECHANISM KEY(wrapping_key) KEY(key) CK_OUT(wrapped))
LACK(C_UnwrapKey, MECHANISM KEY(unwrapping_key) CK_IN(wrapped) TEMPLATE(key)
     MADE(handle))

LACK(C_GetOperationState, CK_OUT(state))
LACK(C_SetOperationState, CK_IN(state) KEY(encryption_key)
     KEY(authentication_key))

LACK(C_EncryptInit, CK_START)
LACK(C_Encrypt, CK_IN(in) CK_OUT(out))
LACK(C_EncryptUpdate, CK_IN(in) CK_OUT(out))
LACK(C_EncryptFinal, CK_OUT(out))
LACK(C_DecryptInit, CK_START)
LACK(C_Decrypt, CK_IN(in) CK_OUT(out))
LACK(C_DecryptUpdate, CK_IN(in) CK_OUT(out))
LACK(C_DecryptFinal, CK_OUT(out))

LACK(C_DigestInit, MECHANISM)
LACK(C_Digest, CK_IN(in) CK_OUT(out))
LACK(C_DigestUpdate, CK_IN(in))
LACK(C_DigestKey, KEY(key))
LACK(C_DigestFinal, CK_OUT(out))

LACK(C_SignRecoverInit, CK_START)
LACK(C_SignRecover, CK_IN(in) CK_OUT(out))
LACK(C_VerifyInit, CK_START)
LACK(C_Verify, CK_IN(data) CK_IN(signature))
LACK(C_VerifyUpdate, CK_IN(in))
LACK(C_VerifyFinal, CK_IN(signature))
LACK(C_VerifyRecoverInit, CK_START)
LACK(C_VerifyRecover, CK_IN(in) CK_OUT(out))

LACK(C_DigestEncryptUpdate, CK_IN(in) CK_OUT(out))
LACK(C_DecryptDigestUpdate, CK_IN(in) CK_OUT(out))
LACK(C_SignEncryptUpdate, CK_IN(in) CK_OUT(out))
LACK(C_DecryptVerifyUpdate, CK_IN(in) CK_OUT(out))

MESSAGE_FUNCTIONS(LACK)

/* Legacy functions of v1.0. */
REFUSE(CKR_FUNCTION_NOT_PARALLEL, C_GetFunctionStatus)
REFUSE(CKR_FUNCTION_NOT_PARALLEL, C_CancelFunction)
