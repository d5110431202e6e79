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
					 const char *name, uint64_t id)
{
	const struct setting_shown *setting = view->settings;

	for (size_t i = 0; i < view->count; i++, setting++)
		if (name ? !strcmp(setting->name, name) : setting->id == id)
			return setting;
	return NULL;
}
