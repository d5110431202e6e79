/* SPDX-License-Identifier: Apache-2.0 */
#include "module.h"

#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "text.h"

/* The longest text field of PKCS #11 and a character, in bytes. */
#define FIELD_MAX (64 + 4)

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

void pad_text(unsigned char *field, size_t size, const char *text)
{
	char flat[FIELD_MAX + 1];
	size_t len;

	snprintf(flat, sizeof(flat), "%s", text);
	text_flatten(flat);
	len = strnlen(flat, size);
	while ((flat[len] & 0xc0) == 0x80)
		len--;
	memset(field, ' ', size);
	memcpy(field, flat, len);
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

static void before_fork(void)
{
	pthread_mutex_lock(&lock);
}

/*
 * The sessions are the parent's. C_Initialize frees their memory: a child of a
 * threaded program that soon calls exec() should do very little here.
 */
static void after_fork_in_child(void)
{
	initialized = false;
	module_leave();
}

__attribute__((constructor)) static void watch_forks(void)
{
	pthread_atfork(before_fork, module_leave, after_fork_in_child);
}

ck_rv_t module_start(void)
{
	pthread_mutex_lock(&lock);
	if (!initialized)
		return CKR_OK;
	module_leave();
	return CKR_CRYPTOKI_ALREADY_INITIALIZED;
}

void module_set_initialized(bool yes)
{
	initialized = yes;
}
