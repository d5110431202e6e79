/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bytes that never change once they are made, and are shared by counted
 * references, also between threads. The same pointer means the same bytes.
 */
#ifndef NK_CONTENT_H
#define NK_CONTENT_H

#include "bytes.h"

struct content {
	_Atomic unsigned int references;
	struct bytes bytes;
};

/* Takes the bytes of `from` over, which is empty then. -ENOMEM: it is not. */
int content_new(struct bytes *from, struct content **content);
/* One reference more; returns `content`, which may be NULL. */
struct content *content_ref(struct content *content);
/* One less. The bytes are wiped with the last one. NULL is fine. */
void content_unref(struct content *content);
/* *place takes over the caller's reference, and drops the one that it had. */
void content_replace(struct content **place, struct content *content);
/*
 * *place becomes `from`, which is taken over; when the bytes are the same, it
 * stays what it is. -ENOMEM: it stays, too.
 */
int content_update(struct content **place, struct bytes *from);

#endif
