/* SPDX-License-Identifier: Apache-2.0 */
#include "module.h"

#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <string.h>

#include "session.h"
#include "slot.h"
#include "utf8.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static bool initialized;

static const struct {
	int err;
	ck_rv_t rv;
} errnos[] = {
	{ 0, CKR_OK },
	{ ENODEV, CKR_DEVICE_REMOVED },
	{ ENOENT, CKR_DEVICE_REMOVED },
	{ ESTALE, CKR_DEVICE_REMOVED },
	{ ENOMEM, CKR_HOST_MEMORY },
	{ EMFILE, CKR_HOST_MEMORY },
	{ ENFILE, CKR_HOST_MEMORY },
	{ EIO, CKR_DEVICE_ERROR },
	{ ETIMEDOUT, CKR_DEVICE_ERROR },
	{ EINVAL, CKR_DATA_INVALID },
	{ EACCES, CKR_KEY_FUNCTION_NOT_PERMITTED },
	{ EPERM, CKR_KEY_FUNCTION_NOT_PERMITTED },
};

ck_rv_t rv_from_errno(int err)
{
	for (size_t i = 0; i < LENGTH(errnos); i++)
		if (errnos[i].err == -err)
			return errnos[i].rv;
	return CKR_FUNCTION_FAILED;
}

/* Bytes of the character at `text` that a terminal may show; 0: there is none. */
static size_t character(const char *text)
{
	const uint8_t *bytes = (const uint8_t *)text;
	uint32_t point;
	size_t len = utf8_next(bytes, strlen(text), &point);

	return len && !utf8_is_control(point) ? len : 0;
}

void pad_text(unsigned char *field, size_t size, const char *text)
{
	size_t used = 0, len;

	memset(field, ' ', size);
	while (*text) {
		len = character(text);
		if (used + (len ? len : 1) > size)
			return;
		if (len)
			memcpy(field + used, text, len);
		else
			field[used] = '?';
		used += len ? len : 1;
		text += len ? len : 1;
	}
}

ck_rv_t module_enter(void)
{
	pthread_mutex_lock(&lock);
	if (initialized)
		return CKR_OK;
	pthread_mutex_unlock(&lock);
	return CKR_CRYPTOKI_NOT_INITIALIZED;
}

void module_leave(void)
{
	pthread_mutex_unlock(&lock);
}

static void forget_all(void)
{
	initialized = false;
	sessions_close_all();
	slots_clear();
}

static void before_fork(void)
{
	pthread_mutex_lock(&lock);
}

static void after_fork(void)
{
	pthread_mutex_unlock(&lock);
}

/*
 * The sessions are the parent's. Their memory waits for C_Initialize: a child of
 * threads that will soon exec() should do as little as possible.
 */
static void after_fork_in_child(void)
{
	initialized = false;
	pthread_mutex_unlock(&lock);
}

static void watch_forks(void)
{
	pthread_atfork(before_fork, after_fork, after_fork_in_child);
}

/* Locking is pthread's: a caller that insists on its own cannot be served. */
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
	static pthread_once_t forks = PTHREAD_ONCE_INIT;
	const struct ck_c_initialize_args *args = init_args;
	ck_rv_t rv = args ? check_arguments(args) : CKR_OK;

	if (rv != CKR_OK)
		return rv;
	pthread_once(&forks, watch_forks);
	pthread_mutex_lock(&lock);
	if (initialized) {
		rv = CKR_CRYPTOKI_ALREADY_INITIALIZED;
	} else {
		forget_all();
		rv = slots_init();
		initialized = rv == CKR_OK;
	}
	pthread_mutex_unlock(&lock);
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

ck_rv_t C_GetInfo(struct ck_info *info)
{
	ck_rv_t rv = module_enter();

	if (rv != CKR_OK)
		return rv;
	module_leave();
	if (!info)
		return CKR_ARGUMENTS_BAD;
	info->cryptoki_version.major = CRYPTOKI_MAJOR;
	info->cryptoki_version.minor = CRYPTOKI_MINOR;
	info->flags = 0;
	info->library_version.major = NK_VERSION_MAJOR;
	info->library_version.minor = NK_VERSION_MINOR;
	pad_text(info->manufacturer_id, sizeof(info->manufacturer_id),
		 "nerveskeyfs");
	pad_text(info->library_description, sizeof(info->library_description),
		 "NervesKey through its mount");
	return CKR_OK;
}
