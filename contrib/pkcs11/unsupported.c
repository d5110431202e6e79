/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Functions that the chip lacks or the host can do itself. A caller that is not
 * initialized or has no session gets that error first.
 */
#include "session.h"

/* Defines one function with the given arguments. */
#define REFUSE(name, rv, ...)                                    \
	ck_rv_t name(ck_session_handle_t session, ##__VA_ARGS__) \
	{                                                        \
		return session_refuse(session, rv);              \
	}

#define STARTS(name)                             \
	REFUSE(name, CKR_FUNCTION_NOT_SUPPORTED, \
	       struct ck_mechanism *mechanism, ck_object_handle_t key)
#define TAKES(name, rv) \
	REFUSE(name, rv, unsigned char *in, unsigned long in_len)
#define GIVES(name, rv) \
	REFUSE(name, rv, unsigned char *out, unsigned long *out_len)
#define CONVERTS(name)                                              \
	REFUSE(name, CKR_FUNCTION_NOT_SUPPORTED, unsigned char *in, \
	       unsigned long in_len, unsigned char *out,            \
	       unsigned long *out_len)

/* There are no PINs, and nothing is written to the chip from here. */
TAKES(C_InitPIN, CKR_TOKEN_WRITE_PROTECTED)
REFUSE(C_SetPIN, CKR_TOKEN_WRITE_PROTECTED, unsigned char *old_pin,
       unsigned long old_len, unsigned char *new_pin, unsigned long new_len)
REFUSE(C_CreateObject, CKR_TOKEN_WRITE_PROTECTED, struct ck_attribute *templ,
       unsigned long count, ck_object_handle_t *object)
REFUSE(C_GenerateKey, CKR_FUNCTION_NOT_SUPPORTED,
       struct ck_mechanism *mechanism, struct ck_attribute *templ,
       unsigned long count, ck_object_handle_t *key)
REFUSE(C_GenerateKeyPair, CKR_FUNCTION_NOT_SUPPORTED,
       struct ck_mechanism *mechanism, struct ck_attribute *public_templ,
       unsigned long public_count, struct ck_attribute *private_templ,
       unsigned long private_count, ck_object_handle_t *public_key,
       ck_object_handle_t *private_key)
REFUSE(C_WrapKey, CKR_FUNCTION_NOT_SUPPORTED, struct ck_mechanism *mechanism,
       ck_object_handle_t wrapping_key, ck_object_handle_t key,
       unsigned char *wrapped, unsigned long *wrapped_len)
REFUSE(C_UnwrapKey, CKR_FUNCTION_NOT_SUPPORTED, struct ck_mechanism *mechanism,
       ck_object_handle_t unwrapping_key, unsigned char *wrapped,
       unsigned long wrapped_len, struct ck_attribute *templ,
       unsigned long count, ck_object_handle_t *key)

GIVES(C_GetOperationState, CKR_FUNCTION_NOT_SUPPORTED)
REFUSE(C_SetOperationState, CKR_FUNCTION_NOT_SUPPORTED, unsigned char *state,
       unsigned long state_len, ck_object_handle_t encryption_key,
       ck_object_handle_t authentication_key)

STARTS(C_EncryptInit)
CONVERTS(C_Encrypt)
CONVERTS(C_EncryptUpdate)
GIVES(C_EncryptFinal, CKR_FUNCTION_NOT_SUPPORTED)
STARTS(C_DecryptInit)
CONVERTS(C_Decrypt)
CONVERTS(C_DecryptUpdate)
GIVES(C_DecryptFinal, CKR_FUNCTION_NOT_SUPPORTED)

REFUSE(C_DigestInit, CKR_FUNCTION_NOT_SUPPORTED, struct ck_mechanism *mechanism)
CONVERTS(C_Digest)
TAKES(C_DigestUpdate, CKR_FUNCTION_NOT_SUPPORTED)
REFUSE(C_DigestKey, CKR_FUNCTION_NOT_SUPPORTED, ck_object_handle_t key)
GIVES(C_DigestFinal, CKR_FUNCTION_NOT_SUPPORTED)

STARTS(C_SignRecoverInit)
CONVERTS(C_SignRecover)
STARTS(C_VerifyInit)
REFUSE(C_Verify, CKR_FUNCTION_NOT_SUPPORTED, unsigned char *data,
       unsigned long data_len, unsigned char *signature,
       unsigned long signature_len)
TAKES(C_VerifyUpdate, CKR_FUNCTION_NOT_SUPPORTED)
TAKES(C_VerifyFinal, CKR_FUNCTION_NOT_SUPPORTED)
STARTS(C_VerifyRecoverInit)
CONVERTS(C_VerifyRecover)

CONVERTS(C_DigestEncryptUpdate)
CONVERTS(C_DecryptDigestUpdate)
CONVERTS(C_SignEncryptUpdate)
CONVERTS(C_DecryptVerifyUpdate)

/* Legacy functions of v1.0. */
REFUSE(C_GetFunctionStatus, CKR_FUNCTION_NOT_PARALLEL)
REFUSE(C_CancelFunction, CKR_FUNCTION_NOT_PARALLEL)

/* The functions of v3.0 that work on messages. */
#define MESSAGE(name, ...)                                        \
	REFUSE(name, CKR_FUNCTION_NOT_SUPPORTED, void *parameter, \
	       unsigned long parameter_len, ##__VA_ARGS__)
#define MESSAGE_BEGINS(name) \
	MESSAGE(name, unsigned char *aad, unsigned long aad_len)
#define MESSAGE_CONVERTS(name)                                               \
	MESSAGE(name, unsigned char *aad, unsigned long aad_len,             \
		unsigned char *in, unsigned long in_len, unsigned char *out, \
		unsigned long *out_len)
#define MESSAGE_CONVERTS_PART(name)                            \
	MESSAGE(name, unsigned char *in, unsigned long in_len, \
		unsigned char *out, unsigned long *out_len, ck_flags_t flags)
#define MESSAGE_SIGNS(name, length)                                \
	MESSAGE(name, unsigned char *data, unsigned long data_len, \
		unsigned char *signature, length signature_len)
#define ENDS(name) REFUSE(name, CKR_FUNCTION_NOT_SUPPORTED)

STARTS(C_MessageEncryptInit)
MESSAGE_CONVERTS(C_EncryptMessage)
MESSAGE_BEGINS(C_EncryptMessageBegin)
MESSAGE_CONVERTS_PART(C_EncryptMessageNext)
ENDS(C_MessageEncryptFinal)
STARTS(C_MessageDecryptInit)
MESSAGE_CONVERTS(C_DecryptMessage)
MESSAGE_BEGINS(C_DecryptMessageBegin)
MESSAGE_CONVERTS_PART(C_DecryptMessageNext)
ENDS(C_MessageDecryptFinal)
STARTS(C_MessageSignInit)
MESSAGE_SIGNS(C_SignMessage, unsigned long *)
MESSAGE(C_SignMessageBegin)
MESSAGE_SIGNS(C_SignMessageNext, unsigned long *)
ENDS(C_MessageSignFinal)
STARTS(C_MessageVerifyInit)
MESSAGE_SIGNS(C_VerifyMessage, unsigned long)
MESSAGE(C_VerifyMessageBegin)
MESSAGE_SIGNS(C_VerifyMessageNext, unsigned long)
ENDS(C_MessageVerifyFinal)
