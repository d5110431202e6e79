/* SPDX-License-Identifier: Apache-2.0 */
#include "content.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>

int content_new(struct bytes *from, struct content **content)
{
	struct content *made = calloc(1, sizeof(*made));

	if (!made)
		return -ENOMEM;
	atomic_init(&made->references, 1);
	bytes_move(&made->bytes, from);
	*content = made;
	return 0;
}

struct content *content_ref(struct content *content)
{
	if (content)
		atomic_fetch_add_explicit(&content->references, 1,
					  memory_order_relaxed);
	return content;
}

void content_unref(struct content *content)
{
	if (!content || atomic_fetch_sub(&content->references, 1) != 1)
		return;
	bytes_free(&content->bytes);
	free(content);
}

void content_replace(struct content **place, struct content *content)
{
	content_unref(*place);
	*place = content;
}

int content_update(struct content **place, struct bytes *from)
{
	struct content *made;
	int err;

	if (*place && bytes_equal(&(*place)->bytes, from)) {
		bytes_free(from);
		return 0;
	}
	err = content_new(from, &made);
	if (err == 0)
		content_replace(place, made);
	return err;
}
