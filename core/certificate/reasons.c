/* SPDX-License-Identifier: Apache-2.0 */
#include "reasons.h"

void reasons_add(struct bytes *reasons, const char *reason)
{
	bytes_printf(reasons, "%s%s", reasons->len > 0 ? "; " : "", reason);
}
