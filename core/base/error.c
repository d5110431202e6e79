/* SPDX-License-Identifier: Apache-2.0 */
#include "error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

static _Thread_local char reason[1024];
static _Thread_local char number[16];

int fail_because(int err, const char *format, ...)
{
	va_list args;
	char text[sizeof(reason)];

	/* Format into a copy, because an argument may be the old sentence. */
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	text_flatten(text);
	memcpy(reason, text, sizeof(reason));
	return -err;
}

const char *fail_reason(void)
{
	return reason;
}

void fail_clear(void)
{
	reason[0] = '\0';
}

#ifndef __GLIBC__
#define NAMED(number) [number] = #number

/* The errors that this program returns, for C libraries without names. */
static const char *strerrorname_np(int err)
{
	static const char *const names[] = {
		NAMED(EACCES),	     NAMED(EAGAIN),    NAMED(EBADMSG),
		NAMED(EBUSY),	     NAMED(ECANCELED), NAMED(EEXIST),
		NAMED(EFBIG),	     NAMED(EINTR),     NAMED(EINVAL),
		NAMED(EIO),	     NAMED(EISDIR),    NAMED(EKEYREJECTED),
		NAMED(ENAMETOOLONG), NAMED(ENODATA),   NAMED(ENODEV),
		NAMED(ENOENT),	     NAMED(ENOMEM),    NAMED(ENOSPC),
		NAMED(ENOTDIR),	     NAMED(ENXIO),     NAMED(EOPNOTSUPP),
		NAMED(EPERM),	     NAMED(EPROTO),    NAMED(ERANGE),
		NAMED(EREMCHG),	     NAMED(EREMOTEIO), NAMED(ESTALE),
		NAMED(ETIMEDOUT),    NAMED(EUCLEAN),
	};
	size_t count = sizeof(names) / sizeof(*names);

	return (size_t)err < count ? names[err] : NULL;
}
#endif

const char *errno_name(int err)
{
	const char *name = strerrorname_np(abs(err));

	if (name)
		return name;
	snprintf(number, sizeof(number), "E%d", abs(err));
	return number;
}
