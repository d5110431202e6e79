/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PKCS #11 v3.1 as p11-kit declares it, in this project's naming style. p11-kit
 * before 0.25 ends with v2.40; cryptoki3.h adds the rest.
 */
#pragma once

#define CRYPTOKI_GNU 1
#include <p11-kit/pkcs11.h>

#if CRYPTOKI_VERSION_MAJOR < 3
#include "cryptoki3.h"
#endif

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

/* CK_FUNCTION_LIST_3_0. v3.1 uses the same list. */
struct function_list_3 {
	struct ck_function_list v2;
	__typeof__(C_GetInterfaceList) *C_GetInterfaceList;
	__typeof__(C_GetInterface) *C_GetInterface;
	__typeof__(C_LoginUser) *C_LoginUser;
	__typeof__(C_SessionCancel) *C_SessionCancel;
	__typeof__(C_MessageEncryptInit) *C_MessageEncryptInit;
	__typeof__(C_EncryptMessage) *C_EncryptMessage;
	__typeof__(C_EncryptMessageBegin) *C_EncryptMessageBegin;
	__typeof__(C_EncryptMessageNext) *C_EncryptMessageNext;
	__typeof__(C_MessageEncryptFinal) *C_MessageEncryptFinal;
	__typeof__(C_MessageDecryptInit) *C_MessageDecryptInit;
	__typeof__(C_DecryptMessage) *C_DecryptMessage;
	__typeof__(C_DecryptMessageBegin) *C_DecryptMessageBegin;
	__typeof__(C_DecryptMessageNext) *C_DecryptMessageNext;
	__typeof__(C_MessageDecryptFinal) *C_MessageDecryptFinal;
	__typeof__(C_MessageSignInit) *C_MessageSignInit;
	__typeof__(C_SignMessage) *C_SignMessage;
	__typeof__(C_SignMessageBegin) *C_SignMessageBegin;
	__typeof__(C_SignMessageNext) *C_SignMessageNext;
	__typeof__(C_MessageSignFinal) *C_MessageSignFinal;
	__typeof__(C_MessageVerifyInit) *C_MessageVerifyInit;
	__typeof__(C_VerifyMessage) *C_VerifyMessage;
	__typeof__(C_VerifyMessageBegin) *C_VerifyMessageBegin;
	__typeof__(C_VerifyMessageNext) *C_VerifyMessageNext;
	__typeof__(C_MessageVerifyFinal) *C_MessageVerifyFinal;
};
