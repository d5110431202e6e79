/* SPDX-License-Identifier: Apache-2.0 */
/* The exported symbols and the function lists. */
#include "cryptoki.h"

#include <stdbool.h>
#include <string.h>

#include "general.h"

/*
 * The lists hold static functions: a program's own p11-kit may export the same
 * names, and the exported functions would resolve to those.
 */
static ck_rv_t get_function_list(struct ck_function_list **function_list);
static ck_rv_t get_interface_list(struct ck_interface *list,
				  unsigned long *count);
static ck_rv_t get_interface(unsigned char *name, struct ck_version *version,
			     struct ck_interface **interface, ck_flags_t flags);

/*
 * C_GetInfo reports the version of the list that it is called from. A caller
 * must not look for functions beyond the end of an older list.
 */
static ck_rv_t get_info_2_40(struct ck_info *info)
{
	return general_info(info, (struct ck_version){ 2, 40 });
}

static ck_rv_t get_info_3(struct ck_info *info)
{
	return general_info(info, (struct ck_version){ 3, 1 });
}

/* clang-format off */
#define FUNCTIONS_2_40 \
	.C_Initialize = C_Initialize, \
	.C_Finalize = C_Finalize, \
	.C_GetFunctionList = get_function_list, \
	.C_GetSlotList = C_GetSlotList, \
	.C_GetSlotInfo = C_GetSlotInfo, \
	.C_GetTokenInfo = C_GetTokenInfo, \
	.C_GetMechanismList = C_GetMechanismList, \
	.C_GetMechanismInfo = C_GetMechanismInfo, \
	.C_InitToken = C_InitToken, \
	.C_InitPIN = C_InitPIN, \
	.C_SetPIN = C_SetPIN, \
	.C_OpenSession = C_OpenSession, \
	.C_CloseSession = C_CloseSession, \
	.C_CloseAllSessions = C_CloseAllSessions, \
	.C_GetSessionInfo = C_GetSessionInfo, \
	.C_GetOperationState = C_GetOperationState, \
	.C_SetOperationState = C_SetOperationState, \
	.C_Login = C_Login, \
	.C_Logout = C_Logout, \
	.C_CreateObject = C_CreateObject, \
	.C_CopyObject = C_CopyObject, \
	.C_DestroyObject = C_DestroyObject, \
	.C_GetObjectSize = C_GetObjectSize, \
	.C_GetAttributeValue = C_GetAttributeValue, \
	.C_SetAttributeValue = C_SetAttributeValue, \
	.C_FindObjectsInit = C_FindObjectsInit, \
	.C_FindObjects = C_FindObjects, \
	.C_FindObjectsFinal = C_FindObjectsFinal, \
	.C_EncryptInit = C_EncryptInit, \
	.C_Encrypt = C_Encrypt, \
	.C_EncryptUpdate = C_EncryptUpdate, \
	.C_EncryptFinal = C_EncryptFinal, \
	.C_DecryptInit = C_DecryptInit, \
	.C_Decrypt = C_Decrypt, \
	.C_DecryptUpdate = C_DecryptUpdate, \
	.C_DecryptFinal = C_DecryptFinal, \
	.C_DigestInit = C_DigestInit, \
	.C_Digest = C_Digest, \
	.C_DigestUpdate = C_DigestUpdate, \
	.C_DigestKey = C_DigestKey, \
	.C_DigestFinal = C_DigestFinal, \
	.C_SignInit = C_SignInit, \
	.C_Sign = C_Sign, \
	.C_SignUpdate = C_SignUpdate, \
	.C_SignFinal = C_SignFinal, \
	.C_SignRecoverInit = C_SignRecoverInit, \
	.C_SignRecover = C_SignRecover, \
	.C_VerifyInit = C_VerifyInit, \
	.C_Verify = C_Verify, \
	.C_VerifyUpdate = C_VerifyUpdate, \
	.C_VerifyFinal = C_VerifyFinal, \
	.C_VerifyRecoverInit = C_VerifyRecoverInit, \
	.C_VerifyRecover = C_VerifyRecover, \
	.C_DigestEncryptUpdate = C_DigestEncryptUpdate, \
	.C_DecryptDigestUpdate = C_DecryptDigestUpdate, \
	.C_SignEncryptUpdate = C_SignEncryptUpdate, \
	.C_DecryptVerifyUpdate = C_DecryptVerifyUpdate, \
	.C_GenerateKey = C_GenerateKey, \
	.C_GenerateKeyPair = C_GenerateKeyPair, \
	.C_WrapKey = C_WrapKey, \
	.C_UnwrapKey = C_UnwrapKey, \
	.C_DeriveKey = C_DeriveKey, \
	.C_SeedRandom = C_SeedRandom, \
	.C_GenerateRandom = C_GenerateRandom, \
	.C_GetFunctionStatus = C_GetFunctionStatus, \
	.C_CancelFunction = C_CancelFunction, \
	.C_WaitForSlotEvent = C_WaitForSlotEvent,

#define FUNCTIONS_3 \
	.C_GetInterfaceList = get_interface_list, \
	.C_GetInterface = get_interface, \
	.C_LoginUser = C_LoginUser, \
	.C_SessionCancel = C_SessionCancel, \
	.C_MessageEncryptInit = C_MessageEncryptInit, \
	.C_EncryptMessage = C_EncryptMessage, \
	.C_EncryptMessageBegin = C_EncryptMessageBegin, \
	.C_EncryptMessageNext = C_EncryptMessageNext, \
	.C_MessageEncryptFinal = C_MessageEncryptFinal, \
	.C_MessageDecryptInit = C_MessageDecryptInit, \
	.C_DecryptMessage = C_DecryptMessage, \
	.C_DecryptMessageBegin = C_DecryptMessageBegin, \
	.C_DecryptMessageNext = C_DecryptMessageNext, \
	.C_MessageDecryptFinal = C_MessageDecryptFinal, \
	.C_MessageSignInit = C_MessageSignInit, \
	.C_SignMessage = C_SignMessage, \
	.C_SignMessageBegin = C_SignMessageBegin, \
	.C_SignMessageNext = C_SignMessageNext, \
	.C_MessageSignFinal = C_MessageSignFinal, \
	.C_MessageVerifyInit = C_MessageVerifyInit, \
	.C_VerifyMessage = C_VerifyMessage, \
	.C_VerifyMessageBegin = C_VerifyMessageBegin, \
	.C_VerifyMessageNext = C_VerifyMessageNext, \
	.C_MessageVerifyFinal = C_MessageVerifyFinal,
/* clang-format on */

static struct ck_function_list functions_2_40 = { .version = { 2, 40 },
						  .C_GetInfo = get_info_2_40,
						  FUNCTIONS_2_40 };

static struct function_list_3 functions_3_0 = {
	.v2 = { .version = { 3, 0 }, .C_GetInfo = get_info_3, FUNCTIONS_2_40 },
	FUNCTIONS_3
};

static struct function_list_3 functions_3_1 = {
	.v2 = { .version = { 3, 1 }, .C_GetInfo = get_info_3, FUNCTIONS_2_40 },
	FUNCTIONS_3
};

/* The first interface is the default for callers that name no version. */
static char standard[] = "PKCS 11";
static struct ck_interface interfaces[] = {
	{ standard, &functions_3_1, 0 },
	{ standard, &functions_3_0, 0 },
	{ standard, &functions_2_40, 0 },
};

static ck_rv_t get_function_list(struct ck_function_list **function_list)
{
	if (!function_list)
		return CKR_ARGUMENTS_BAD;
	*function_list = &functions_2_40;
	return CKR_OK;
}

static ck_rv_t get_interface_list(struct ck_interface *list,
				  unsigned long *count)
{
	unsigned long room;

	if (!count)
		return CKR_ARGUMENTS_BAD;
	room = *count;
	*count = LENGTH(interfaces);
	if (!list)
		return CKR_OK;
	if (room < LENGTH(interfaces))
		return CKR_BUFFER_TOO_SMALL;
	memcpy(list, interfaces, sizeof(interfaces));
	return CKR_OK;
}

/* Whether the interface matches. NULL matches anything. */
static bool is_wanted(const struct ck_interface *interface,
		      const unsigned char *name,
		      const struct ck_version *version, ck_flags_t flags)
{
	/* Every function list begins with its version. */
	const struct ck_version *own = interface->function_list_ptr;

	if (name && strcmp((const char *)name, interface->interface_name_ptr))
		return false;
	if (version &&
	    (version->major != own->major || version->minor != own->minor))
		return false;
	return (flags & ~interface->flags) == 0;
}

static ck_rv_t get_interface(unsigned char *name, struct ck_version *version,
			     struct ck_interface **interface, ck_flags_t flags)
{
	if (!interface)
		return CKR_ARGUMENTS_BAD;
	for (size_t i = 0; i < LENGTH(interfaces); i++) {
		if (!is_wanted(&interfaces[i], name, version, flags))
			continue;
		*interface = &interfaces[i];
		return CKR_OK;
	}
	return CKR_ARGUMENTS_BAD;
}

#define EXPORTED __attribute__((visibility("default")))

EXPORTED ck_rv_t C_GetFunctionList(struct ck_function_list **function_list)
{
	return get_function_list(function_list);
}

EXPORTED ck_rv_t C_GetInterfaceList(struct ck_interface *list,
				    unsigned long *count)
{
	return get_interface_list(list, count);
}

EXPORTED ck_rv_t C_GetInterface(unsigned char *name, struct ck_version *version,
				struct ck_interface **interface,
				ck_flags_t flags)
{
	return get_interface(name, version, interface, flags);
}
