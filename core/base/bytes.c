/* SPDX-License-Identifier: Apache-2.0 */
#include "bytes.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* realloc(3) would leave the old copy behind unwiped. */
static int grow(struct bytes *b, size_t cap)
{
	uint8_t *data;
	size_t want = b->cap ? b->cap : 64;

	if (b->err < 0 || cap < b->cap)
		return b->err;
	while (want <= cap && want <= SIZE_MAX / 2)
		want *= 2;
	data = want > cap ? malloc(want) : NULL;
	if (!data)
		return b->err = -ENOMEM;
	if (b->data) {
		memcpy(data, b->data, b->len);
		explicit_bzero(b->data, b->cap);
		free(b->data);
	}
	data[b->len] = 0;
	b->data = data;
	b->cap = want;
	return 0;
}

int bytes_fail(struct bytes *b, int err)
{
	if (b->err == 0)
		b->err = err;
	return b->err;
}

int bytes_append(struct bytes *b, const void *data, size_t len)
{
	int err;

	err = grow(b, len > SIZE_MAX / 2 ? SIZE_MAX : b->len + len);
	if (err < 0)
		return err;
	if (len)
		memcpy(b->data + b->len, data, len);
	b->len += len;
	b->data[b->len] = 0;
	return 0;
}

int bytes_printf(struct bytes *b, const char *format, ...)
{
	va_list args;
	int len, err;

	va_start(args, format);
	len = vsnprintf(NULL, 0, format, args);
	va_end(args);
	err = len < 0 ? -EINVAL : grow(b, b->len + (size_t)len);
	if (err < 0)
		return err;
	va_start(args, format);
	vsnprintf((char *)b->data + b->len, (size_t)len + 1, format, args);
	va_end(args);
	b->len += (size_t)len;
	return 0;
}

int bytes_resize(struct bytes *b, size_t len)
{
	int err;

	err = grow(b, len);
	if (err < 0)
		return err;
	if (len > b->len)
		memset(b->data + b->len, 0, len - b->len);
	else
		explicit_bzero(b->data + len, b->len - len);
	b->len = len;
	b->data[len] = 0;
	return 0;
}

int bytes_set(struct bytes *b, const void *data, size_t len)
{
	struct bytes fresh = BYTES_INIT;
	int err;

	err = bytes_append(&fresh, data, len);
	if (err < 0)
		return err;
	bytes_move(b, &fresh);
	return 0;
}

void bytes_move(struct bytes *to, struct bytes *from)
{
	struct bytes taken = *from;

	*from = BYTES_INIT;
	bytes_free(to);
	*to = taken;
}

const char *bytes_text(const struct bytes *b)
{
	return b->data ? (const char *)b->data : "";
}

bool bytes_equal(const struct bytes *a, const struct bytes *b)
{
	return a->len == b->len &&
	       (a->len == 0 || memcmp(a->data, b->data, a->len) == 0);
}

void bytes_free(struct bytes *b)
{
	if (b->data) {
		explicit_bzero(b->data, b->cap);
		free(b->data);
	}
	*b = BYTES_INIT;
}
