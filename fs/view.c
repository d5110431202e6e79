/* SPDX-License-Identifier: Apache-2.0 */
#include "view.h"

#include <stdlib.h>
#include <string.h>

void view_free(struct view *view)
{
	if (!view)
		return;
	for (size_t i = 0; i < view->count; i++) {
		free(view->settings[i].name);
		content_unref(view->settings[i].content);
	}
	free(view->settings);
	content_unref(view->etf);
	snapshot_unref(view->key);
	free(view);
}

const struct setting_shown *view_setting(const struct view *view,
					 const char *name)
{
	for (size_t i = 0; i < view->count; i++)
		if (strcmp(view->settings[i].name, name) == 0)
			return &view->settings[i];
	return NULL;
}

const struct setting_shown *view_setting_by_id(const struct view *view,
					       uint64_t id)
{
	for (size_t i = 0; i < view->count; i++)
		if (view->settings[i].id == id)
			return &view->settings[i];
	return NULL;
}
