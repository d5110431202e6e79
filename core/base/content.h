/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Immutable bytes with a count of references, which threads may share. The same
 * pointer means the same bytes.
 */
#pragma once

#include <stdatomic.h>
#include <stdlib.h>

#include "bytes.h"

struct content {
	_Atomic unsigned int references;
	struct bytes bytes;
};

/*
 * Sets *content, and moves the bytes of `from` to it. -ENOMEM: `from` keeps
 * them.
 */
int content_new(struct bytes *from, struct content **content);
/* The bytes as a C string. */
static inline const char *content_text(const struct content *content)
{
	return bytes_text(&content->bytes);
}
/* Adds a reference. Returns `content`, which may be NULL. */
static inline struct content *content_ref(struct content *content)
{
	if (content)
		atomic_fetch_add_explicit(&content->references, 1,
					  memory_order_relaxed);
	return content;
}
/*
 * Drops a reference. The last one wipes and frees the bytes. NULL is allowed.
 */
static inline void content_unref(struct content *content)
{
	if (!content || atomic_fetch_sub(&content->references, 1) != 1)
		return;
	bytes_free(&content->bytes);
	free(content);
}
/* Sets *place to `content`, takes the caller's reference, drops the old one. */
void content_replace(struct content **place, struct content *content);
/*
 * Sets *place to the bytes of `from`, which are moved. *place is unchanged when
 * it has the same bytes, and after -ENOMEM.
 */
int content_update(struct content **place, struct bytes *from);
