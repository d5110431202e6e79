/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Several reasons in one sentence, for what has to be put right all at once.
 * The list is empty while nothing is wrong.
 */
#pragma once

#include "bytes.h"

/* Adds one; "; " is between them. A lack of memory stays in reasons->err. */
void reasons_add(struct bytes *reasons, const char *reason);
