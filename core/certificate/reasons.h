/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "bytes.h"

/*
 * Adds one to the reasons of a sentence, for what has to be put right all at
 * once. "; " is between them. A lack of memory stays in reasons->err.
 */
static inline void reasons_add(struct bytes *reasons, const char *reason)
{
	bytes_printf(reasons, "%s%s", reasons->len > 0 ? "; " : "", reason);
}
