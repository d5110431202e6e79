/* SPDX-License-Identifier: Apache-2.0 */
/* General-purpose functions of PKCS #11, and the lists of all functions. */
#include "cryptoki.h"

#include <stdbool.h>
#include <string.h>

#include "module.h"
#include "session.h"
#include "slot.h"

#define EXPORTED __attribute__((visibility("default")))

static void forget_all(void)
{
	module_set_initialized(false);
	sessions_close_all();
	slots_clear();
}

/* Locks are pthread's. A caller that insists on its own locks is refused. */
static ck_rv_t check_arguments(const struct ck_c_initialize_args *args)
{
	int given = !!args->create_mutex + !!args->destroy_mutex +
		    !!args->lock_mutex + !!args->unlock_mutex;

	if (args->reserved || (given != 0 && given != 4))
		return CKR_ARGUMENTS_BAD;
	if (given && !(args->flags & CKF_OS_LOCKING_OK))
		return CKR_CANT_LOCK;
	return CKR_OK;
}

ck_rv_t C_Initialize(void *init_args)
{
	const struct ck_c_initialize_args *args = init_args;
	ck_rv_t rv = args ? check_arguments(args) : CKR_OK;

	if (rv != CKR_OK)
		return rv;
	rv = module_start();
	if (rv != CKR_OK)
		return rv;
	/* After fork() the child still has its parent's sessions. */
	forget_all();
	rv = slots_init();
	module_set_initialized(rv == CKR_OK);
	module_leave();
	return rv;
}

ck_rv_t C_Finalize(void *reserved)
{
	ck_rv_t rv = module_enter();

	if (rv != CKR_OK)
		return rv;
	if (reserved)
		rv = CKR_ARGUMENTS_BAD;
	else
		forget_all();
	module_leave();
	return rv;
}

static ck_rv_t get_info(struct ck_info *info, struct ck_version version)
{
	ck_rv_t rv = module_enter();

	if (rv != CKR_OK)
		return rv;
	module_leave();
	if (!info)
		return CKR_ARGUMENTS_BAD;
	*info = (struct ck_info){
		.cryptoki_version = version,
		.library_version = { NK_VERSION_MAJOR, NK_VERSION_MINOR },
	};
	pad_text(info->manufacturer_id, sizeof(info->manufacturer_id),
		 "nerveskeyfs");
	pad_text(info->library_description, sizeof(info->library_description),
		 "NervesKey through its mount");
	return CKR_OK;
}

/*
 * C_GetInfo reports the version of the list that it is called from. A caller
 * must not look for functions beyond the end of an older list.
 */
static ck_rv_t get_info_2_40(struct ck_info *info)
{
	return get_info(info, (struct ck_version){ 2, 40 });
}

static ck_rv_t get_info_3(struct ck_info *info)
{
	return get_info(info, (struct ck_version){ 3, 1 });
}

/* clang-format off */
#define F(name, ...) .name = name,

#define FUNCTIONS_2_40 \
	F(C_Initialize) F(C_Finalize) F(C_GetFunctionList) \
	F(C_GetSlotList) F(C_GetSlotInfo) F(C_GetTokenInfo) \
	F(C_GetMechanismList) F(C_GetMechanismInfo) F(C_InitToken) \
	F(C_InitPIN) F(C_SetPIN) F(C_OpenSession) F(C_CloseSession) \
	F(C_CloseAllSessions) F(C_GetSessionInfo) F(C_GetOperationState) \
	F(C_SetOperationState) F(C_Login) F(C_Logout) F(C_CreateObject) \
	F(C_CopyObject) F(C_DestroyObject) F(C_GetObjectSize) \
	F(C_GetAttributeValue) F(C_SetAttributeValue) F(C_FindObjectsInit) \
	F(C_FindObjects) F(C_FindObjectsFinal) F(C_EncryptInit) F(C_Encrypt) \
	F(C_EncryptUpdate) F(C_EncryptFinal) F(C_DecryptInit) F(C_Decrypt) \
	F(C_DecryptUpdate) F(C_DecryptFinal) F(C_DigestInit) F(C_Digest) \
	F(C_DigestUpdate) F(C_DigestKey) F(C_DigestFinal) F(C_SignInit) \
	F(C_Sign) F(C_SignUpdate) F(C_SignFinal) F(C_SignRecoverInit) \
	F(C_SignRecover) F(C_VerifyInit) F(C_Verify) F(C_VerifyUpdate) \
	F(C_VerifyFinal) F(C_VerifyRecoverInit) F(C_VerifyRecover) \
	F(C_DigestEncryptUpdate) F(C_DecryptDigestUpdate) \
	F(C_SignEncryptUpdate) F(C_DecryptVerifyUpdate) F(C_GenerateKey) \
	F(C_GenerateKeyPair) F(C_WrapKey) F(C_UnwrapKey) F(C_DeriveKey) \
	F(C_SeedRandom) F(C_GenerateRandom) F(C_GetFunctionStatus) \
	F(C_CancelFunction) F(C_WaitForSlotEvent)

#define FUNCTIONS_3 \
	F(C_GetInterfaceList) F(C_GetInterface) F(C_LoginUser) \
	F(C_SessionCancel) \
	MESSAGE_FUNCTIONS(F)
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

EXPORTED ck_rv_t C_GetFunctionList(struct ck_function_list **function_list)
{
	if (!function_list)
		return CKR_ARGUMENTS_BAD;
	*function_list = &functions_2_40;
	return CKR_OK;
}

EXPORTED ck_rv_t C_GetInterfaceList(struct ck_interface *list,
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

EXPORTED ck_rv_t C_GetInterface(unsigned char *name, struct ck_version *version,
				struct ck_interface **interface,
				ck_flags_t flags)
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
