/* SPDX-License-Identifier: Apache-2.0 */
#include "content.h"

#include <errno.h>
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
