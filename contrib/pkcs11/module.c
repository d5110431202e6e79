/* SPDX-License-Identifier: Apache-2.0 */
#include "module.h"

#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <string.h>

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

/* Returns the length of the printable UTF-8 character at `text`, or 0. */
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
