/* SPDX-License-Identifier: Apache-2.0 */
/* General-purpose functions of PKCS #11. */
#include "general.h"

#include "module.h"
#include "session.h"
#include "slot.h"

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

ck_rv_t general_info(struct ck_info *info, struct ck_version version)
{
	ck_rv_t rv = module_enter();

	if (rv != CKR_OK)
		return rv;
	module_leave();
	if (!info)
		return CKR_ARGUMENTS_BAD;
	info->cryptoki_version = version;
	info->flags = 0;
	info->library_version.major = NK_VERSION_MAJOR;
	info->library_version.minor = NK_VERSION_MINOR;
	pad_text(info->manufacturer_id, sizeof(info->manufacturer_id),
		 "nerveskeyfs");
	pad_text(info->library_description, sizeof(info->library_description),
		 "NervesKey through its mount");
	return CKR_OK;
}
