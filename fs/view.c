/* SPDX-License-Identifier: Apache-2.0 */
#include "view.h"

#include <stdlib.h>

void view_free(struct view *view)
{
	if (!view)
		return;
	shown_unref(view->settings);
	snapshot_unref(view->key);
	free(view);
}
