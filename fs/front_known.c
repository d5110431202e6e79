/* SPDX-License-Identifier: Apache-2.0 */
/* What the front knows of the content of files. */
#include "front.h"

void front_take_view(struct front *front)
{
	struct view *view = chip_take_view(front->chip);

	if (!view)
		return;
	view_unref(front->view);
	front->view = view;
}

static struct content *render(struct front *front, const struct node *node)
{
	struct nerveskey_counts counts = front->view->key->counts;
	struct bytes text = BYTES_INIT;

	if (front->rendered && now_ms() - front->rendered_ms < BELIEVED_MS)
		return front->rendered;
	counts.hits = front->hits;
	counts.misses = front->misses;
	if (node->render(&counts, &text) == 0)
		content_update(&front->rendered, &text);
	bytes_free(&text);
	front->rendered_ms = now_ms();
	return front->rendered;
}

struct content *front_known(struct front *front, const struct node *node,
			    unsigned int param)
{
	if (node->render)
		return render(front, node);
	return node->known ? node->known(front->view, node, param) : NULL;
}

struct content *front_content(struct front *front, const struct inode *inode)
{
	const struct setting_shown *setting;

	if (!inode->file)
		return front_known(front, inode->node, inode->param);
	setting = view_setting_by_id(front->view, inode->file);
	return setting ? setting->content : NULL;
}
