/* SPDX-License-Identifier: Apache-2.0 */
/* Renaming in settings/: keys, and the temporary names of editors. */
#pragma once

#include "request.h"

/* request->flags are those of renameat2(2). */
chip_work rename_setting;
