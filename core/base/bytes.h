/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An owned, growing byte string whose memory is wiped before it is given back.
 *
 * Everything that may hold a secret, and everything whose length is not known
 * at compile time, travels in one of these. `data` always has a NUL after its
 * last byte (not counted in `len`), so text can be used as a C string.
 */
#ifndef NK_BYTES_H
#define NK_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct bytes {
	uint8_t *data; /* NULL while empty and never grown */
	size_t len;
	size_t cap;
	int err; /* of the first append that failed */
};

#define BYTES_INIT ((struct bytes){ NULL, 0, 0, 0 })

/*
 * Appending: the first failure stays, and later appends do nothing but return
 * it, so it is looked at once, in the end. `b` is as it was before it.
 */

/* Append `len` bytes. 0 or -ENOMEM. */
int bytes_append(struct bytes *b, const void *data, size_t len);

/* Append formatted text (no NUL counted). 0 or -ENOMEM. */
int bytes_printf(struct bytes *b, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Make `b` exactly `len` bytes: new ones are zero, dropped ones are wiped. */
int bytes_resize(struct bytes *b, size_t len);

/* Replace the content of `b`. 0 or -ENOMEM, then `b` is as it was. */
int bytes_set(struct bytes *b, const void *data, size_t len);

/* Hand the content of `from` to `to` (freeing what `to` had); `from` is empty after. */
void bytes_move(struct bytes *to, struct bytes *from);

/* Content as a C string, "" when empty. Valid until `b` next changes. */
const char *bytes_text(const struct bytes *b);

bool bytes_equal(const struct bytes *a, const struct bytes *b);

/* Wipe and free; `b` is BYTES_INIT after. */
void bytes_free(struct bytes *b);

#endif
