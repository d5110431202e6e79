/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PKCS #11 v3.1 as p11-kit declares it, in this project's naming style. p11-kit
 * before 0.25 ends with v2.40; what the module needs beyond that is here.
 */
#pragma once

#define CRYPTOKI_GNU 1
#include <p11-kit/pkcs11.h>

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

/* clang-format off */

/* Arguments after the session. */
#define CK_START     , struct ck_mechanism *mechanism, ck_object_handle_t key
#define CK_PARAMETER , void *parameter, unsigned long parameter_len
#define CK_IN(name)  , unsigned char *name, unsigned long name##_len
#define CK_OUT(name) , unsigned char *name, unsigned long *name##_len

/* F(name, arguments) for each function that works on messages. */
#define MESSAGE_FUNCTIONS(F) \
	F(C_MessageEncryptInit, CK_START) \
	F(C_EncryptMessage, CK_PARAMETER CK_IN(aad) CK_IN(in) CK_OUT(out)) \
	F(C_EncryptMessageBegin, CK_PARAMETER CK_IN(aad)) \
	F(C_EncryptMessageNext, \
	  CK_PARAMETER CK_IN(in) CK_OUT(out), ck_flags_t flags) \
	F(C_MessageEncryptFinal) \
	F(C_MessageDecryptInit, CK_START) \
	F(C_DecryptMessage, CK_PARAMETER CK_IN(aad) CK_IN(in) CK_OUT(out)) \
	F(C_DecryptMessageBegin, CK_PARAMETER CK_IN(aad)) \
	F(C_DecryptMessageNext, \
	  CK_PARAMETER CK_IN(in) CK_OUT(out), ck_flags_t flags) \
	F(C_MessageDecryptFinal) \
	F(C_MessageSignInit, CK_START) \
	F(C_SignMessage, CK_PARAMETER CK_IN(data) CK_OUT(signature)) \
	F(C_SignMessageBegin, CK_PARAMETER) \
	F(C_SignMessageNext, CK_PARAMETER CK_IN(data) CK_OUT(signature)) \
	F(C_MessageSignFinal) \
	F(C_MessageVerifyInit, CK_START) \
	F(C_VerifyMessage, CK_PARAMETER CK_IN(data) CK_IN(signature)) \
	F(C_VerifyMessageBegin, CK_PARAMETER) \
	F(C_VerifyMessageNext, CK_PARAMETER CK_IN(data) CK_IN(signature)) \
	F(C_MessageVerifyFinal)

/* clang-format on */

#if CRYPTOKI_VERSION_MAJOR < 3
struct ck_interface {
	char *interface_name_ptr;
	void *function_list_ptr;
	ck_flags_t flags;
};

#define CKF_INTERFACE_FORK_SAFE 1UL

/* Flag of C_SessionCancel, like CKF_SIGN. */
#define CKF_FIND_OBJECTS 0x40UL

ck_rv_t C_GetInterfaceList(struct ck_interface *list, unsigned long *count);
ck_rv_t C_GetInterface(unsigned char *name, struct ck_version *version,
		       struct ck_interface **interface, ck_flags_t flags);
ck_rv_t C_LoginUser(ck_session_handle_t session,
		    ck_user_type_t user_type CK_IN(pin) CK_IN(name));
ck_rv_t C_SessionCancel(ck_session_handle_t session, ck_flags_t flags);

#define CK_DECLARE(name, ...) \
	ck_rv_t name(ck_session_handle_t session __VA_ARGS__);
MESSAGE_FUNCTIONS(CK_DECLARE)
#endif

/* CK_FUNCTION_LIST_3_0. v3.1 uses the same list. */
#define CK_POINTER(name, ...) __typeof__(name) *name;
struct function_list_3 {
	struct ck_function_list v2;
	CK_POINTER(C_GetInterfaceList)
	CK_POINTER(C_GetInterface)
	CK_POINTER(C_LoginUser)
	CK_POINTER(C_SessionCancel)
	MESSAGE_FUNCTIONS(CK_POINTER)
};
