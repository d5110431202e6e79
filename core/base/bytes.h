/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A growing byte string that owns its memory and wipes it before it frees it.
 *
 * It is used for all that may hold a secret, and for all whose length is not
 * known at compile time. A NUL follows the last byte of `data` and does not
 * count in `len`, so text is a C string.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct bytes {
	uint8_t *data; /* NULL while empty and never grown */
	size_t len;
	size_t cap;
	int err; /* of the first append that failed, or bytes_fail() */
};

#define BYTES_INIT ((struct bytes){ NULL, 0, 0, 0 })

/*
 * Appending: the first failure stays, and later appends do nothing but return
 * it, so it is looked at once, in the end. `b` is as it was before it.
 */

/* Notes a failure of what is appended: -errno. Returns the first that is noted. */
int bytes_fail(struct bytes *b, int err);

/* Appends `len` bytes. 0 or -ENOMEM. */
int bytes_append(struct bytes *b, const void *data, size_t len);

/* Appends formatted text. 0 or -ENOMEM. */
int bytes_printf(struct bytes *b, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/*
 * Sets the length of `b`. New bytes are zero, dropped ones are wiped. 0 or
 * -ENOMEM, and then `b` is unchanged.
 */
int bytes_resize(struct bytes *b, size_t len);

/* Sets the content of `b`. 0 or -ENOMEM, and then `b` is unchanged. */
int bytes_set(struct bytes *b, const void *data, size_t len);

/*
 * Moves the content of `from` to `to`, and frees what `to` had. Empties `from`.
 */
void bytes_move(struct bytes *to, struct bytes *from);

/* The content as a C string; "" when empty. Valid until `b` changes. */
const char *bytes_text(const struct bytes *b);

bool bytes_equal(const struct bytes *a, const struct bytes *b);

/* Wipes and frees the memory. Sets `b` to BYTES_INIT. */
void bytes_free(struct bytes *b);

/* Declares an empty struct bytes that is freed where its block ends. */
#define BYTES_LOCAL(name) \
	struct bytes name __attribute__((cleanup(bytes_free))) = BYTES_INIT
