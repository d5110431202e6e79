/* SPDX-License-Identifier: Apache-2.0 */
/* The part of PKCS #11 v3.1 beyond v2.40 that this module needs. */
#pragma once

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
ck_rv_t C_LoginUser(ck_session_handle_t session, ck_user_type_t user_type,
		    unsigned char *pin, unsigned long pin_len,
		    unsigned char *name, unsigned long name_len);
ck_rv_t C_SessionCancel(ck_session_handle_t session, ck_flags_t flags);

/* The functions for messages come in families with equal declarations. */
#define CRYPTOKI_STARTS(name)                     \
	ck_rv_t name(ck_session_handle_t session, \
		     struct ck_mechanism *mechanism, ck_object_handle_t key);
#define CRYPTOKI_ENDS(name) ck_rv_t name(ck_session_handle_t session);

#define CRYPTOKI_CONVERTS(name)                                       \
	ck_rv_t name(ck_session_handle_t session, void *parameter,    \
		     unsigned long parameter_len, unsigned char *aad, \
		     unsigned long aad_len, unsigned char *in,        \
		     unsigned long in_len, unsigned char *out,        \
		     unsigned long *out_len);
#define CRYPTOKI_CONVERTS_BEGIN(name)                                 \
	ck_rv_t name(ck_session_handle_t session, void *parameter,    \
		     unsigned long parameter_len, unsigned char *aad, \
		     unsigned long aad_len);
#define CRYPTOKI_CONVERTS_NEXT(name)                                 \
	ck_rv_t name(ck_session_handle_t session, void *parameter,   \
		     unsigned long parameter_len, unsigned char *in, \
		     unsigned long in_len, unsigned char *out,       \
		     unsigned long *out_len, ck_flags_t flags);

#define CRYPTOKI_SIGNS(name, length)                                   \
	ck_rv_t name(ck_session_handle_t session, void *parameter,     \
		     unsigned long parameter_len, unsigned char *data, \
		     unsigned long data_len, unsigned char *signature, \
		     length signature_len);
#define CRYPTOKI_SIGNS_BEGIN(name)                                 \
	ck_rv_t name(ck_session_handle_t session, void *parameter, \
		     unsigned long parameter_len);

CRYPTOKI_STARTS(C_MessageEncryptInit)
CRYPTOKI_CONVERTS(C_EncryptMessage)
CRYPTOKI_CONVERTS_BEGIN(C_EncryptMessageBegin)
CRYPTOKI_CONVERTS_NEXT(C_EncryptMessageNext)
CRYPTOKI_ENDS(C_MessageEncryptFinal)
CRYPTOKI_STARTS(C_MessageDecryptInit)
CRYPTOKI_CONVERTS(C_DecryptMessage)
CRYPTOKI_CONVERTS_BEGIN(C_DecryptMessageBegin)
CRYPTOKI_CONVERTS_NEXT(C_DecryptMessageNext)
CRYPTOKI_ENDS(C_MessageDecryptFinal)
CRYPTOKI_STARTS(C_MessageSignInit)
CRYPTOKI_SIGNS(C_SignMessage, unsigned long *)
CRYPTOKI_SIGNS_BEGIN(C_SignMessageBegin)
CRYPTOKI_SIGNS(C_SignMessageNext, unsigned long *)
CRYPTOKI_ENDS(C_MessageSignFinal)
CRYPTOKI_STARTS(C_MessageVerifyInit)
CRYPTOKI_SIGNS(C_VerifyMessage, unsigned long)
CRYPTOKI_SIGNS_BEGIN(C_VerifyMessageBegin)
CRYPTOKI_SIGNS(C_VerifyMessageNext, unsigned long)
CRYPTOKI_ENDS(C_MessageVerifyFinal)
